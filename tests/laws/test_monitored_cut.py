"""What holds of every data cut, whatever the data; and of those of a simulated trial."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dated_snapshot import ACCRUAL, LONGEST, MONTH, OPENED, come, dated, difference
from equipoise.analyze.binary import binary_analysis
from equipoise.analyze.exclusions import out_of_populations
from equipoise.analyze.snapshot import Categories
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import read_protocol
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.cut.cut import snapshot_at
from equipoise.verbs.rehearsed_trial import simulate_patients

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "aall1331"
designs = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["day 0", "day 1", "exact"]),
        "on": st.booleans(),
        "recorded": st.booleans(),
        "intervals": st.booleans(),
    }
)
seeds, lates = st.integers(0, 10_000), st.sampled_from(["left out", "counted"])
days = st.integers(0, ACCRUAL + LONGEST + 60)


def cut_at(whole, day, late="left out"):
    first = int(whole.subjects.randomized.min())
    return snapshot_at(whole, date.fromordinal(max(first, OPENED + day)), late=late)


class TestTwiceIsOnce:
    """Cutting twice is cutting once, at the earlier date."""

    @given(seeds, designs, days, days, lates)
    @settings(deadline=None, max_examples=150)
    def test_any_two_dates(self, seed, design, one, other, late):
        whole, early, later = dated(seed, 25, **design), min(one, other), max(one, other)
        if late == "counted":  # what came later than the first cut is there only if it counts
            whole = dated(seed, 25, **{**design, "recorded": False})
        twice = cut_at(cut_at(whole, later, late).snapshot, early, late)
        once = cut_at(whole, early, late)
        assert not difference(twice.snapshot, once.snapshot)


class TestTheEndChangesNothing:
    """A cut at the last date on which anyone was seen, or later, changes nothing.

    But for patients whose answer is not due yet: they are awaited.
    """

    @given(seeds, designs, st.integers(0, 100))
    @settings(deadline=None, max_examples=60)
    def test_at_the_last_date_seen(self, seed, design, more):
        whole = dated(seed, 25, **{**design, "recorded": False})
        whole = cut_at(whole, 3000).snapshot  # the drawn one has no counts
        last = snapshot_at(whole, date(2030, 1, 1)).latest_seen
        found = snapshot_at(whole, last + timedelta(days=more)).snapshot
        awaited = found.answers["mrd"].awaited
        if awaited is None:
            assert not difference(found, whole)
        still = replace(found.answers["mrd"], awaited=None)
        assert not difference(still, whole.answers["mrd"])
        assert not difference(found.followups, whole.followups)
        assert not difference(found.subjects, whole.subjects)
        assert not difference(found.adverse_events, whole.adverse_events)

    def test_of_the_example(self):
        protocol = read_protocol(EXAMPLE)
        whole = read_snapshot(protocol, EXAMPLE / "data")
        cut = snapshot_at(whole, date(2018, 9, 17))
        assert cut.latest_seen == date(2018, 9, 17)
        assert cut.after == 0
        assert cut.late == ()
        awaited = cut.snapshot.answers["mrd"].awaited
        assert (whole.answers["mrd"].value[awaited] < 0).all()
        untold = replace(
            cut.snapshot,
            answers={"mrd": replace(cut.snapshot.answers["mrd"], awaited=None)},
            disposition=replace(cut.snapshot.disposition, exclusions=whole.disposition.exclusions),
        )
        assert not difference(untold, whole)
        assert out_of_populations(protocol, whole.subjects) == []


def changed_after(whole, cut, rng):
    """Alter everything dated after a cut, and who comes after it."""
    start, size = whole.subjects.randomized, whole.subjects.size
    later = start > cut
    arm = np.where(later, rng.integers(0, 2, size), whole.subjects.assigned)
    subjects = replace(
        whole.subjects,
        id=tuple(f"X{k}" if later[k] else name for k, name in enumerate(whole.subjects.id)),
        assigned=codes(arm),
    )
    rows = whole.followups["hsct"]
    begun = start[rows.subject]
    on = rows.on if rows.on is not None else begun + np.floor(rows.time * MONTH + 1e-6)
    goes_on = on > cut
    more = rng.integers(0, 90, rows.time.size) * goes_on
    outcome = np.where(goes_on, rng.integers(0, 4, rows.time.size), rows.outcome)
    word = np.where(goes_on, rng.integers(0, 5, rows.time.size), rows.happening.codes)
    followup = replace(
        rows,
        time=vector(rows.time + more / MONTH),
        outcome=codes(outcome),
        happening=Categories(rows.happening.levels, codes(word)),
        on=None if rows.on is None else codes(rows.on + more),
        recorded=None
        if rows.recorded is None
        else codes(np.where(goes_on, come(rng, on.astype(int) + more), rows.recorded)),
    )

    def assessed(data, values):
        day = np.nan_to_num(start + np.floor(data.time * MONTH + 1e-6), nan=0)
        then = (day > cut) | later
        moved = np.where(then, data.time + rng.integers(0, 40, size) / MONTH, data.time)
        value = np.where(then, values, data.value)
        return replace(
            data,
            value=codes(value) if data.value.dtype == np.int64 else vector(value),
            time=vector(moved),
        )

    until = subjects.treated_until
    moved = np.where(rng.random(size) < 0.5, -1, until + rng.integers(0, 90, size))
    subjects = replace(subjects, treated_until=codes(np.where(until > cut, moved, until)))
    log = whole.adverse_events["ae"]
    began = start[log.subject] + np.floor(log.onset * MONTH + 1e-6)
    then = (began > cut) | later[log.subject]
    events = replace(
        log,
        fatal=flags(np.where(then, rng.random(then.size) < 0.5, log.fatal)),
        term=Categories(
            log.term.levels, codes(np.where(then, rng.integers(0, 9, then.size), log.term.codes))
        ),
    )
    return replace(
        whole,
        subjects=subjects,
        followups={"hsct": followup},
        answers={"mrd": assessed(whole.answers["mrd"], rng.integers(0, 2, size))},
        measurements={"score": assessed(whole.measurements["score"], rng.normal(size=size))},
        adverse_events={"ae": events},
    )


class TestNothingAfterIsSeen:
    """Whatever is dated after a cut may change: the snapshot at the cut stays as it is."""

    @given(seeds, designs, days, lates)
    @settings(deadline=None, max_examples=150)
    def test_any_change(self, seed, design, day, late):
        whole = dated(seed, 25, **design)
        known = cut_at(whole, day, late)
        other = changed_after(whole, known.as_of.toordinal(), np.random.default_rng(seed))
        seen = cut_at(other, day, late)
        assert not difference(seen.snapshot, known.snapshot)
        assert seen.late == known.late


class TestTheDayCounts:
    """What is dated on the day of the cut is in; what is dated on the next day is not."""

    @given(seeds, designs)
    @settings(deadline=None, max_examples=60)
    def test_any_event(self, seed, design):
        whole = dated(seed, 25, **{**design, "recorded": False})
        rows = whole.followups["hsct"]
        begun = whole.subjects.randomized[rows.subject]
        ended = rows.on if rows.on is not None else begun + np.floor(rows.time * MONTH + 1e-6)
        for row in np.flatnonzero(rows.outcome > 0)[:5]:
            on = date.fromordinal(int(ended[row]))
            who = whole.subjects.id[rows.subject[row]]
            for day, expected in ((on, True), (on - timedelta(days=1), False)):
                if day.toordinal() < whole.subjects.randomized[rows.subject[row]]:
                    continue
                found = snapshot_at(whole, day).snapshot
                mine = found.followups["hsct"].subject == found.subjects.id.index(who)
                assert (found.followups["hsct"].outcome[mine] > 0).any() == expected


class TestCountedAnew:
    """Randomized, treated, populations and exclusions are those of the patients who stay."""

    @given(seeds, days)
    @settings(deadline=None, max_examples=40)
    def test_by_hand(self, seed, day):
        found = cut_at(dated(seed, 25), day).snapshot
        told, there = found.disposition, found.subjects
        by_hand = {"control": 0, "new": 0}
        for arm in there.assigned:
            by_hand[("control", "new")[arm]] += 1
        assert told.randomized == by_hand
        treated = (there.received < 0).sum()
        named = {(each.what, each.reason): each.count for each in told.exclusions}
        assert named.get(("Treated", "no study treatment"), 0) == treated
        answers = found.answers["mrd"]
        waiting = 0 if answers.awaited is None else int(answers.awaited.sum())
        assert named.get(("MRD negative", "not yet assessed at the data cut"), 0) == waiting
        absent = int(np.isnan(found.measurements["score"].value).sum())
        assert named.get(("Score", "value missing"), 0) == absent

    def test_an_answer_that_is_left_out_when_missing(self):
        whole = dated(2, 80)
        endpoints = [
            replace(each, missing="excluded") if each.id == "mrd" else each
            for each in whole.protocol.endpoints
        ]
        protocol = replace(whole.protocol, endpoints=tuple(endpoints))
        found = cut_at(replace(whole, protocol=protocol), 200).snapshot
        answers = found.answers["mrd"]
        missing = int(((answers.value < 0) & ~answers.awaited).sum())
        named = {
            each.reason: each.count
            for each in found.disposition.exclusions
            if each.what == "MRD negative"
        }
        assert named == {
            "answer missing": missing,
            "not yet assessed at the data cut": int(answers.awaited.sum()),
        }

    def test_who_is_awaited_is_no_non_responder(self):
        found = cut_at(dated(2, 80), 200).snapshot
        answers, estimand = found.answers["mrd"], found.protocol.estimands[1]
        awaited = answers.awaited
        assert 0 < awaited.sum() < awaited.size
        analysis = binary_analysis(found, estimand)
        assert sum(arm.patients for arm in analysis.arms) == int((~awaited).sum())
        missing = (answers.value < 0) & ~awaited
        assert sum(arm.missing for arm in analysis.arms) == int(missing.sum()) > 0


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """One trial with exact times, all of it and as known on some days."""
    base = tmp_path_factory.mktemp("simulated")

    def read(name, as_of):
        made = {"scenario": "as_published", "opened": "2014-12-01", "exact": True, "seed": 1331}
        simulate_patients(EXAMPLE, base / name, as_of=as_of, **made)
        return {
            file: read_snapshot(read_protocol(base / name / file), base / name)
            for file in ("protocol.yaml", "protocol-adam.yaml")
        }

    return read("all", 90.0), {day: read(f"day-{day}", day / MONTH) for day in (400, 1000, 1700)}


@pytest.mark.parametrize("file", ["protocol.yaml", "protocol-adam.yaml"])
@pytest.mark.parametrize("day", [400, 1000, 1700])
class TestSimulatedTrial:
    """A cut of all data is what the rehearsal shows at the end of that day, event for event."""

    def test_event_for_event(self, simulated, day, file):
        everything, known = simulated[0][file], simulated[1][day][file]
        cut = snapshot_at(everything, date(2014, 12, 1) + timedelta(days=day - 1)).snapshot
        assert not difference(
            replace(cut.subjects, id=()), replace(known.subjects, id=())
        )  # ids are as wide as the trial is large
        for name in ("dfs", "os", "hsct"):
            mine, theirs = cut.followups[name], known.followups[name]
            assert mine.subject.tolist() == theirs.subject.tolist()
            assert mine.outcome.tolist() == theirs.outcome.tolist()
            ended = mine.outcome > 0
            assert mine.time[ended].tolist() == theirs.time[ended].tolist()
            words = [[each.happening.levels[c] for c in each.happening.codes[ended]]
                     for each in (mine, theirs)]  # fmt: skip
            assert words[0] == words[1]
            apart = (theirs.time - mine.time) * MONTH
            assert (apart > -1e-6).all()
            assert (apart < 1).all()
        mine, theirs = cut.answers["mrd"], known.answers["mrd"]
        assert mine.value.tolist() == theirs.value.tolist()
        assert not difference(mine.time, theirs.time)
        assert mine.awaited is None or (mine.value[mine.awaited] < 0).all()
        mine, theirs = cut.adverse_events["ae"], known.adverse_events["ae"]
        assert not difference(mine, theirs)
        assert cut.disposition.randomized == known.disposition.randomized
