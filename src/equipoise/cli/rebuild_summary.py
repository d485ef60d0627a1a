"""A rebuilt figure on the screen: its patients, how near they come, and what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from equipoise.appraise.rebuilt.making import SUBDISTRIBUTION
from equipoise.appraise.rebuilt.trial import ArmNumber, RebuiltArm, RebuiltContrast, RebuiltTrial
from equipoise.appraise.rebuilt.values import Measure, RebuiltBeliefs, RebuiltNumber, TestName
from equipoise.cli.table_layout import NONE, Cells, tables
from equipoise.report.design.printing import as_given
from equipoise.report.format import Printer, absent_footnotes, p_value, percent, ratio, sentence
from equipoise.report.monitoring.closed_context import belief_name, share
from equipoise.report.rebuilt.fragility import WITHOUT_OTHERS, fragility_words, giving_arm
from equipoise.report.rebuilt.words import (
    ContrastWords,
    clock_of,
    contrast_words,
    interval_name,
    limits_of,
    own,
    points,
    range_of,
)

TOLD: tuple[Measure, ...] = (
    "hazard ratio",
    "difference of rates",
    "difference of cumulative incidences",
    "difference of restricted means",
)
TESTS: dict[TestName, str] = {
    "log-rank": "Log-rank",
    "MaxCombo": "MaxCombo",
    "Gray": "Gray, incidences",
    "restricted means": "Restricted means",
    "proportional hazards": "Proportional hazards",
}
BETTER = {"none": "any benefit", "planned": "planned", "margin": "margin"}


def print_rebuilt(found: RebuiltTrial, out: Path | None) -> None:
    """Print arms, comparisons, and what they rest on."""
    _say(f"[bold]Patients rebuilt from {escape(found.source)}[/bold]")
    for each in (*found.read, found.roles.sentence):
        _say(escape(each))
    _say()
    _print(_near(found))
    for arm in found.arms:
        for remark in arm.fit.remarks:
            _say(escape(f"! {arm.label}: {remark}"))
    _print(_alone(found))
    _marks(each for arm in found.arms for each in (arm.median, *arm.rates))
    for contrast in found.comparisons:
        _print_contrast(found, contrast)
    _say("[bold]Assumed[/bold]")
    told = [each for each in found.assumed if each != SUBDISTRIBUTION]  # it stands at the number
    _list([*told, f"{found.draws} reconstructions of each arm, seed {found.seed}."])
    if out is not None:
        _say(escape(f"Written to {out}; the patients are in {out / 'patients'}"))


def _near(found: RebuiltTrial) -> Cells:
    """Tell of each arm how near its patients come to what was published."""
    rows = [
        (
            arm.label,
            str(arm.patients),
            str(arm.events),
            NONE if arm.fit.printed_events is None else str(arm.fit.printed_events),
            _at_risk(arm),
            points(arm.fit.farthest),
        )
        for arm in found.arms
    ]
    header = ("Arm", "Patients", "Events", "Events printed", "At risk back", "Off by, points")
    return Cells("How near the rebuilt patients come", header, rows, unbroken=True)


def _at_risk(arm: RebuiltArm) -> str:
    back = arm.at_risk_reproduced
    return NONE if back is None else f"{back[0]} of {back[1]}"


def _alone(found: RebuiltTrial) -> Cells:
    """Tell median and rates, an arm a column."""
    clock = clock_of(found)
    having = "With" if found.kind == "incidence" else "Without"
    rows = [(f"Median, {clock.units}", *(_sure(arm.median, clock.show) for arm in found.arms))]
    for place, rate in enumerate(found.arms[0].rates):
        at = clock.length(rate.time or 0.0)
        told = (_sure(arm.rates[place], percent) for arm in found.arms)
        rows.append((f"{having} the event at {at}, %", *told))
    title = f"Median and rates ({interval_name(found.level)}: sampling and reconstruction)"
    return Cells(title, ("", *found.labels), rows, unbroken=True)


def _sure(number: ArmNumber, show: Printer) -> str:
    """Print a number with the interval that knows most."""
    if number.together is None:
        return own(number.estimate, show)
    return own(replace(number.estimate, interval=number.together), show)


def _print_contrast(found: RebuiltTrial, contrast: RebuiltContrast) -> None:
    """Print one arm against control."""
    analysis, words = contrast.analysis, contrast_words(found, contrast)
    _say(f"[bold]{escape(words.title)}[/bold]")
    _print(_numbers(found, contrast, words))
    if words.subdistribution:
        _say(f"! {SUBDISTRIBUTION}")
        _say()
    _marks(each for each in analysis.numbers if each.measure in TOLD)
    _print(_tests(found, contrast))
    if analysis.published:
        _say("[bold]As published?[/bold]")
        _list([each.sentence for each in analysis.published])
        _say()
    _say("[bold]How few patients decide[/bold]")
    if words.subdistribution:
        _say(WITHOUT_OTHERS)
    _say(escape(fragility_words(analysis.fragility, giving_arm(analysis, words))))
    _say()
    if analysis.beliefs is not None:
        _print(_beliefs(analysis.beliefs, words))


def _numbers(found: RebuiltTrial, contrast: RebuiltContrast, words: ContrastWords) -> Cells:
    rows = []
    for each in contrast.analysis.numbers:
        if each.measure not in TOLD:
            continue
        show = words.show(each.measure)
        cells = own(each.estimate, show), range_of(each.over, show), limits_of(each.together, show)
        rows.append((_label(each, words), *cells))
    level = interval_name(found.level)
    header = ("", f"Likeliest ({level})", f"Over {found.draws} others", f"Both ({level})")
    return Cells("Differences, and how sure they are", header, rows, unbroken=True)


def _marks(numbers: Iterable[ArmNumber | RebuiltNumber]) -> None:
    """Say what marks of absent numbers mean."""
    shown = [(each.estimate, each.over.lower, each.over.upper, each.together) for each in numbers]
    for each in absent_footnotes(*shown):
        _say(escape(each))
    if absent_footnotes(*shown):
        _say()


def _label(number: RebuiltNumber, words: ContrastWords) -> str:
    if number.time is None:
        return sentence(words.ratio)
    if number.measure == "difference of restricted means":
        return f"Mean {words.clock.units} up to {words.clock.mark(number.time)}"
    return f"At {words.clock.length(number.time)}, points"


def _tests(found: RebuiltTrial, contrast: RebuiltContrast) -> Cells:
    rows = [
        (name, p_value(each.test.p_two_sided), range_of(each.over, p_value))
        for test, name in TESTS.items()
        if (each := contrast.analysis.test(test)) is not None
    ]
    return Cells("Tests", ("", "Two-sided P", f"Over {found.draws} others"), rows, unbroken=True)


def _beliefs(beliefs: RebuiltBeliefs, words: ContrastWords) -> Cells:
    """Tell how likely better hazard ratios are; before in brackets."""
    asked = beliefs.posteriors[0].better
    rows = []
    for each in beliefs.posteriors:
        low, high = each.interval
        chances = (
            share(one.after) + ("" if one.before is None else f" ({share(one.before)})")
            for one in each.better
        )
        told = f"{ratio(each.effect)} ({ratio(low)} to {ratio(high)})"
        rows.append((belief_name(each.belief), told, *chances))
    heads = [f"Below {as_given(one.value)} ({BETTER[one.what]})" for one in asked]
    title = f"{sentence(words.ratio)} as believed, and the chance of a better one (before the data)"
    return Cells(title, ("Belief", "Hazard ratio", *heads), rows)


def _print(cells: Cells) -> None:
    console = Console(highlight=False)
    for table in tables(cells, console.width):
        console.print(table, crop=False)


def _list(sentences: Sequence[str]) -> None:
    """Print sentences one below the other, each with a hanging indent."""
    grid = Table.grid(padding=(0, 1))
    for each in sentences:
        grid.add_row("-", escape(each))
    Console(highlight=False).print(grid)


def _say(text: str = "") -> None:
    Console(highlight=False).print(text)
