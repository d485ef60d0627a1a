"""Figures without events, with events in one arm alone, or where everyone had the event."""

import json
from dataclasses import replace

import numpy as np
import pytest

from equipoise import evidence
from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.record import analysis_record
from equipoise.report.evidence.one_figure import figure_document

FIGURE = evidence.catalog().figure("ACT1_2A")
NOBODY, EVERYBODY = np.zeros(FIGURE.patients, dtype=bool), np.ones(FIGURE.patients, dtype=bool)
WORLDS = {"nobody": NOBODY, "control": FIGURE.event & (FIGURE.arm == 0), "everybody": EVERYBODY}


@pytest.mark.parametrize("world", WORLDS)
def test_told_without_a_nan(world):
    found = evidence.analyze_figure(replace(FIGURE, event=WORLDS[world]))
    json.dumps(analysis_record(found), allow_nan=False)
    assert figure_document(found, "Equipoise").sections


def test_a_ratio_that_does_not_exist_is_not_compared():
    found = evidence.analyze_figure(replace(FIGURE, event=NOBODY))
    assert found.hazard_ratio.value is Absent.NO_EVENTS
    assert evidence.compare_figure(found) is None
    one_sided = evidence.analyze_figure(replace(FIGURE, event=WORLDS["control"]))
    assert one_sided.hazard_ratio.value is Absent.MONOTONE_LIKELIHOOD
    assert evidence.compare_figure(one_sided) is None


def test_a_figure_without_events_in_an_arm_plans_nothing():
    alone = replace(FIGURE, event=WORLDS["control"])
    used = evidence.planning_priors([evidence.catalog().figure("REVEL_2"), alone])
    assert [each.reason for each in used.left_out] == ["an arm has no events"]
