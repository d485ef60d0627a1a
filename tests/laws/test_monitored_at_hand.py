"""Patients at hand: as the analysis counts them, each in its group, gone or still followed."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from equipoise.analyze.snapshot import Followup
from equipoise.errors import DataError
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.kernel.arrays import codes, vector
from equipoise.monitor.cut.cut import snapshot_at
from equipoise.monitor.future.at_hand import patients_at_hand

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331"
DAYS = 365.25 / 12


@pytest.fixture(scope="module")
def snapshot():
    return read_snapshot(read_protocol(EXAMPLE / "protocol.yaml"), EXAMPLE / "data")


@pytest.fixture(scope="module")
def cut(snapshot):
    return snapshot_at(snapshot, date(2017, 6, 30))


def test_events_and_patients_are_those_of_the_snapshot(cut):
    found = patients_at_hand(cut, "H1")
    followup = cut.snapshot.followups["dfs"]
    assert found.entry.size == cut.snapshot.subjects.size
    assert int(found.event.sum()) == int((followup.outcome == 1).sum())
    assert float(found.time.sum()) == pytest.approx(float(followup.time.sum()), rel=1e-12)
    assert found.cut == pytest.approx((date(2017, 6, 30) - cut.first_randomized).days / DAYS)
    assert found.entry.min() == 0.0
    assert (found.entry + found.time <= found.cut + 1.001 / DAYS).all()


def test_groups_are_numbered_arm_by_arm(cut):
    found = patients_at_hand(cut, "H1")
    arms = [arm.id for arm in cut.snapshot.protocol.arms]
    assert found.groups == tuple(
        f"{arm}, {risk}" for arm in arms for risk in ("intermediate", "high")
    )
    np.testing.assert_array_equal(found.group, found.arm * 2 + found.stratum)
    np.testing.assert_array_equal(found.arm, cut.snapshot.subjects.assigned)
    other = patients_at_hand(cut, "H1", strata=("high", "intermediate"))
    np.testing.assert_array_equal(other.stratum, 1 - found.stratum)
    assert other.groups[0] == f"{arms[0]}, high"
    assert patients_at_hand(cut, "H1", by="everyone").groups == ("everyone",)


def test_who_was_last_seen_long_ago_is_gone(cut):
    strict = patients_at_hand(cut, "H1", seen_within=0.5)
    usual = patients_at_hand(cut, "H1")
    unseen = strict.cut - strict.entry - strict.time
    np.testing.assert_array_equal(strict.lost, ~strict.event & (unseen * DAYS > 0.5))
    np.testing.assert_array_equal(usual.lost, ~usual.event & (unseen * DAYS > 365.25 / 2))


def test_competing_events_end_it_and_who_has_no_row_is_still_to_be_followed(cut):
    followup = cut.snapshot.followups["dfs"]
    outcome = np.array(followup.outcome)
    outcome[:2] = 2
    kept = slice(0, followup.time.size - 1)
    changed = Followup(
        "dfs", codes(followup.subject[kept]), vector(followup.time[kept]), codes(outcome[kept])
    )
    known = replace(cut.snapshot, followups={**cut.snapshot.followups, "dfs": changed})
    found = patients_at_hand(replace(cut, snapshot=known), "H1")
    first, last = followup.subject[:2], followup.subject[-1]
    assert found.lost[first].all()
    assert not found.event[first].any()
    assert found.time[last] == 0.0
    assert not found.lost[last]


def test_a_stratum_met_that_is_not_named_is_refused(cut):
    with pytest.raises(DataError, match="Name every stratum"):
        patients_at_hand(cut, "H1", strata=("high",))
