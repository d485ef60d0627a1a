"""One walk serves all drifts, also where they change from look to look."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.kernel import many_drifts
from equipoise.kernel.many_drifts import one_by_one, stopping_for_drifts

LOOKS = st.lists(st.floats(0.05, 1.0), min_size=1, max_size=6).map(np.cumsum)
PARTS = np.linspace(0.0, 1.5, 7)


class TestChangingDriftsAreOneWalkEach:
    @given(
        LOOKS,
        st.lists(st.floats(-0.5, 1.5), min_size=6, max_size=6).map(np.array),
        st.floats(0.5, 5.0),
        st.floats(-3.0, 1.0),
        st.booleans(),
    )
    @settings(max_examples=60, deadline=None)
    def test_whatever_the_bounds(self, looks, shape, planned, lower, two_sided):
        information = looks / looks[-1]
        upper = 2.2 / np.sqrt(information)
        lower = -upper if two_sided else np.full(looks.size, lower)
        inner = np.outer(np.sqrt(information), [-0.9, 0.9]) if two_sided else None
        drifts = np.outer(PARTS * planned, shape[: looks.size])
        together = stopping_for_drifts(upper, lower, information, drifts, inner=inner)
        apart = one_by_one(upper, lower, information, drifts, inner=inner)
        np.testing.assert_allclose(together.upper, apart.upper, atol=1e-12)
        np.testing.assert_allclose(together.lower, apart.lower, atol=1e-12)
        np.testing.assert_allclose(together.inner, apart.inner, atol=1e-12)

    def test_a_usual_trial_takes_one_walk(self, monkeypatch):
        def refuse(*_, **__):
            raise AssertionError

        monkeypatch.setattr(many_drifts, "one_by_one", refuse)
        information = np.array([0.2, 0.5, 0.75, 1.0])
        drifts = np.outer(PARTS * 3.24, [0.3, 0.8, 0.95, 1.0])
        stops = stopping_for_drifts(
            2.0 / np.sqrt(information), np.full(4, -np.inf), information, drifts
        )
        assert np.all(np.diff(stops.upper.sum(axis=1)) > 0.0)

    def test_nothing_runs_on(self):
        information = np.array([0.5, 1.0])
        stops = stopping_for_drifts(
            np.array([1.0, 1.0]), np.array([1.0, 0.5]), information, np.outer(PARTS, [1.0, 2.0])
        )
        np.testing.assert_allclose((stops.upper + stops.lower)[:, 0], 1.0, atol=1e-12)
        assert np.all(stops.upper[:, 1] == 0.0)
