"""The pictures of one replayed trial, with their words."""

from collections.abc import Iterator

import numpy as np

from equipoise.analyze.estimates import Absent
from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
from equipoise.analyze.time_grid import at_risk_grid
from equipoise.kernel.arrays import vector
from equipoise.report.document import Figure
from equipoise.report.figures.at_risk import Drawn
from equipoise.report.figures.events_over_time import (
    ENROLLED,
    Line,
    Look,
    TimeText,
    events_over_time_figure,
)
from equipoise.report.figures.replayed_patients import ArmLines, LinesText, patients_figure
from equipoise.report.figures.replayed_z import LookOfWalk, WalkText, walk_figure
from equipoise.report.figures.style import INK, ArmStyle, arm_styles, finished, settings
from equipoise.report.figures.survival import curves_over_numbers
from equipoise.report.format import decimal
from equipoise.report.simulation.replay_context import ENDED, ReplayContext

LEVEL = 0.95
EVENTS = ArmStyle(INK, "solid", "")


def walk_pictures(context: ReplayContext) -> Iterator[Figure]:
    """Draw z against its bounds, a picture a hypothesis that was tested."""
    told = context.told
    for at, tested in enumerate(context.tested):
        read = [(look, look.readings[at]) for look in told.looks]
        seen = [(look, each) for look, each in read if each.decision != "not tested"]
        if not any(each.z is not None for _, each in seen):
            continue
        looks = [
            LookOfWalk(context.count(tested, look), each.z, each.bound, each.futility_bound)
            for look, each in seen
        ]
        name, last = tested.hypothesis, ENDED[seen[-1][1].decision]
        values = ", ".join(decimal(each.z, 2) for _, each in seen if each.z is not None)
        yield walk_figure(
            looks,
            WalkText(
                f"{name}-walk",
                f"{name}: z at each look, against its bounds",
                f"{context.endpoint(tested.endpoint)}: {context.counted(tested)} at each look",
                f"z of {name} over {len(looks)} looks: {values}; in the end {last}.",
                last,
                ("Bounds as they stood at the information observed.",),
            ),
        )


def over_time_picture(context: ReplayContext) -> Figure:
    """Draw patients and events by calendar time, as they came."""
    told, clock = context.told, context.clock
    data, at = told.looks[-1].data, told.endpoints.index(context.main)
    happened = data.outcome[at] == 1
    when = (data.entry + data.time[at])[happened]
    end = float(told.duration)
    styles = list(arm_styles(context.found.protocol.arms).items())
    lines = [_steps("Patients", data.entry, end, clock.factor, ENROLLED)]
    lines.append(_steps("All events", when, end, clock.factor, EVENTS, heavy=True))
    for arm, style in styles:
        place = told.arms.index(arm)
        own = when[data.arm[happened] == place]
        lines.append(_steps(f"Events: {context.arm(place)}", own, end, clock.factor, style))
    looks = [
        Look(
            look.time * clock.factor,
            context.events(context.main, look),
            str(context.events(context.main, look)),
        )
        for look in told.looks
    ]
    label = context.endpoint(context.main)
    return events_over_time_figure(
        lines,
        looks,
        TimeText(
            "over-time",
            f"Patients and events of {label} by calendar time",
            f"{clock.units.capitalize()} since the trial opened",
            clock.unit,
            f"{data.entry.size} patients and {int(happened.sum())} events of {label} by "
            f"{clock.show(end)} {clock.units}, with {len(looks)} looks.",
            footnotes=("Circles: the looks; above the axes their events.",),
        ),
    )


def _steps(
    name: str, times: np.ndarray, end: float, factor: float, style: ArmStyle, *, heavy: bool = False
) -> Line:
    """Count up at every time, in steps."""
    up = np.sort(times)
    time = np.concatenate([[0.0], np.repeat(up, 2), [end]]) * factor
    value = np.repeat(np.arange(up.size + 1.0), 2)
    return Line(name, vector(time), vector(value), style, heavy=heavy)


def survival_picture(context: ReplayContext, endpoint: str) -> Figure:
    """Draw Kaplan-Meier curves by arm at the look at which the trial ended."""
    told, clock, protocol = context.told, context.clock, context.found.protocol
    data, at = told.looks[-1].data, told.endpoints.index(endpoint)
    styles = arm_styles(protocol.arms)
    seen = data.outcome[at] >= 0
    curves: dict[str, SurvivalCurve] = {}
    for place, arm in enumerate(told.arms):
        own = seen & (data.arm == place)
        if own.any():
            curves[arm] = kaplan_meier(vector(data.time[at][own]), data.outcome[at][own] == 1)
    longest = max(float(curve.time[-1]) for curve in curves.values())
    grid = at_risk_grid(longest, protocol.trial.time_unit, protocol.trial.display_unit)
    drawn, said = [], []
    for arm, curve in curves.items():
        median = curve.quantile(0.5, LEVEL, "log-log").value
        middle = "not reached" if isinstance(median, Absent) else clock.show(median)
        events, size = int(curve.events.sum()), int(curve.at_risk_at([0.0])[0])
        label = protocol.arm(arm).label
        said.append(f"{label}: {events} of {size} with an event, median {middle}")
        drawn.append(
            Drawn(
                protocol.arm(arm),
                styles[arm],
                curve.curve(LEVEL, "log-log"),
                tuple(int(n) for n in curve.at_risk_at(grid)),
                (f"{events} of {size}", middle),
            )
        )
    header = ("Events", f"Median ({clock.units})")
    label = context.endpoint(endpoint)
    with settings():
        figure = curves_over_numbers(drawn, (header, ()), grid, clock, label)
        return finished(
            figure,
            identifier=f"{endpoint}-survival",
            title=f"{label}: Kaplan-Meier estimate by arm when the trial ended",
            alternative_text=f"{label} of this simulated trial. {'; '.join(said)}.",
            footnotes=("Competing events count as censored here.",)
            if (data.outcome[at] > 1).any()
            else ("Vertical ticks mark censored patients; bands are pointwise 95% intervals.",),
        )


def patients_picture(context: ReplayContext) -> Figure:
    """Draw every patient's time in the trial."""
    told, clock = context.told, context.clock
    data, at = told.looks[-1].data, told.endpoints.index(context.main)
    styles = arm_styles(context.found.protocol.arms)
    arms = []
    for place, arm in enumerate(told.arms):
        own = (data.arm == place) & (data.outcome[at] >= 0)
        event = data.outcome[at][own] == 1
        arms.append(
            ArmLines(
                context.arm(place),
                styles[arm],
                vector(data.entry[own] * clock.factor),
                vector((data.entry + data.time[at])[own] * clock.factor),
                event,
                data.lost[own] & (data.outcome[at][own] == 0),
            )
        )
    label = context.endpoint(context.main)
    return patients_figure(
        arms,
        [look.time * clock.factor for look in told.looks],
        LinesText(
            "patients",
            "Every patient's time in the trial",
            f"{clock.units.capitalize()} since the trial opened",
            clock.unit,
            f"A line for each of {data.entry.size} patients from randomization to the end of "
            f"follow-up for {label}, by arm.",
            f"Event of {label}",
        ),
    )
