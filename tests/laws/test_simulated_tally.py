"""Statistics of many trials: merging them in any way is the same as having all trials at once."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equipoise.errors import SimulationError
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.simulate.characteristics.histogram import buckets, edges, histogram_of
from equipoise.simulate.characteristics.moments import comoments_of, moments_of
from equipoise.simulate.characteristics.tally import Tally, tally_bytes, tally_from
from equipoise.simulate.counting import Truths, endings_of, tally_of
from equipoise.simulate.part import Node, Part, joined, part_bytes, parts_from
from sample_rehearsed import made_up

TRUTHS = Truths(
    primary=flags([True, True]),
    null=flags([False, True]),
    told=flags([True, True]),
    together=flags([False, False]),
    direction=codes([1, -1]),
    effect=vector([-0.51, 0.0]),
    z=1.959963984540054,
)
numbers = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-100) | st.just(np.nan)


class TestMomentsMerge:
    """Moments of two halves, merged, are NumPy's of the whole."""

    @given(table=arrays(np.float64, (9, 3), elements=numbers), cut=st.integers(0, 9))
    def test_means_and_spreads(self, table, cut):
        found = moments_of(table[:cut]).merged(moments_of(table[cut:]))
        scale = max(1.0, np.nanmax(np.abs(np.nan_to_num(table))))
        for column in range(3):
            known = table[:, column][np.isfinite(table[:, column])]
            assert found.count[column] == known.size
            if known.size:
                assert found.mean[column] == pytest.approx(known.mean(), abs=1e-14 * scale)
                squares = ((known - known.mean()) ** 2).sum()
                assert found.squares[column] == pytest.approx(squares, abs=1e-12 * scale**2)
                assert (found.least[column], found.most[column]) == (known.min(), known.max())

    @given(table=arrays(np.float64, (9, 3), elements=numbers), cut=st.integers(0, 9))
    def test_products(self, table, cut):
        found = comoments_of(table[:cut]).merged(comoments_of(table[cut:]))
        scale = max(1.0, np.nanmax(np.abs(np.nan_to_num(table))))
        for i in range(3):
            for j in range(3):
                both = np.isfinite(table[:, i]) & np.isfinite(table[:, j])
                x, y = table[both, i], table[both, j]
                assert found.count[i, j] == both.sum()
                if both.any():
                    assert found.mean[i, j] == pytest.approx(x.mean(), abs=1e-13 * scale)
                    products = ((x - x.mean()) * (y - y.mean())).sum()
                    assert found.products[i, j] == pytest.approx(products, abs=1e-11 * scale**2)

    def test_a_constant_has_no_spread(self):
        found = moments_of(np.full(1000, 24.0)).merged(moments_of(np.full(500, 24.0)))
        assert (found.mean, found.squares) == (24.0, 0.0)


class TestHistogram:
    """Each number lies in its bucket, buckets are narrow, and counts add."""

    @given(arrays(np.float64, 20, elements=st.floats(-1e9, 1e9)))
    def test_numbers_lie_in_their_buckets(self, values):
        lower, upper = edges(buckets(values))
        assert np.all((lower <= values) & (values <= upper))
        assert np.all(upper - lower <= np.abs(values) * 2.0**-9 + 1e-300)

    @given(arrays(np.float64, 30, elements=st.floats(-50, 50)), st.integers(0, 30))
    def test_merged_is_whole(self, values, cut):
        whole = histogram_of(values)
        found = histogram_of(values[:cut]).merged(histogram_of(values[cut:]))
        assert np.array_equal(found.bucket, whole.bucket)
        assert np.array_equal(found.counts, whole.counts)
        assert whole.total == 30

    @pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.75, 0.95])
    def test_quantiles(self, share):
        values = np.random.default_rng(3).normal(55.0, 3.5, size=200_000)
        found = histogram_of(values).quantile(share)
        assert found == pytest.approx(np.quantile(values, share), rel=2e-4)

    @given(st.lists(st.integers(0, 2000), min_size=1), st.sampled_from([0.05, 0.5, 0.95]))
    def test_whole_numbers_stay_whole(self, values, share):
        found = histogram_of(values).quantile(share, whole=True)
        assert found == np.quantile(values, share, method="inverted_cdf")

    def test_wide_and_signed(self):
        values = np.random.default_rng(4).normal(0.0, 0.2, size=100_000)
        assert histogram_of(values).quantile(0.5) == pytest.approx(np.median(values), abs=2e-5)


def leaf(chunk, size=10, total=95):
    first = chunk * size
    return Node(chunk, 1, tally_of(made_up(first, min(first + size, total)), TRUTHS))


LEAVES = [leaf(chunk) for chunk in range(10)]  # the last is short


def part(nodes):
    return Part("plan", 1, "planned", 10, joined(nodes, 10))


