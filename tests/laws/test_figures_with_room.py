"""Nothing in a figure is printed over anything else: ticks, and the words of marked points."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.figures.free_labels import set_labels
from equipoise.report.figures.power_curve import round_ratios, scale
from equipoise.report.figures.style import SMALL, canvas, settings, text_size


def axes_of(width, height=2.5):
    figure = canvas(height, width)
    return figure, figure.add_axes((0.1, 0.1, 0.8, 0.8))


@given(low=st.floats(0.05, 1.5), times=st.floats(1.05, 30.0), inches=st.sampled_from([0.9, 1.5, 3]))
def test_ticks_of_a_ratio_leave_room_for_their_numbers(low, times, inches):
    with settings():
        figure, axes = axes_of(inches / 0.8)
        scale(axes, low, low * times, logarithmic=True)
        ends = np.log(axes.get_xlim())
        reach = [
            (
                (np.log(tick) - ends[0]) / (ends[1] - ends[0]) * inches,
                text_size(figure, text.get_text(), SMALL)[0] / 2.0,
            )
            for tick, text in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        ]
    if len(reach) > 2:
        assert all(b - v > a + u for (a, u), (b, v) in pairwise(reach))


def test_the_ticks_that_overprinted():
    assert round_ratios(0.58, 0.72, 0.7) == [0.6, 0.7]
    assert round_ratios(0.58, 0.72, 5.0)[:3] == [0.58, 0.6, 0.62]


@pytest.mark.parametrize(
    "marks",
    [
        [(0.607, 99.0), (0.65, 99.8), (1.0, 40.0)],
        [(0.62, 50.0), (0.63, 52.0), (0.64, 54.0)],
        [(1.0, 98.9), (0.9, 99.9), (0.4, 100.0)],
    ],
)
def test_words_of_marks_never_touch(marks):
    curve = np.column_stack([np.linspace(0.3, 1.3, 61), 100.0 - 60.0 * np.linspace(0, 1, 61) ** 2])
    with settings():
        _, axes = axes_of(6.5)
        axes.set_xlim(0.3, 1.3)
        axes.set_ylim(0, 102)
        boxes = set_labels(axes, [(x, y, f"trend ({x}): {y}%") for x, y in marks], curve, above=0.2)
    for k, (left, low, right, high) in enumerate(boxes):
        assert left >= 0.0
        assert right <= 6.5 * 0.8
        assert high <= 2.5 * 0.8 + 0.2
        for other in boxes[:k]:
            apart = left >= other[2] or other[0] >= right or low >= other[3] or other[1] >= high
            assert apart
