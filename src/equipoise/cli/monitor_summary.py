"""A look on the screen: what is decided, what is likely, when, and what was recorded."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from equipoise.cli.table_layout import NONE, Cells, tables
from equipoise.design.wording.numbers import decimal, percent, significant
from equipoise.monitor.future.forecast_results import Forecast, PredictedDate
from equipoise.report.dates import day_in_words
from equipoise.simulate.monitored.monitored import ForetoldRest, MonitoredTrial, OpenLook, Outlook

CLOSED = "CLOSED: results by arm, for the monitoring committee alone"
ASSUMED = {
    "design": "As designed",
    "null": "No effect",
    "trend": "The trend so far",
    "optimistic": "The better limit",
    "given": "A margin of the protocol",
}
LEAST = 1e-4  # of p-values
METHODS = {
    "naive": "Unadjusted",
    "stage-wise": "Stage-wise ordering",
    "likelihood ratio": "Likelihood-ratio ordering",
    "sample mean": "Sample-mean ordering",
    "score": "Score ordering",
    "repeated": "Repeated interval",
}


def print_monitored(result: MonitoredTrial, out: Path | None) -> None:
    """Print a look, and where its reports are."""
    console = Console(highlight=False)

    def tell(cells: Cells) -> None:
        for table in tables(cells, console.width):
            console.print(table, crop=False)

    trial = result.protocol.trial
    when = f" as of {day_in_words(date.fromisoformat(result.as_of))}" if result.as_of else ""
    console.print(f"[bold]{escape(trial.title)}[/bold] ({escape(trial.id)}){when}")
    if result.look is not None:
        console.print(f"[bold]{CLOSED}[/bold]")
        _decided(console, result)
        for outlook in result.outlooks:
            for cells in _of_hypothesis(result, outlook):
                tell(cells)
    if any(each.rest for each in result.rests):
        tell(_rests(result.rests))
    if result.opened is not None:
        for cells in _opened(result.opened):
            tell(cells)
    _below(console, result, out)


def _decided(console: Console, result: MonitoredTrial) -> None:
    look = result.look
    assert look is not None  # noqa: S101 - for the type checker
    console.print()
    ended = look.why_final == "stopped" and not any(each.tested for each in look.hypotheses)
    which = f"Look {look.number}{' (the last one)' if look.final else ''}"
    console.print(f"[bold]{'After stopping' if ended else which}[/bold]")
    for each in look.hypotheses:
        console.print(escape(each.sentence))
    console.print(f"[bold]{escape(look.sentence)}[/bold]")
    for remark in look.remarks:
        console.print(f"[dim]- {escape(remark)}[/dim]")


def _of_hypothesis(result: MonitoredTrial, outlook: Outlook) -> Iterator[Cells]:
    label = result.hypothesis(outlook.hypothesis).hypothesis
    likely, after = outlook.likely, outlook.after
    measure = f"{outlook.scale.measure[:1].upper()}{outlook.scale.measure[1:]}"
    if not likely.why_not:
        rows = [
            [
                ASSUMED[each.assumed],
                NONE if each.effect is None else significant(each.effect),
                percent(each.futility_ignored),
                percent(each.futility_obeyed),
                percent(each.fixed),
            ]
            for each in likely.conditional
        ]
        rows += [
            [
                f"Predictive, {each.belief} prior",
                NONE,
                percent(each.futility_ignored),
                percent(each.futility_obeyed),
                percent(each.fixed),
            ]
            for each in likely.predictive
        ]
        header = ["Rest of the trial", measure, "Power", "Futility obeyed"]
        header.append("Fixed final analysis")
        yield Cells(f"{label}: conditional and predictive power", header, rows)
    if not after.why_not:
        rows = [
            [
                METHODS[each.method],
                _number(each.estimate.effect),
                _interval(each.lower.effect, each.upper.effect),
                NONE if each.p_value is None else p_text(each.p_value),
            ]
            for each in after.inferences
        ]
        header = ["If the trial ended here", measure]
        header += [f"{percent(after.level)} interval", "One-sided P"]
        yield Cells(f"{label}: inference", header, rows)


def _rests(rests: tuple[ForetoldRest, ...]) -> Cells:
    rows = [
        [
            f"{each.label[:1].upper()}{each.label[1:]}",
            one.hypothesis,
            f"{percent(one.power.value)} ± {percent(one.power.error)}",
        ]
        for each in rests
        if each.rest is not None
        for one in each.rest.hypotheses
    ]
    title = "The rest of the trial, simulated from the patients at hand"
    return Cells(title, ["Hazards", "Hypothesis", "Claimed by the end"], rows, unbroken=True)


def _opened(opened: OpenLook) -> Iterator[Cells]:
    pooled = opened.pooled
    planned = NONE if pooled.planned_patients is None else decimal(pooled.planned_patients, 0)
    rows = [["Patients randomized", str(pooled.patients), planned]]
    rows += [
        [
            f"{each.label}: {each.counted}",
            NONE if each.known is None else decimal(each.known, 0),
            NONE if each.planned is None else decimal(each.planned, 0),
        ]
        for each in pooled.information
    ]
    yield Cells("Pooled (open)", ["", "So far", "Planned"], rows)
    if opened.forecast is not None:
        yield _dates(opened.forecast)


def _dates(forecast: Forecast) -> Cells:
    rows = [
        [f"{each.target} events", *_when(each.when), percent(each.chance)]
        for each in forecast.targets
    ]
    if forecast.enrollment_end is not None:
        rows.append(["Enrollment ends", *_when(forecast.enrollment_end), NONE])
    header = ["", "Predicted", f"{percent(forecast.level)} prediction interval"]
    return Cells("Dates to come, arms together (open)", [*header, "Reached"], rows)


def _when(when: PredictedDate) -> tuple[str, str]:
    lower, upper = (
        "later" if each is None else day_in_words(each)
        for each in (when.lower_date, when.upper_date)
    )
    middle = "later" if when.median_date is None else day_in_words(when.median_date)
    return middle, f"{lower} to {upper}"


def _interval(lower: float | None, upper: float | None) -> str:
    if lower is None and upper is None:
        return NONE
    return f"{_number(lower)} to {_number(upper)}"


def p_text(p_value: float) -> str:
    """Write a p-value with four digits.

    >>> p_text(0.00348), p_text(2e-6)
    ('0.0035', '<0.0001')
    """
    return f"{p_value:.4f}" if p_value >= LEAST else f"<{LEAST:.4f}"


def _number(value: float | None) -> str:
    return NONE if value is None else significant(value)


def _below(console: Console, result: MonitoredTrial, out: Path | None) -> None:
    for each in result.rests:
        if each.rest is None:
            name = f"{each.label[:1].upper()}{each.label[1:]}"
            console.print(f"[dim]- {escape(name)}: {escape(each.why_not)}[/dim]")
    opened = result.opened
    for why in (opened.why_no_forecast, opened.why_no_reestimation) if opened else ():
        if why:
            console.print(f"[dim]- {escape(why)}[/dim]")
    cut = () if result.cut is None else result.cut.remarks
    for note in (*cut, *result.kept.remarks, *result.assumed):
        console.print(f"[dim]- {escape(note)}[/dim]")
    kept = result.kept
    if kept.head:
        console.print(
            f"Recorded in {escape(kept.file)} ({kept.kind}). Head, for the minutes: {kept.head}",
            soft_wrap=True,
        )
    if out is not None:
        console.print(f"Reports: {escape(str(out))}", soft_wrap=True)
