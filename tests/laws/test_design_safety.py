"""What bounds on harm obey, whatever their numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.safety.boundary import SafetyQuestion, draw_safety_boundary
from equipoise.design.safety.poisson import PoissonQuestion, poisson_boundary

METHOD = st.sampled_from(["pocock", "o'brien-fleming", "wang-tsiatis", "max-sprt"])


class TestBinomial:
    """The level is kept; more harm stops sooner and more often; counts rise with patients."""

    @settings(max_examples=40, deadline=None)
    @given(
        METHOD, st.floats(0.05, 0.5), st.floats(0.02, 0.2), st.integers(10, 60), st.integers(1, 7)
    )
    def test_a_boundary(self, method, acceptable, level, patients, every):
        asked = SafetyQuestion(method, acceptable, level, patients, every=every, delta=0.25)
        found = draw_safety_boundary(asked)
        assert found.acceptable.stopping <= level
        stopping = [at.stopping for at in found.curve]
        patients_used = [at.expected_patients for at in found.curve]
        assert (np.diff(stopping) >= -1e-12).all()
        assert (np.diff(patients_used) <= 1e-9).all()
        assert stopping[0] == 0.0
        assert patients_used[0] == pytest.approx(patients)
        assert (np.diff([stop for _, stop in found.boundary]) >= 0).all()
        assert sum(last - first + 1 for first, last, _ in found.steps) >= len(found.boundary)

    @settings(max_examples=15, deadline=None)
    @given(METHOD, st.integers(15, 40))
    def test_a_larger_level_is_never_stricter(self, method, patients):
        strict, loose = (
            dict(draw_safety_boundary(SafetyQuestion(method, 0.2, level, patients)).boundary)
            for level in (0.05, 0.15)
        )
        assert all(loose[n] <= stop for n, stop in strict.items())

    @settings(max_examples=15, deadline=None)
    @given(st.floats(0.6, 0.97), st.integers(10, 50))
    def test_a_higher_posterior_threshold_is_stricter(self, threshold, patients):
        low, high = (
            dict(
                draw_safety_boundary(
                    SafetyQuestion("beta-binomial", 0.2, t, patients, level_is="threshold")
                ).boundary
            )
            for t in (threshold, threshold + 0.02)
        )
        assert all(low[n] <= stop for n, stop in high.items())


class TestPoisson:
    """Only the expected events matter, not the unit of exposure."""

    @settings(max_examples=10, deadline=None)
    @given(st.floats(0.5, 20.0), st.floats(0.01, 50.0), st.integers(1, 4))
    def test_unit_of_exposure(self, events, rate, first):
        one = poisson_boundary(PoissonQuestion(1.0, events + 3, 0.05, first_events=first))
        other = poisson_boundary(
            PoissonQuestion(rate, (events + 3) / rate, 0.05, first_events=first)
        )
        assert one.critical_value == pytest.approx(other.critical_value, rel=1e-9)
        assert one.acceptable.expected_exposure == pytest.approx(
            other.acceptable.expected_exposure * rate, rel=1e-9
        )
        assert one.acceptable.stopping == pytest.approx(0.05, abs=1e-9)

    def test_many_looks_approach_continuous_surveillance(self):
        continuous = poisson_boundary(PoissonQuestion(1.0, 5.0, 0.05)).critical_value
        few, many = (
            poisson_boundary(
                PoissonQuestion(
                    1.0, 5.0, 0.05, looks=tuple(np.linspace(0, 5, looks + 1)[1:].tolist())
                )
            ).critical_value
            for looks in (20, 400)
        )
        assert few < many < continuous
        assert many == pytest.approx(continuous, abs=0.1)
