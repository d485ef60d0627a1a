"""Who was changed between two looks is named by the holder of the key, and nobody else is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

import sample_snapshot
from equipoise.kernel.arrays import codes
from equipoise.monitor.cut.known_data import assignments, known_data, reassigned

SECRET, OTHER = "ab" * 16, "cd" * 16
BEFORE = sample_snapshot.snapshot(patients=30)


class TestReassigned:
    """The patients that were changed, and no others."""

    @given(st.sets(st.integers(0, 29)))
    def test_changed_arms_are_named(self, changed):
        arm = BEFORE.subjects.assigned.copy()
        places = sorted(changed)
        arm[places] = 1 - arm[places]
        after = replace(BEFORE, subjects=replace(BEFORE.subjects, assigned=codes(arm)))
        known = assignments(BEFORE, SECRET)
        named = reassigned(known, after, SECRET)
        assert named == tuple(BEFORE.subjects.id[n] for n in places)

    def test_patients_who_come_or_go_are_not_changed(self):
        known = assignments(BEFORE, SECRET)
        later = sample_snapshot.snapshot(patients=30)
        names = tuple(f"new {n}" for n in range(30))
        assert (
            reassigned(known, replace(later, subjects=replace(later.subjects, id=names)), SECRET)
            == ()
        )

    def test_nothing_is_told_without_the_key(self):
        assert assignments(BEFORE, SECRET).keys().isdisjoint(assignments(BEFORE, OTHER))
        assert known_data(BEFORE, "00" * 16).assigned == {}
        assert reassigned({}, BEFORE, SECRET) == ()
