"""The curves as published, with those of the rebuilt patients over them."""

import numpy as np

from equipoise.analyze.kaplan_meier import kaplan_meier
from equipoise.analyze.time_grid import at_risk_grid
from equipoise.appraise.rebuilt.trial import RebuiltArm, RebuiltTrial
from equipoise.report.document import Figure
from equipoise.report.figures.rebuilt_curves import RedrawnArm, RedrawnAxes, redrawn_figure
from equipoise.report.figures.rehearsal_frame import FigureText
from equipoise.report.format import with_interval
from equipoise.report.rebuilt.words import arm_of, clock_of, interval_name, within


def redrawn(found: RebuiltTrial) -> Figure:
    """Draw every arm twice: as published, and from its rebuilt patients."""
    clock, rising = clock_of(found), found.kind == "incidence"
    times = _times(found)
    what = "Cumulative incidence" if rising else "Without the event"
    label = found.endpoint or what
    header = ("Events / patients", f"Median, {clock.units} ({interval_name(found.level)})")
    far = "; ".join(
        f"{arm.label}: within {within(arm.fit.farthest)} percentage points{_risks(arm)}"
        for arm in found.arms
    )
    return redrawn_figure(
        [_arm(found, arm, times, rising=rising) for arm in found.arms],
        RedrawnAxes(f"{label} (%)", header, (), times, rising),
        clock,
        FigureText(
            "redrawn-curves",
            f"{found.endpoint or 'Curves'}: as published, and of the rebuilt patients",
            f"Published curves with those of the rebuilt patients over them. {far}.",
            (
                *_legend(found),
                "Median: interval of the likeliest patients, as if they were the trial's own.",
            ),
        ),
    )


def _legend(found: RebuiltTrial) -> tuple[str, ...]:
    """Say which lines are published, and which rebuilt."""
    readings = {arm.curve.reading for arm in found.arms}
    dots = ("Pale dots: points read off the published curve.",) if "samples" in readings else ()
    lines = ("Wide and pale: as published.",) if "steps" in readings else ()
    return (*lines, *dots, "Narrow and dark: the likeliest rebuilt patients.")


def _risks(arm: RebuiltArm) -> str:
    same = arm.at_risk_reproduced
    return "" if same is None else f", {same[0]} of {same[1]} numbers at risk equal"


def _times(found: RebuiltTrial) -> tuple[float, ...]:
    """Give the printed times of the numbers at risk, of all arms; else round ones."""
    printed = [arm.at_risk.times for arm in found.arms if arm.at_risk is not None]
    if printed:
        return tuple(float(at) for at in np.unique(np.concatenate(printed)))
    longest = max(arm.curve.end for arm in found.arms)
    return at_risk_grid(longest, found.time_unit, found.time_unit)


def _arm(
    found: RebuiltTrial, arm: RebuiltArm, times: tuple[float, ...], *, rising: bool
) -> RedrawnArm:
    clock, best = clock_of(found), arm.rebuilt.best
    course = kaplan_meier(best.time, best.event)
    drawn = course.curve()
    printed: dict[float, int] = {}
    if arm.at_risk is not None:
        printed = dict(zip(arm.at_risk.times.tolist(), arm.at_risk.patients.tolist(), strict=True))
    return RedrawnArm(
        arm=arm_of(found, arm.label),
        time=tuple(arm.curve.time.tolist()),
        value=tuple(arm.curve.value.tolist()),
        steps=arm.curve.reading == "steps",
        rebuilt_time=tuple(drawn.time.tolist()),
        rebuilt_value=tuple((1.0 - drawn.value if rising else drawn.value).tolist()),
        printed_at_risk=tuple(printed.get(at) for at in times) if printed else (),
        rebuilt_at_risk=tuple(course.at_risk_at(np.array(times)).tolist()),
        key=(
            f"{arm.events} / {arm.patients}",
            with_interval(arm.median.estimate, clock.show),
        ),
    )
