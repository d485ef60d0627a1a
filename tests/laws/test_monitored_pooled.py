"""The open report cannot depend on arms: permuting them changes no byte of what it is told."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_record
from equipoise.analyze.estimates import Finding
from equipoise.design.trial import design_trial
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.kernel.arrays import codes
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.cut.cut import snapshot_at
from equipoise.monitor.pooled.snapshot import named_in, without_arms
from equipoise.monitor.pooled.trial import canonical_text, pooled_trial
from equipoise.monitor.statistics.statistics import seen_statistics
from equipoise.protocol.data_map import DataMap, Subjects

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331"
PROTOCOL = read_protocol(EXAMPLE / "protocol.yaml")
DATA = read_snapshot(PROTOCOL, EXAMPLE / "data")
DESIGN = design_trial(PROTOCOL)
RULES = trial_rules(DESIGN)
CUT = snapshot_at(DATA, date(2018, 6, 30))
TOLD = pooled_trial(CUT, design=DESIGN, rules=RULES, look=2)
SMALL = sample_record.cut_of(sample_record.dated())


def permuted(cut, seed):
    """The cut with its patients' arms exchanged among them."""
    subjects = cut.snapshot.subjects
    order = np.random.default_rng(seed).permutation(subjects.size)
    assigned, received = codes(subjects.assigned[order]), codes(subjects.received[order])
    mixed = replace(subjects, assigned=assigned, received=received)
    told = cut.snapshot.disposition
    by_arm = dict(zip(told.discontinued, reversed(told.discontinued.values()), strict=True))
    disposition = replace(told, discontinued=by_arm)
    return replace(cut, snapshot=replace(cut.snapshot, subjects=mixed, disposition=disposition))


class TestArms:
    """Whoever is in which arm, the open report is the same, byte for byte."""

    @given(st.integers(0, 10**6))
    @settings(deadline=None, max_examples=8)
    def test_permuted(self, seed):
        other = pooled_trial(permuted(CUT, seed), design=DESIGN, rules=RULES, look=2)
        assert canonical_text(other) == canonical_text(TOLD)

    @given(st.integers(0, 10**6))
    @settings(deadline=None, max_examples=8)
    def test_permuted_with_every_endpoint(self, seed):
        told = canonical_text(pooled_trial(SMALL))
        assert canonical_text(pooled_trial(permuted(SMALL, seed))) == told

    def test_all_in_one_arm(self):
        nobody = codes(np.full(SMALL.snapshot.subjects.size, -1))
        subjects = replace(SMALL.snapshot.subjects, assigned=nobody, received=nobody)
        other = replace(SMALL, snapshot=replace(SMALL.snapshot, subjects=subjects))
        assert canonical_text(pooled_trial(other)) == canonical_text(pooled_trial(SMALL))

    @pytest.mark.parametrize("where", ["arm == 1", "code == 'New'", "ARM is not missing"])
    def test_a_population_that_is_an_arm(self, where):
        """It is in no number, since its patients are those of an arm."""
        protocol, subjects = SMALL.snapshot.protocol, SMALL.snapshot.subjects
        one = replace(protocol.populations[0], id="one", label="Those of it", where=where)
        asked = [replace(each, population="one") for each in protocol.estimands[:1]]
        changed = replace(
            protocol,
            populations=(*protocol.populations, one),
            estimands=(*asked, *protocol.estimands[1:]),
            data=DataMap(subjects=Subjects("adsl", "id", "ARM" if "ARM" in where else "arm")),
        )
        members = {**subjects.populations, "one": subjects.assigned == 1}
        snapshot = replace(
            SMALL.snapshot, protocol=changed, subjects=replace(subjects, populations=members)
        )
        told = pooled_trial(replace(SMALL, snapshot=snapshot))
        assert told.left_out == ((asked[0].label, "Its population is defined by the arm."),)
        assert "Those of it" not in canonical_text(told)
        assert "CompetingRisksAnalysis" not in {type(each).__name__ for each in told.endpoints}

    def test_any_event_shows(self):
        held = SMALL.snapshot.followups["hsct"]
        patient = int(held.subject[held.outcome == 1][0])
        moved = sample_record.moved(SMALL.snapshot, patient, 30.5)
        other = pooled_trial(replace(SMALL, snapshot=moved))
        assert canonical_text(other) != canonical_text(pooled_trial(SMALL))

    def test_no_arm_is_left_in_the_snapshot(self):
        pooled = without_arms(CUT.snapshot)
        assert [arm.id for arm in pooled.protocol.arms] == ["all"]
        assert not pooled.subjects.assigned.any()
        assert not pooled.subjects.received.any()
        assert pooled.protocol.comparisons == pooled.protocol.hypotheses == ()
        assert pooled.findings == ()
        assert all(set(each.by_arm) <= {"all"} for each in pooled.disposition.exclusions)


