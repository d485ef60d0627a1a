"""What any Cox fit must obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from equipoise.analyze import cox_diagnostics as diagnostics
from equipoise.analyze.cox import cox
from equipoise.analyze.proportional_hazards import proportional_hazards_test

modest = settings(deadline=None, max_examples=25)
seeds = some.integers(0, 2**32 - 1)
ties_of = some.sampled_from(["efron", "breslow"])


def rows(seed, size=60):
    """Tied, censored rows in which no coefficient is infinite."""
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=size).round(2), np.arange(size) % 2])
    time = random.integers(1, 20, size).astype(float)
    event = random.random(size) < 0.7
    time[:4], event[:4], x[:4, 0] = 1, True, (-3, 3, -3, 3)
    stratum = random.integers(0, 3, size)
    stratum[:4] = 0
    return time, event, x, stratum


def same(one, other, relative=1e-8):
    assert one.last_iterate == pytest.approx(other.last_iterate, rel=relative, abs=1e-11)
    assert one.covariance == pytest.approx(other.covariance, rel=relative, abs=1e-12)
    assert one.log_likelihood == pytest.approx(other.log_likelihood, rel=1e-11)
    assert one.score_test.statistic == pytest.approx(other.score_test.statistic, rel=relative)


class TestUnits:
    """Shifting covariates changes nothing; scaling them scales the coefficients."""

    @modest
    @given(seeds, ties_of, some.sampled_from([-1e6, 3.0, 1e6]))
    def test_shift(self, seed, ties, shift):
        time, event, x, stratum = rows(seed)
        shifted = x + shift  # at 1e6 this costs six of sixteen digits before we see the numbers
        one = cox(time, event, shifted - shift, stratum=stratum, ties=ties)
        same(one, cox(time, event, shifted, stratum=stratum, ties=ties), 1e-8)

    @modest
    @given(seeds, ties_of, some.sampled_from([2.0**-40, 1e-3, 1e12]))
    def test_scale(self, seed, ties, scale):
        time, event, x, stratum = rows(seed)
        one = cox(time, event, x, stratum=stratum, ties=ties)
        other = cox(time, event, x * scale, stratum=stratum, ties=ties)
        assert other.last_iterate * scale == pytest.approx(one.last_iterate, rel=1e-9, abs=1e-12)
        assert other.wald.statistic == pytest.approx(one.wald.statistic, rel=1e-8)
        ours = proportional_hazards_test(one).together.statistic
        assert proportional_hazards_test(other).together.statistic == pytest.approx(ours, rel=1e-7)

    @modest
    @given(seeds, ties_of)
    def test_a_shift_of_its_own_in_every_stratum(self, seed, ties):
        time, event, x, stratum = rows(seed)
        shifted = x + np.array([[1e3], [-5.0], [7e4]])[stratum]
        one = cox(time, event, x, stratum=stratum, ties=ties)
        same(one, cox(time, event, shifted, stratum=stratum, ties=ties))


class TestOrder:
    """Only the order of times matters, and not the order of rows or the names of strata."""

    @modest
    @given(seeds, ties_of)
    def test_rows(self, seed, ties):
        time, event, x, stratum = rows(seed)
        order = np.random.default_rng(seed + 1).permutation(time.size)
        one = cox(time, event, x, stratum=stratum, ties=ties, robust=True)
        other = cox(
            time[order], event[order], x[order], stratum=9 - stratum[order], ties=ties, robust=True
        )
        same(one, other)
        assert other.robust_covariance == pytest.approx(one.robust_covariance, rel=1e-8, abs=1e-12)

    @modest
    @given(seeds, ties_of)
    def test_time(self, seed, ties):
        time, event, x, stratum = rows(seed)
        one = cox(time, event, x, stratum=stratum, ties=ties)
        same(one, cox(np.exp(time / 7) - 5, event, x, stratum=stratum, ties=ties), 1e-9)


class TestResidualsSum:
    """At the maximum, martingale and score residuals sum to zero, weights and ties or not."""

    @modest
    @given(seeds, ties_of, some.booleans())
    def test_sums(self, seed, ties, weighted):
        time, event, x, stratum = rows(seed)
        weight = np.random.default_rng(seed).uniform(0.5, 2, time.size) if weighted else None
        fit = cox(time, event, x, stratum=stratum, ties=ties, weight=weight)
        each = np.ones(time.size) if weight is None else weight
        assert each @ diagnostics.martingale_residuals(fit) == pytest.approx(0, abs=1e-10)
        assert each @ diagnostics.score_residuals(fit) == pytest.approx([0, 0], abs=1e-9)
        if not weighted:
            total = diagnostics.schoenfeld_residuals(fit).residual.sum(axis=0)
            assert total == pytest.approx([0, 0], abs=1e-9)


class TestSplitting:
    """Cutting a row's follow-up into (start, stop] pieces changes nothing."""

    @modest
    @given(seeds, ties_of)
    def test_split(self, seed, ties):
        time, event, x, stratum = rows(seed)
        whole = cox(time, event, x, stratum=stratum, ties=ties, robust=True)
        long = np.flatnonzero(time > 4)
        pieces = cox(
            np.concatenate([np.where(time > 4, 4.0, time), time[long]]),
            np.concatenate([event & (time <= 4), event[long]]),
            np.vstack([x, x[long]]),
            entry=np.concatenate([np.full(time.size, -2.0), np.full(long.size, 4.0)]),
            stratum=np.concatenate([stratum, stratum[long]]),
            cluster=np.concatenate([np.arange(time.size), long]),
            ties=ties,
        )
        same(whole, pieces)
        assert pieces.robust_covariance == pytest.approx(
            whole.robust_covariance, rel=1e-8, abs=1e-12
        )


