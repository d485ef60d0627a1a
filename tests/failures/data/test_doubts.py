"""Doubts that stop nothing: what a stranger would ask before believing the numbers."""

from collections.abc import Callable

import pytest

from equipoise.analyze.estimates import Finding
from equipoise.analyze.snapshot import Snapshot
from equipoise.protocol.trial import AnalysisPlan, Protocol, Trial

Read = Callable[..., Snapshot]
Make = Callable[..., Protocol]
GOOD = "id,arm,time,died\n1,control,10,1\n2,new,20,0\n3,control,15,0\n4,new,8,1\n"


def remark(snapshot: Snapshot, rule: str) -> Finding:
    found = [finding for finding in snapshot.findings if finding.rule == rule]
    assert found, snapshot.findings
    return found[0]


def rules(snapshot: Snapshot) -> list[str]:
    return [finding.rule for finding in snapshot.findings]


class TestHorizons:
    """Follow-up that reaches no landmark is doubted; a landmark out of reach is told."""

    @pytest.mark.parametrize(
        ("unit", "landmarks", "words"),
        [
            ("day", (365.25, 1095.75), "first landmark (1 year): are these times in months? Then"),
            ("week", (52.0,), "before the first landmark (52 weeks): are these times in months?"),
            ("month", (24.0,), "before the first landmark (24 months): are these times in years?"),
            ("year", (24.0,), "(24 years). Check trial.time_unit and analysis.landmarks."),
        ],
    )
    def test_no_landmark_reached(self, read, trial, unit, landmarks, words):
        plan = AnalysisPlan(landmarks=landmarks)
        snapshot = read(GOOD, trial(trial=Trial("T", "T", time_unit=unit), analysis=plan))
        finding = remark(snapshot, "landmarks-beyond-follow-up")
        assert finding.severity == "warning"
        assert finding.message.startswith("Overall survival: the longest follow-up is 20 ")
        assert words in finding.message

    def test_some_landmarks_reached(self, read: Read, trial: Make):
        snapshot = read(GOOD, trial(analysis=AnalysisPlan(landmarks=(12.0, 30.5, 40.0))))
        finding = remark(snapshot, "landmark-beyond-follow-up")
        assert finding.severity == "note"
        assert "before the landmarks 30.5 days, 40 days; nothing can be said" in finding.message
        assert read(GOOD, trial(analysis=AnalysisPlan(landmarks=(12.0, 20.0)))).findings == ()

    def test_restricted_means_beyond_follow_up(self, read: Read, trial: Make):
        snapshot = read(GOOD, trial(analysis=AnalysisPlan(restricted_mean_until=365.25)))
        finding = remark(snapshot, "restricted-mean-beyond-follow-up")
        assert finding.severity == "warning"
        assert "wanted up to 1 year, but the longest follow-up is 20 days" in finding.message