class TestInformation:
    """All arms together count what the test of both arms counts."""

    def test_as_the_statistics_count(self):
        seen = seen_statistics(CUT.snapshot, DESIGN, RULES)
        assert [each.hypothesis for each in TOLD.information] == [e.hypothesis for e in seen]
        for pooled, each in zip(TOLD.information, seen, strict=True):
            assert pooled.known == each.information
            assert pooled.counted == each.counted

    def test_as_planned(self):
        first = TOLD.information[0]
        assert first.planned == 131.0
        assert first.planned_looks == pytest.approx((26, 52, 79, 105, 131))
        assert first.planned_now == pytest.approx(52)
        assert first.fraction == first.known / 131.0
        plan = DESIGN.hypothesis("H1").plan
        events = first.events
        at = np.interp(plan.looks[-1].time, events.time, events.alternative)
        assert at == pytest.approx(plan.events, rel=1e-3)
        assert events.null_by_the_cut > events.alternative_by_the_cut > 0
        now = np.interp(TOLD.accrual.cut, events.time, events.alternative)
        assert events.alternative_by_the_cut == pytest.approx(now, rel=1e-3)

    def test_of_some_arms_it_is_not_told(self):
        protocol = CUT.snapshot.protocol
        more = replace(protocol.arms[1], id="third", label="Third")
        three = replace(protocol, arms=(*protocol.arms, more))
        cut = replace(CUT, snapshot=replace(CUT.snapshot, protocol=three))
        told = pooled_trial(cut, design=DESIGN, rules=RULES, look=2)
        assert all(each.known is None and each.events is None for each in told.information)
        assert all("tell who is in them" in each.why_not for each in told.information)


class TestTexts:
    """A remark or finding that names an arm, however it is written, is not shown."""

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("Arm 'blinatumomab' has no patients.", True),
            ("BLINATUMOMAB: 3 patients", True),
            ("Of chemotherapy, 3.", True),
            ("Chemotherapies differ", False),
            ("4 patients have no stratum.", False),
        ],
    )
    def test_named(self, text, named):
        assert named_in(text, PROTOCOL) is named

    def test_values_of_the_data(self):
        values = dict(PROTOCOL.data.subjects.arm_values)
        assert all(named_in(f"arm is {value}, not known", PROTOCOL) for value in values)

    def test_counted_all_the_same(self):
        found = (
            Finding("warning", "x", "3 patients of New have no answer."),
            Finding("note", "y", "2 patients have no stratum."),
        )
        snapshot = replace(SMALL.snapshot, findings=found)
        told = pooled_trial(replace(SMALL, snapshot=snapshot, remarks=("Control: late.", "Fine.")))
        assert told.findings.counts == {"note": 1, "warning": 1}
        assert told.findings.texts == (("note", "2 patients have no stratum."),)
        assert told.findings.not_shown == 1
        assert told.remarks == ("Fine.", "1 remark that names an arm is in the closed report.")
