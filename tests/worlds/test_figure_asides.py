"""Figures that show more than curves: guides, insets, ticks and titles are told from patients."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from drawn_figures import COLORS, Manner, draw_arm, draw_at_risk, some_arm, value_at
from equipoise.io.figures.read import read_figure

mpl.rcParams["svg.fonttype"] = "none"
MANNER = Manner(marker="|")
NAMES = ("Placebo", "Active 10 mg")


@pytest.fixture(params=["pdf", "svg"])
def path(request, tmp_path):
    return tmp_path / f"figure.{request.param}"


@pytest.fixture
def arms():
    generator = np.random.default_rng(1)
    return [some_arm(generator, MANNER, NAMES[k], 0.5 + 0.6 * k) for k in range(2)]


def drawn(figure, arms, box=(0.2, 0.35, 0.7, 0.6), *, legend=True, risk=True, manner=MANNER):
    axes = figure.add_axes(box)
    for k, arm in enumerate(arms):
        draw_arm(axes, arm, manner, k, 1.0)
    axes.set_xlim(0, 60)
    axes.set_ylim(0, 1.03)
    axes.set_xticks(manner.times)
    if legend:
        axes.legend(loc="lower left", fontsize=8)
    if risk:
        draw_at_risk(axes, arms, manner)
    return axes


def assert_read(read, arms):
    assert len(read.arms) == len(arms)
    for found, known in zip(read.arms, arms, strict=True):
        times = np.linspace(0.3, known.end, 150)
        clear = np.abs(times[:, None] - known.step_times).min(axis=1) > 0.05
        assert found.curve.at(times[clear]) == pytest.approx(
            value_at(known, times[clear]), abs=0.003
        )
        assert found.censored.size == pytest.approx(known.censored.size, abs=1)
        assert found.at_risk.patients.tolist() == known.at_risk.tolist()


@pytest.mark.parametrize("joined", [True, False])
def test_guides_to_the_median_are_no_arms(path, arms, joined):
    figure = Figure(figsize=(6, 5))
    axes = drawn(figure, arms)
    for k, time in enumerate((29.3, 51.8)):
        color = COLORS[k]
        if joined:
            axes.plot([0, time, time], [0.5, 0.5, 0.0], "--", color=color, linewidth=0.8)
        else:
            axes.plot([0, time], [0.5, 0.5], "--", color=color, linewidth=0.8)
            axes.plot([time, time], [0.5, 0.0], "--", color=color, linewidth=0.8)
    figure.savefig(path)
    read = read_figure(path)
    assert_read(read, arms)
    assert read.assumed == ()


def test_a_frame_of_two_sides_is_no_curve(path, arms):
    figure = Figure(figsize=(6, 5))
    axes = drawn(figure, arms)
    axes.spines[:].set_visible(False)
    axes.plot([0, 0, 1], [1, 0, 0], transform=axes.transAxes, color="black", clip_on=False)
    figure.savefig(path)
    assert_read(read_figure(path), arms)


def test_a_smaller_plot_within_is_left_out_and_told(path, arms):
    figure = Figure(figsize=(6, 5))
    axes = drawn(figure, arms)
    inset = axes.inset_axes((0.68, 0.7, 0.3, 0.27))
    for k, arm in enumerate(arms):
        inset.step(arm.step_times, arm.values, where="post", color=COLORS[k])
    inset.set_xlim(0, 12)
    inset.set_ylim(0.7, 1)
    figure.savefig(path)
    read = read_figure(path)
    assert_read(read, arms)
    assert "A smaller plot within this one was left out." in read.assumed


def test_numbers_at_risk_of_the_neighboring_plot(path, arms):
    figure = Figure(figsize=(12, 5))
    for left in (0.1, 0.6):
        drawn(figure, arms, (left, 0.35, 0.38, 0.6))
    figure.savefig(path)
    for panel in (1, 2):
        assert_read(read_figure(path, panel=panel), arms)


def test_decimal_points_in_the_middle(path, arms):
    figure = Figure(figsize=(6, 5))
    axes = drawn(figure, arms)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], labels=["0", "0·2", "0·4", "0·6", "0·8", "1·0"])
    figure.savefig(path)
    assert_read(read_figure(path), arms)


def incidence_of(path, highest, title):
    figure = Figure(figsize=(6, 5))
    axes = figure.add_axes((0.2, 0.35, 0.7, 0.6))
    times, values = np.array([0.0, 10, 20, 35, 50]), np.array([0.0, 0.2, 0.5, 0.8, 0.8])
    axes.step(times, values, where="post", color="black")
    axes.set_xlim(0, 60)
    axes.set_ylim(0, highest)
    axes.set_ylabel(title)
    figure.savefig(path)
    return read_figure(path)


def test_percents_below_two(path):
    read = incidence_of(path, 1.25, "Cumulative incidence (%)")
    assert read.arms[0].curve.value.max() == pytest.approx(0.008, abs=1e-4)


def test_a_title_that_speaks_of_percents_and_labels_that_do_not(path):
    read = incidence_of(path, 1.0, "Cumulative incidence (%)")
    assert read.arms[0].curve.value.max() == pytest.approx(0.8, abs=0.001)
    assert any("taken as proportions" in note for note in read.assumed)
    assert incidence_of(path, 1.0, "Cumulative incidence").assumed == ()


def test_ticks_below_a_curve_on_the_axis_are_no_marks(path):
    assert incidence_of(path, 1.0, "Cumulative incidence").arms[0].censored.size == 0


def test_rows_go_where_the_curves_leave_room(path, arms):
    """Of n patients no more than n S(t) are still at risk; only one way may allow for that."""
    figure = Figure(figsize=(6, 5))
    drawn(figure, arms, legend=False)
    figure.savefig(path)
    read = read_figure(path)
    assert_read(read, arms)
    assert any("the only way the curves leave room for" in note for note in read.assumed)


def test_a_row_that_its_curve_leaves_no_room_for_is_told(path, arms):
    figure = Figure(figsize=(6, 5))
    axes = drawn(figure, arms, risk=False)
    for k, (arm, other) in enumerate(zip(arms, arms[::-1], strict=True)):
        low = -0.26 - 0.06 * k
        axes.text(-0.36, low, arm.name, transform=axes.transAxes, fontsize=8)
        for time, many in zip(MANNER.times, other.at_risk, strict=True):
            axes.text(time, low, str(many), transform=axes.get_xaxis_transform(), ha="center")
    figure.savefig(path)
    notes = read_figure(path).assumed
    assert any("More are at risk for Placebo than its curve leaves" in note for note in notes)
