"""When trials end on average, whatever is true of the effect."""

import numpy as np
import pytest

from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text

SURVIVAL = """
schema: 1
trial: {id: SAMPLE, title: A sample, time_unit: month}
arms: [{id: control, role: control}, {id: new, role: experimental}]
endpoints: [{id: os, label: Overall survival, type: time-to-event, events: [death]}]
hypotheses: [{id: H1, endpoint: os, effect: {hazard_ratio: 0.7}}]
planning:
  accrual: {duration: 24}
  follow_up: 12
  endpoints: {os: {control: {median: 15}}}
"""
LATE = "{hazard_ratio: {0: 1, 4 months: 0.6}}"
CHANGING = "method: average hazard ratio, "
INFORMATION, CALENDAR = "{information: [0.5, 0.75, 1]}", "{calendar: [20, 30, 42]}"


def planned(looks: str, *, effect: str = "{hazard_ratio: 0.7}", method: str = ""):
    text = SURVIVAL.replace("{hazard_ratio: 0.7}", effect)
    if "calendar" in looks:
        text = text.replace("  follow_up: 12\n", "")
    reading = examine_text(f"{text}design: {{power: 0.9, {method}looks: {looks}}}", "protocol.yaml")
    assert not reading.problems
    return design_trial(reading.protocol).main.plan


def ending(plan, fraction: float):
    stops = plan.sequential.stops(fraction * plan.sequential.drift)
    leaving = (stops.upper + stops.lower + stops.inner)[:-1]
    return np.append(leaving, 1 - leaving.sum())


class TestLooksAtCalendarTimes:
    """Looks that the calendar fixes come at their times under every truth."""

    @pytest.mark.parametrize("effect", ["{hazard_ratio: 0.7}", LATE])
    def test_the_time_on_average(self, effect):
        plan = planned(CALENDAR, effect=effect)
        null = plan.expected[0]
        assert null.time == pytest.approx(ending(plan, 0) @ [20, 30, 42], abs=1e-6)
        assert null.time == pytest.approx(41.9, abs=0.05)
        assert null.events > plan.events  # the control arm's hazard in both arms
        assert "whatever the truth" in " ".join(plan.assumed)


class TestLooksAtEvents:
    """Looks that wait for their events have these, sooner without an effect than with one."""

    @pytest.mark.parametrize("effect", ["{hazard_ratio: 0.7}", LATE])
    def test_events_and_time_on_average(self, effect):
        plan = planned(INFORMATION, effect=effect)
        null = plan.expected[0]
        events = [look.events for look in plan.looks]
        assert null.events == pytest.approx(ending(plan, 0) @ events, abs=1e-6)
        assert null.events < plan.events
        assert null.time < plan.looks[-1].time - 3

    def test_both_engines_agree(self):
        one, other = planned(INFORMATION), planned(INFORMATION, method=CHANGING)
        for mine, theirs in zip(one.expected, other.expected, strict=True):
            assert mine.time == pytest.approx(theirs.time, rel=0.02)
            assert mine.events / one.events == pytest.approx(theirs.events / other.events, rel=0.03)


def test_events_alone_have_no_patients():
    text = SURVIVAL.partition("planning:")[0] + "design: {power: 0.9}\n"
    reading = examine_text(text, "protocol.yaml")
    design = design_trial(reading.protocol)
    assert not design.main.plan.patients_known
    assert design.patients is None
    told = " ".join(design.paragraphs)
    assert "331 events" in told or "332 events" in told
    assert "among" not in told