class TestPartsMerge:
    """Merging is associative and commutative, bit for bit."""

    @settings(max_examples=30, deadline=None)
    @given(order=st.permutations(range(10)), cuts=st.lists(st.integers(0, 10), max_size=4))
    def test_any_parts_in_any_order(self, order, cuts):
        ends = [0, *sorted(cuts), 10]
        pieces = [part([LEAVES[at] for at in order[a:b]]) for a, b in pairwise(ends)]
        whole = pieces[0]
        for piece in pieces[1:]:
            whole = whole.merged(piece)
        assert part_bytes(whole) == part_bytes(part(LEAVES))
        assert whole.trials == 95
        assert tally_bytes(whole.total()) == tally_bytes(part(LEAVES).total())

    def test_what_both_hold_counts_once(self):
        left, right = part(LEAVES[:7]), part(LEAVES[4:])
        assert part_bytes(left.merged(right)) == part_bytes(part(LEAVES))
        assert part_bytes(right.merged(left)) == part_bytes(part(LEAVES))

    def test_few_nodes_hold_many_chunks(self):
        assert [node.chunks for node in part(LEAVES).nodes] == [8, 1, 1]

    def test_a_gap_ends_what_is_told(self):
        gap = part([*LEAVES[:3], *LEAVES[4:]])
        assert gap.from_the_first == 3
        assert gap.total().trials == 30

    def test_other_plans_are_refused(self):
        other = Part("another", 1, "planned", 10, ())
        with pytest.raises(SimulationError, match="two different plans"):
            part(LEAVES).merged(other)

    def test_written_and_read_again(self):
        data = part_bytes(part(LEAVES[:5])) + part_bytes(part(LEAVES[5:]))
        found = [each for each, _ in parts_from(data)]
        assert part_bytes(found[0].merged(found[1])) == part_bytes(part(LEAVES))

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_no_damaged_record_is_read(self, data):
        record = bytearray(part_bytes(part(LEAVES[:2])))
        at = data.draw(st.integers(0, len(record) - 1))
        cut = data.draw(st.booleans())
        damaged = record[:at] if cut else record
        if not cut:
            damaged[at] ^= data.draw(st.integers(1, 255))
        assert list(parts_from(bytes(damaged))) == []


class TestTallyIsTheTable:
    """Every statistic is NumPy's of the table of all trials."""

    rehearsed = made_up(0, 400)
    tally = tally_from(
        tally_bytes(
            part(
                [Node(at, 1, tally_of(made_up(10 * at, 10 * at + 10), TRUTHS)) for at in range(40)]
            ).total()
        )
    )

    def test_counts(self):
        endings, table = endings_of(self.rehearsed), self.rehearsed.table
        counts = {
            name: self.tally.counts(name).counts.tolist()
            for name in (
                "rejected",
                "at least one primary",
                "all primary",
                "family-wise error",
                "ended",
                "held",
                "came to",
                "condition met",
                "wrong efficacy",
                "wrong side",
                "enriched",
            )
        }
        rejected = endings.rejected
        rows = np.arange(400)
        end = table.z[rows, endings.last]
        assert counts == {
            "rejected": rejected.sum(0).tolist(),
            "at least one primary": int(rejected.any(1).sum()),
            "all primary": int(rejected.all(1).sum()),
            "family-wise error": int(rejected[:, 1].sum()),
            "ended": np.bincount(endings.last, minlength=3).tolist(),
            "held": np.isfinite(table.time).sum(0).tolist(),
            "came to": [int((endings.last >= look).sum()) for look in range(3)],
            "condition met": table.reached.sum(0).tolist(),
            "wrong efficacy": [0, int(rejected[:, 1].sum())],
            "wrong side": [int((end[:, 0] < 0).sum()), int((end[:, 1] > 0).sum())],
            "enriched": [0, int((self.rehearsed.enriched == 1).sum()), 0],
        }
        verdicts = self.tally.counts("verdicts").counts
        assert verdicts[:, :, 0].sum(0).tolist() == rejected.sum(0).tolist()

    def test_averages(self):
        endings, table = endings_of(self.rehearsed), self.rehearsed.table
        for look in range(3):
            came = endings.last >= look
            held = np.isfinite(table.time[:, look])
            for name, column in (("time", table.time), ("patients", table.patients)):
                at_look = self.tally.moments(f"at look {name}").mean[look]
                assert at_look == pytest.approx(column[came, look].mean(), rel=1e-12)
                carried = self.tally.moments(f"carried {name}").mean[look]
                assert carried == pytest.approx(column[held, look].mean(), rel=1e-12)
        z = np.where(np.isfinite(table.time), table.z[:, :, 0], np.nan)
        both = np.isfinite(z).all(axis=1)
        products = self.tally.comoments("carried z").products[:, :, 0]
        for i, j in ((0, 0), (0, 1)):
            expected = np.cov(z[:, i], z[:, j])[0, 1] * 399
            assert products[i, j] == pytest.approx(expected, rel=1e-10)
        expected = np.cov(z[both, 0], z[both, 2])[0, 1] * (both.sum() - 1)
        assert products[0, 2] == pytest.approx(expected, rel=1e-10)

    def test_estimates(self):
        effects = self.rehearsed.effects
        off = self.tally.moments("naive off").mean
        assert off == pytest.approx((effects.estimate - TRUTHS.effect).mean(axis=0), rel=1e-10)
        half = TRUTHS.z * effects.error
        covered = np.abs(effects.estimate - TRUTHS.effect) <= half
        assert self.tally.counts("naive covered").counts.tolist() == covered.sum(0).tolist()

    def test_other_counts_are_refused(self):
        with pytest.raises(SimulationError, match="count the same"):
            self.tally.merged(Tally(1, {}))
