"""Bounds on harm, programmed a second time: every course of patients, and plain Poisson steps."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, binom, poisson

from equipoise.design.safety.boundary import (
    SafetyQuestion,
    draw_safety_boundary,
    given_safety_boundary,
)
from equipoise.design.safety.poisson import PoissonQuestion, poisson_boundary


def by_every_course(boundary, patients, rate):
    stop_at, stopping, expected, harms = dict(boundary), 0.0, 0.0, 0.0
    for course in itertools.product((0, 1), repeat=patients):
        chance = rate ** sum(course) * (1 - rate) ** (patients - sum(course))
        seen = np.cumsum(course)
        ends = next((n for n in range(1, patients + 1) if seen[n - 1] >= stop_at.get(n, 99)), None)
        stopping += chance * (ends is not None)
        expected += chance * (ends or patients)
        harms += chance * seen[(ends or patients) - 1]
    return stopping, expected, harms


@pytest.mark.parametrize("method", ["pocock", "o'brien-fleming", "max-sprt", "sprt"])
@pytest.mark.parametrize("every", [1, 4])
def test_chances_by_every_course(method, every):
    asked = SafetyQuestion(method, 0.2, 0.1, 11, unacceptable=0.5, every=every)
    found = draw_safety_boundary(asked)
    assert found.acceptable.stopping <= 0.1
    for at in (found.acceptable, found.unacceptable, found.curve[7]):
        expected = by_every_course(found.boundary, 11, at.rate)
        told = (at.stopping, at.expected_patients, at.expected_harms)
        assert told == pytest.approx(expected, abs=1e-12)
        assert found.at(at.rate).stopping == pytest.approx(at.stopping, abs=1e-14)


def test_no_looser_pocock_boundary_keeps_the_level():
    """One harm less at the look with the smallest tail breaks the level, and all looser ones."""
    found = draw_safety_boundary(SafetyQuestion("pocock", 0.2, 0.1, 12))
    tails = {(n, x): binom.sf(x - 1, n, 0.2) for n in range(1, 13) for x in range(1, n + 1)}
    nominal = found.critical_value
    for n in range(1, 13):
        reaching = [x for x in range(1, n + 1) if tails[n, x] <= nominal * (1 + 1e-9)]
        assert dict(found.boundary).get(n) == (min(reaching) if reaching else None)
    following = min(tail for tail in tails.values() if tail > nominal * (1 + 1e-9))
    looser = [
        (n, min(x for x in range(1, n + 1) if tails[n, x] <= following * (1 + 1e-9)))
        for n in range(1, 13)
        if tails[n, n] <= following * (1 + 1e-9)
    ]
    assert by_every_course(looser, 12, 0.2)[0] > 0.1


def test_posterior_boundary_by_beta_tails():
    asked = SafetyQuestion("beta-binomial", 0.15, 0.9, 25, prior=(0.6, 3.4), level_is="threshold")
    for n, stop_at in draw_safety_boundary(asked).boundary:
        assert beta.sf(0.15, 0.6 + stop_at, 3.4 + n - stop_at) >= 0.9
        assert beta.sf(0.15, 0.6 + stop_at - 1, 3.4 + n - stop_at + 1) < 0.9


def test_a_given_boundary_is_described():
    rows = ((3, 2), (6, 3), (9, 5))
    found = given_safety_boundary(SafetyQuestion("pocock", 0.2, 0.1, 9), rows)
    expected = by_every_course(rows, 9, 0.2)
    assert found.acceptable.stopping == pytest.approx(expected[0], abs=1e-13)


def going_by_steps(looks, stop_at, rate):
    """Chance of going on after each look, by adding Poisson counts look by look."""
    chance, at, still = {0: 1.0}, 0.0, []
    for exposure, limit in zip(looks, stop_at, strict=True):
        following = {}
        for count, p in chance.items():
            for more in range(limit - count):
                following[count + more] = following.get(count + more, 0.0) + p * poisson.pmf(
                    more, rate * (exposure - at)
                )
        chance, at = following, exposure
        still.append(sum(chance.values()))
    return still


@pytest.mark.parametrize("rate", [1.0, 2.3])
def test_continuous_surveillance_by_steps(rate):
    found = poisson_boundary(PoissonQuestion(1.0, 2.0, 0.05))
    looks = [*(by for _, by in found.boundary), 2.0]
    stop_at = [*(count for count, _ in found.boundary), found.boundary[-1][0] + 1]
    still = going_by_steps(looks, stop_at, rate)
    at = found.at(rate)
    assert at.stopping == pytest.approx(1 - still[-1], abs=1e-12)

    def going(exposure):
        past = sum(look < exposure for look in looks)
        return going_by_steps([*looks[:past], exposure], [*stop_at[:past], stop_at[past]], rate)[-1]

    edges = [0.0, *looks]
    spent = sum(quad(going, a, b, epsabs=1e-6)[0] for a, b in itertools.pairwise(edges))
    assert at.expected_exposure == pytest.approx(spent, abs=1e-6)


@pytest.mark.parametrize("method", ["max-sprt", "pocock", "o'brien-fleming"])
def test_grouped_surveillance_by_steps(method):
    looks = (2.0, 5.0, 8.0)
    found = poisson_boundary(PoissonQuestion(0.7, 8.0, 0.1, method, looks, unacceptable=1.5))
    stop_at = [count for count, _ in found.boundary]
    for at in (found.acceptable, found.unacceptable):
        still = going_by_steps(looks, stop_at, at.rate)
        assert at.stopping == pytest.approx(1 - still[-1], abs=1e-12)
        spent = 2.0 + 3.0 * still[0] + 3.0 * still[1]
        assert at.expected_exposure == pytest.approx(spent, abs=1e-11)
    assert found.acceptable.stopping <= 0.1
