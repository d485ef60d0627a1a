"""The boundary plot of a hypothesis at a look, told in numbers for who cannot see it."""

from collections.abc import Sequence
from math import sqrt

from equipoise.kernel.confidence import normal_quantile
from equipoise.monitor.look.look import HypothesisLook
from equipoise.report.design.printing import NOT_TESTED, fraction
from equipoise.report.document import Figure
from equipoise.report.figures.monitored_boundary import (
    Fan,
    MonitoredPoint,
    MonitoredText,
    monitored_boundary_figure,
)
from equipoise.report.format import level_percent, sentence
from equipoise.report.monitoring.closed_context import (
    ClosedContext,
    anchor,
    count_of,
    counted_in,
    z_of,
)
from equipoise.report.monitoring.closed_courses import LookRow
from equipoise.simulate.monitored.monitored import Outlook

POINTS = 41
CLOSE = 1e-6
HALF = 0.5


def boundary_of(
    context: ClosedContext, outlook: Outlook, look: HypothesisLook, rows: Sequence[LookRow]
) -> Figure | None:
    """Draw bounds and z of a hypothesis; None where neither exists."""
    shown = [each for each in rows if each.information > 0.0]
    bounds = any(each.bound is not None or each.futility is not None for each in shown)
    if not shown or not bounds:
        return None
    fan = fan_of(outlook, look)
    points = [
        MonitoredPoint(
            at=each.information,
            fraction=fraction(each.fraction),
            tick=count_of(look, each.information),
            z=each.z,
            efficacy=each.bound,
            futility=each.futility,
            harm=each.harm,
            held=each.when != "to come",
        )
        for each in shown
    ]
    two_sided = look.drawn is not None and look.drawn.sides > 1
    return monitored_boundary_figure(
        points,
        fan,
        MonitoredText(
            identifier=anchor(look, "boundary-plot"),
            title=f"{look.hypothesis}: z at the looks, the bounds, and where z may go",
            axis=f"{context.endpoint(look)}: {counted_in(look)}",
            alternative_text=_told(look, shown, fan),
            estimand=context.estimand(look),
            harm="Other side" if two_sided else "Harm",
            footnotes=tuple(_notes(fan)),
        ),
    )


def _notes(fan: Fan | None) -> list[str]:
    found = ["Filled: bounds as held; hollow: to come, as updated. Lines join them for the eye."]
    if fan is not None:
        found.append(
            f"Band: prediction intervals of z ({fan.level}, and one half), from the data of this "
            "look alone, were no look to stop the trial; broken: the trend so far."
        )
    return found


def fan_of(outlook: Outlook, look: HypothesisLook) -> Fan | None:
    """Give where z may go by the data alone; None where nothing is to come.

    With z at information t, Z at u is normal about z √(u/t) with variance (u - t)/t.

    Witness: `PredictedEnd` of the flat belief, at the last look.
    """
    likely = outlook.likely
    flat = likely.believing("flat")
    if flat is None or likely.z is None or likely.information is None or not likely.looks.size:
        return None
    z, now, end = likely.z, likely.information, float(likely.looks[-1])
    wide, narrow = normal_quantile(flat.end.level), normal_quantile(HALF)
    at = [now + (end - now) * step / (POINTS - 1) for step in range(POINTS)]
    middle = [z * sqrt(each / now) for each in at]
    spread = [sqrt(max(0.0, each - now) / now) for each in at]

    def band(times: float) -> tuple[tuple[float, float], ...]:
        return tuple((m - times * s, m + times * s) for m, s in zip(middle, spread, strict=True))

    found = Fan(
        at=tuple(each * look.planned for each in at),
        middle=tuple(middle),
        inner=band(narrow),
        outer=band(wide),
        level=level_percent(flat.end.level),
    )
    told = zip(found.outer[-1], flat.end.z_interval, strict=True)
    return found if all(abs(a - b) < CLOSE for a, b in told) else None


def _told(look: HypothesisLook, rows: Sequence[LookRow], fan: Fan | None) -> str:
    """Tell the plot in numbers."""
    parts = []
    for each in rows:
        bounds = [
            f"{name} {z_of(bound, look)}"
            for name, bound in (
                ("efficacy", each.bound),
                ("futility", each.futility),
                ("harm or other side", each.harm),
            )
            if bound is not None
        ]
        said = ", ".join(bounds) or NOT_TESTED
        z = "" if each.z is None else f" z {z_of(each.z, look)};"
        when = {"past": "before", "now": "now", "to come": "to come"}[each.when]
        at = f"look {each.number} ({when}), {count_of(look, each.information)} {counted_in(look)}"
        parts.append(f"{at}:{z} bounds {said}")
    way = ""
    if fan is not None:
        low, high = fan.outer[-1]
        way = f" At the last look z lies between {z_of(low)} and {z_of(high)} with {fan.level}."
    return f"z and bounds of {look.hypothesis}. {sentence('; '.join(parts))}.{way}"
