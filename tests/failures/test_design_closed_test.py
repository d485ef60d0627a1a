"""An intersection of little weight was rejected whatever its p-value.

Where all p exceed their weights, the level q = min p / w was taken to be 1 at most.  The p of an
intersection was then at most its weight: 0.02 here, below alpha, for a p-value of 0.9.
"""

import numpy as np
import pytest

from equipoise.design.multiplicity.closed_test import HypothesisGroup, closed_test
from equipoise.design.multiplicity.graph import draw_graph

GROUPS = [HypothesisGroup(("H1",)), HypothesisGroup(("H2",), "parametric", np.eye(1))]


def test_no_adjusted_p_is_below_its_p():
    found = closed_test(
        draw_graph([0.98, 0.02], np.zeros((2, 2))), [0.5, 0.9], 0.025, GROUPS, joint=True
    )
    assert found.adjusted_p == pytest.approx([0.5 + 0.02 * 0.5 / 0.98, 0.9])
    assert not found.rejected.any()


def test_large_p_values_keep_their_order():
    """graphicalMCP 0.2.8 graph_test_closure with Simes and parametric tests."""
    graph = draw_graph(
        [1 / 4, 1 / 4, 1 / 6, 1 / 4, 1 / 12],
        [
            [0, 1 / 7, 1 / 7, 1 / 14, 1 / 7],
            [0, 0, 1, 0, 0],
            [0.4, 0, 0, 0.4, 0.2],
            [0.5, 0, 0, 0, 0],
            [0, 0.4, 0.2, 0.4, 0],
        ],
    )
    one, two, three = 0.291719418995646, 0.1521617859840228, 0.3356210654634744
    correlation = np.array([[1, one, two], [one, 1, three], [two, three, 1]])
    groups = [
        HypothesisGroup(("H1", "H2"), "simes"),
        HypothesisGroup(("H3", "H4", "H5"), "parametric", correlation),
    ]
    found = closed_test(graph, [0.00236, 0.00136, 0.58594, 0.4165, 0.19321], 0.025, groups)
    expected = [0.00944, 0.00476, 0.9539224402, 0.8066004054, 0.9539224402]
    assert found.adjusted_p == pytest.approx(expected, abs=1e-5)  # mvtnorm draws points at random
