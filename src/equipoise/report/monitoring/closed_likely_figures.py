"""The pictures of what is likely, told in numbers for who cannot see them."""

from collections.abc import Sequence

from equipoise.monitor.likely.values import ConditionalChances, PredictedChances
from equipoise.monitor.look.look import HypothesisLook
from equipoise.report.document import Figure
from equipoise.report.figures.conditional_curve import (
    CurveMark,
    CurveText,
    conditional_curve_figure,
)
from equipoise.report.figures.monitored_endings import EndingRow, Part, endings_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import level_percent
from equipoise.report.monitoring.closed_context import (
    ASSUMED,
    ClosedContext,
    anchor,
    assumed_effect,
    belief_name,
    effects,
    share,
)
from equipoise.report.monitoring.closed_courses import course_of
from equipoise.simulate.monitored.monitored import Outlook

MARKED = {"design": "as designed", "null": "no effect", "trend": "trend"}
SHOWN = ("design", "trend", "null")


def curve_of(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Figure | None:
    """Draw conditional power over effects; None where the effect's scale is not known."""
    likely, scale, after = outlook.likely, outlook.scale, outlook.after
    curve = likely.curve
    if curve is None or curve.effect is None:
        return None
    x = [float(each) for each in curve.effect]
    ways = [("Futility ignored", [float(each) for each in curve.futility_ignored])]
    if abs(curve.futility_ignored - curve.futility_obeyed).max() > 0.0:
        ways.append(("obeyed", [float(each) for each in curve.futility_obeyed]))
    ways.append(("Fixed final analysis", [float(each) for each in curve.fixed]))
    marks = [
        CurveMark(each.effect, each.futility_ignored, _printed(outlook, each))
        for each in likely.conditional
        if each.assumed in MARKED and each.effect is not None
    ]
    naive = after.by("naive")
    limits = None
    if naive is not None and naive.lower.effect is not None and naive.upper.effect is not None:
        limits = (naive.lower.effect, naive.upper.effect)
    told = "; ".join(each.printed for each in marks)
    band = (
        "" if limits is None else f" The interval of the effect so far: {effects(scale, limits)}."
    )
    return conditional_curve_figure(
        x,
        ways,
        marks,
        limits,
        CurveText(
            identifier=anchor(look, "conditional-plot"),
            title=f"{look.hypothesis}: conditional power over the effect in the rest of the trial",
            axis=f"{scale.measure.capitalize()} in the rest of the trial",
            alternative_text=(
                f"Conditional power of {look.hypothesis} against the {scale.measure} in the rest "
                f"of the trial, futility ignored: {told}.{band}"
            ),
            band=f"{level_percent(after.level)} interval so far",
            estimand=context.estimand(look),
        ),
        logarithmic=scale.scale == "log",
    )


def _printed(outlook: Outlook, each: ConditionalChances) -> str:
    value = assumed_effect(outlook.scale, each)
    return f"{MARKED[each.assumed]} ({value}): {share(each.futility_ignored)}"


def bars_of(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> Figure:
    """Draw how the trial ends, by what is assumed of the effect."""
    likely = outlook.likely
    numbers = look_numbers(context, outlook, look)
    rows = [
        EndingRow(ASSUMED[each.assumed], parts_of(each, numbers))
        for name in SHOWN
        for each in likely.conditional
        if each.assumed == name
    ]
    rows += [
        EndingRow(f"Belief: {belief_name(each.belief).lower()}", parts_of(each, numbers))
        for each in likely.predictive
    ]
    told = "; ".join(f"{row.title}: {_words(row.parts)}" for row in rows)
    return endings_figure(
        rows,
        FigureText(
            identifier=anchor(look, "endings-plot"),
            title=f"{look.hypothesis}: how the trial may end, futility obeyed",
            alternative_text=f"Chance of each ending of {look.hypothesis}. {told}.",
            footnotes=("In brackets the look. Belief: averaged over the effect as believed now.",),
        ),
    )


def look_numbers(context: ClosedContext, outlook: Outlook, look: HypothesisLook) -> list[int]:
    """Number the looks to come, as the table of looks does."""
    wanted = outlook.likely.looks.size
    later = [
        each.number for each in course_of(context, look, outlook.scale) if each.when == "to come"
    ]
    return later[-wanted:] if len(later) >= wanted else list(range(1, wanted + 1))


def parts_of(
    chances: ConditionalChances | PredictedChances, numbers: Sequence[int]
) -> tuple[Part, ...]:
    """Give the endings of one row: claims by look, then all others by look."""
    of = len(numbers)

    def part(kind: str, step: int, chance: float) -> Part:
        return Part(kind, step, of, chance, str(numbers[step]))  # type: ignore[arg-type] # a kind

    found = [part("efficacy", step, float(each)) for step, each in enumerate(chances.efficacy)]
    found += [part("other side", step, float(each)) for step, each in enumerate(chances.other_side)]
    found += [
        part("no claim" if step == of - 1 else "futility", step, float(each))
        for step, each in enumerate(chances.futility)
    ]
    return tuple(each for each in found if each.chance > 0.0)


def _words(parts: Sequence[Part]) -> str:
    names = {"efficacy": "claim", "futility": "futility", "no claim": "no claim"}
    return ", ".join(
        f"{names.get(each.kind, each.kind)} at look {each.look} {share(each.chance)}"
        for each in parts
    )
