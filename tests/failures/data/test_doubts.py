"""Doubts that stop nothing: what a stranger would ask before believing the numbers."""

from collections.abc import Callable

import pytest

from equipoise.analyze.estimates import Finding
from equipoise.analyze.snapshot import Snapshot
from equipoise.protocol.data_map import AdamTimeToEvent, SingleTime
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


class TestExchangedCodes:
    """Events and censorings that may be exchanged are doubted, however they are mapped."""

    def patients(self, **codes: str) -> str:
        cells = codes | {"n": ""}
        column = next(iter(codes))
        rows = (f"{n},{('control', 'new')[n % 2]},{n},{cells[column][n]}" for n in range(12))
        return f"id,arm,time,{column}\n" + "\n".join(rows) + "\n"

    @pytest.mark.parametrize(
        ("column", "values", "rule", "words"),
        [
            ("status", (("1", "death"), ("2", "censored")), "event-coded-1-2",
             "1 counts as 'death' and 2 as censored. If 2 is the event, exchange them under"),
            ("CNSR", (("1", "death"), ("2", "censored")), "censor-named-event", "exchange them"),
        ],
    )  # fmt: skip
    def test_causes(self, read, trial, column, values, rule, words):
        source = SingleTime("os", "patients", "time", cause=column, cause_values=values)
        snapshot = read(self.patients(**{column: "112121121121"}), trial(source))
        assert words in remark(snapshot, rule).message

    def test_an_event_coded_2_is_not_doubted(self, read: Read, trial: Make):
        values = (("1", "censored"), ("2", "death"))
        source = SingleTime("os", "patients", "time", cause="status", cause_values=values)
        found = rules(read(self.patients(status="112121121121"), trial(source)))
        assert not {"event-coded-1-2", "censor-named-event"} & set(found)

    @pytest.mark.parametrize(
        ("source", "remedy"),
        [
            (SingleTime("os", "patients", "time", event="died == 1"), "turn the condition `died"),
            (SingleTime("os", "patients", "time", cause="died",
                        cause_values=(("0", "censored"), ("1", "death"))),
             "exchange the values under data.endpoints.os.cause.values"),
        ],
    )  # fmt: skip
    def test_nearly_everybody_has_an_event(self, read, trial, source, remedy):
        found = remark(read(self.patients(died="011111111111"), trial(source)), "mostly-events")
        assert "92% of patients have an event" in found.message
        assert remedy in found.message

    @pytest.mark.parametrize(
        ("texts", "doubted"),
        [
            (("ALIVE", "DEATH"), ["0 (an event) is 'ALIVE'", "above 0 (censored) is 'DEATH'"]),
            (("STUDY COMPLETION", "Death"), ["0 (an event) is 'STUDY", "above 0 (censored) is 'D"]),
            (("Last contact", "?"), ["0 (an event) is 'Last contact'. If the codes are exchanged"]),
            (("CENSORED", "?"), ["0 (an event) is 'CENSORED'"]),
            (("DEATH", "ALIVE"), []),
            (("Death", "No documented death"), []),
            (("DEATH", "LOST TO FOLLOW-UP"), []),
        ],
    )
    @pytest.mark.parametrize("description", ["EVNTDESC", None])
    def test_descriptions_that_say_the_opposite(self, read, trial, texts, doubted, description):
        source = AdamTimeToEvent("os", "adtte", "OS", description=description)
        protocol = trial(source, tables={"patients": "patients.csv", "adtte": "adtte.csv"})
        rows = (f"{n},OS,{9 + n},{n % 2},{texts[n % 2]}\n" for n in range(1, 5))
        adtte = "id,PARAMCD,AVAL,CNSR,EVNTDESC\n" + "".join(rows)
        snapshot = read(GOOD, protocol, adtte=adtte)
        found = [each.message for each in snapshot.findings if each.rule == "censor-coding"]
        assert len(found) == len(doubted)
        for words in doubted:
            assert any(words in message for message in found)


def test_an_unusual_alpha_is_noted_in_the_analysis(read: Read, trial: Make):
    (finding,) = read(GOOD, trial(analysis=AnalysisPlan(alpha=0.05))).findings
    assert (finding.severity, finding.rule) == ("note", "unusual-protocol")
    assert finding.message.startswith("analysis.alpha: a one-sided alpha of 0.05 is as lenient")
