"""The ratio from one cause's incidence is Fine and Gray's, and not the cause-specific one."""

import json
from math import log
from pathlib import Path

import pytest

from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure, RebuildAsked
from equipoise.appraise.rebuilt.making import rebuild_trial
from equipoise.evidence.arm_roles import roles_of

HELD = json.loads((Path(__file__).parent / "subdistribution.json").read_text(encoding="utf-8"))
ARMS = ("control", "experimental")


def rebuilt(*, at_risk: bool):
    arms = tuple(
        PublishedArm(
            name,
            cleaned_curve(HELD["time"], HELD[name], kind="incidence"),
            at_risk_table(HELD["columns"], HELD["at_risk"][name]) if at_risk else None,
            (),
            250,
        )
        for name in ARMS
    )
    figure = PublishedFigure("held", "month", unit_told=True, arms=arms, read=(), assumed=())
    roles = roles_of(list(ARMS), control="control")
    return rebuild_trial(figure, roles, RebuildAsked(draws=2)).comparison().analysis


def test_patients_followed_to_the_end_give_fine_and_grays_ratio():
    """Curves read twice a month and rounded: a fifth of a standard error, and the same error."""
    value, error = HELD["fine_gray"]
    found = rebuilt(at_risk=False)
    assert found.ratio == "subdistribution hazard ratio"
    estimate = found.number("hazard ratio").estimate
    assert log(estimate.value) == pytest.approx(value, abs=0.2 * error)
    assert estimate.standard_error == pytest.approx(error, rel=0.01)


def test_numbers_at_risk_without_the_dead_come_roughly_to_it():
    """Nearer to Fine and Gray's ratio than to the cause-specific one, with fewer events."""
    value, error = HELD["fine_gray"]
    found = rebuilt(at_risk=True)
    estimate = found.number("hazard ratio").estimate
    away = abs(log(estimate.value) - value)
    assert away < 0.7 * error < abs(log(estimate.value) - HELD["cause_specific"])
    assert sum(found.events) < sum(rebuilt(at_risk=False).events)