class TestReplication:
    """With Breslow ties an integer weight is as many rows (with Efron it is not)."""

    @modest
    @given(seeds)
    def test_weights(self, seed):
        time, event, x, stratum = rows(seed)
        weight = np.random.default_rng(seed).integers(1, 4, time.size)
        weighted = cox(time, event, x, stratum=stratum, weight=weight, ties="breslow")
        again = np.repeat(np.arange(time.size), weight)
        same(
            weighted,
            cox(time[again], event[again], x[again], stratum=stratum[again], ties="breslow"),
        )


class TestStrata:
    """The likelihood of strata is the sum of theirs; one without events says nothing."""

    @modest
    @given(seeds, ties_of)
    def test_sum(self, seed, ties):
        time, event, x, stratum = rows(seed)
        for s in range(3):
            event[np.flatnonzero(stratum == s)[:1]] = True
        whole = cox(time, event, x, stratum=stratum, ties=ties).log_likelihood_null
        parts = [
            cox(
                time[stratum == s], event[stratum == s], x[stratum == s], ties=ties
            ).log_likelihood_null
            for s in range(3)
        ]
        assert sum(parts) == pytest.approx(whole, rel=1e-12)

    @modest
    @given(seeds, ties_of)
    def test_without_events(self, seed, ties):
        time, event, x, stratum = rows(seed)
        quiet = event & (stratum != 2)
        one = cox(time, quiet, x, stratum=stratum, ties=ties)
        kept = stratum != 2
        same(one, cox(time[kept], quiet[kept], x[kept], stratum=stratum[kept], ties=ties))


class TestManyStrata:
    """Strata times moments may exceed any table: both ways of placing rows agree."""

    @modest
    @given(seeds, ties_of, some.booleans())
    def test_pairs(self, seed, ties, late):
        random = np.random.default_rng(seed)
        size = 600
        stratum = np.arange(size) // 2
        time, x = random.permutation(size) + 1.0, random.normal(size=size)
        event = random.random(size) < 0.8
        entry = -random.random(size) if late else None
        fit = cox(time, event, x, stratum=stratum, ties=ties, entry=entry)
        # a pair's term depends on the difference only: the same pairs, one after the other
        shift = 1000.0 * stratum
        other = cox(
            time + shift + 0,
            event,
            x,
            stratum=stratum,
            ties=ties,
            entry=None if entry is None else entry + shift,
        )
        first, second = slice(0, size, 2), slice(1, size, 2)
        earlier = time[first] < time[second]
        informative = np.where(earlier, event[first], event[second])
        away = np.where(earlier, x[first] - x[second], x[second] - x[first])[informative]
        expected = -np.log1p(np.exp(-away * fit.last_iterate[0])).sum()
        assert fit.log_likelihood == pytest.approx(expected, rel=1e-11)
        same(fit, other)
