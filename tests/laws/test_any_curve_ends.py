"""Whatever a monotone curve and whatever is printed with it: patients, or one clear refusal."""

import numpy as np
import pytest

from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import at_risk_table
from equipoise.appraise.curves.draws import reconstructions
from equipoise.appraise.curves.fit import fit_of
from equipoise.errors import ClaimError, DataError

BLOCKS, CASES = range(4), 30


def some_times(generator, size, span):
    times = np.sort(generator.uniform(0.0, span, size))
    if generator.random() < 0.4:  # many at one time
        times = np.round(times / span * generator.choice([5, 20, 100])) * span / 100
    if generator.random() < 0.3:
        times = times + span * generator.uniform(0.0, 0.5)
    return np.where(times.max() <= 0.0, span, times)


def some_values(generator, size, causes, kind):
    depth = generator.choice([0.0, 1.0, *generator.uniform(0, 1, 8)])
    shares = generator.dirichlet(np.ones(causes))
    values = []
    for share in shares:
        rise = generator.exponential(1.0, size) * (
            generator.random(size) < generator.choice([1, 0.5, 0.1])
        )
        rise[0] += generator.choice([0.0, 0.0, 0.0, 2.0])  # not from the start
        reached = np.cumsum(rise)
        reached = reached / max(reached[-1], 1e-9) * depth * share
        if generator.random() < 0.7:
            reached = np.round(reached, int(generator.integers(1, 6)))
        values.append(1.0 - reached if kind == "survival" else reached)
    return values


def some_table(generator, patients, span):
    """Numbers at risk of some other arm: they need not fit the curve."""
    columns = int(generator.integers(1, 12))
    reach = span * generator.choice([0.5, 1.0, 1.6])
    at = np.unique(np.concatenate([[0.0], generator.uniform(0.0, reach, columns - 1)]))
    many = np.sort(generator.integers(0, patients + 1, at.size))[::-1].copy()
    many[0] = patients
    if generator.random() < 0.3:
        many[-int(generator.integers(1, many.size + 1)) :] = 0
    return at, many


def rebuilt(generator):
    size = int(np.exp(generator.uniform(0.0, np.log(400.0))))
    span = float(10.0 ** generator.uniform(-2.0, 4.0))
    causes = int(generator.choice([1, 1, 1, 2, 4]))
    kind = "survival" if causes == 1 and generator.random() < 0.7 else "incidence"
    scale = 100.0 if generator.random() < 0.3 else 1.0
    reading = [None, "steps", "samples"][int(generator.integers(3))]
    patients = int(np.exp(generator.uniform(0.0, np.log(1500.0))))
    times = some_times(generator, size, span)
    curves = [
        cleaned_curve(times, scale * value, kind=kind, percent=scale > 1.0, reading=reading)
        for value in some_values(generator, size, causes, kind)
    ]
    table = (
        at_risk_table(*some_table(generator, patients, span)) if generator.random() < 0.6 else None
    )
    events = int(generator.integers(0, patients + 1)) if generator.random() < 0.5 else None
    marks = generator.uniform(0.0, 1.2 * span, 40) if generator.random() < 0.3 else None
    made = reconstructions(
        curves, at_risk=table, events=events, patients=patients, censor_marks=marks, draws=2, seed=3
    )
    return made, table, patients, events


class TestAnyCurveEnds:
    """Every patient is there and numbers at risk come back, or a sentence says why not."""

    @pytest.mark.parametrize("block", BLOCKS)
    def test_patients_or_a_refusal(self, block):
        ended = 0
        for case in range(CASES):
            try:
                made, table, patients, events = rebuilt(np.random.default_rng([block, case]))
            except (ClaimError, DataError):
                continue
            ended += 1
            for one in (made.best, *made.drawn):
                assert one.patients == patients
                assert np.isfinite(one.time).all()
                assert one.time.min() >= 0.0
                if table is not None:
                    later = table.times > 0.0
                    back = np.array([(one.time >= at).sum() for at in table.times])
                    assert back[later].tolist() == table.patients[later].tolist()
            fit = fit_of(made.best)
            assert 0.0 <= fit.mean_distance <= fit.farthest <= 1.0
            assert events is None or fit.rebuilt_events == events or fit.remarks
        assert ended >= 0.9 * CASES
