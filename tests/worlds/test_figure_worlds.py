"""Figures that are drawn otherwise than most: what is read of them is known."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from drawn_figures import Manner, draw_arm, draw_at_risk, some_arm, value_at
from equipoise.io.figures.read import read_figure

TIMES = np.array([0.0, 3.0, 8.0, 15.0, 24.0, 30.0])
VALUES = np.array([1.0, 0.9, 0.7, 0.65, 0.4, 0.4])
mpl.rcParams["svg.fonttype"] = "none"


def figure_with(path, change=lambda _: None, values=VALUES, **written):
    figure = Figure(figsize=(5, 4))
    axes = figure.add_axes((0.2, 0.3, 0.7, 0.6))
    axes.step(TIMES, values, where="post", **{"color": "navy", **written})
    axes.set_xlim(0, 36)
    axes.set_ylim(0, 1.05)
    axes.set_xticks(np.arange(0, 37, 6))
    change(axes)
    figure.savefig(path)
    return read_figure(path)


@pytest.fixture(params=["pdf", "svg"])
def path(request, tmp_path):
    return tmp_path / f"figure.{request.param}"


def assert_plain(arm, values=VALUES, times=TIMES):
    assert arm.curve.time[:-1] == pytest.approx(times[:-1], abs=0.02)
    assert arm.curve.value == pytest.approx(values, abs=0.001)


def test_one_plain_curve(path):
    read = figure_with(path)
    assert len(read.arms) == 1
    assert_plain(read.arms[0])
    assert read.arms[0].curve.reading == "steps"
    assert read.arms[0].censored.size == 0
    assert read.arms[0].at_risk is None
    assert read.assumed == ()


def test_a_logarithmic_axis_of_values(path):
    def change(axes):
        axes.set_yscale("log")
        axes.set_ylim(0.2, 1.05)
        axes.set_yticks([0.25, 0.5, 1.0], labels=["0.25", "0.5", "1"], minor=False)
        axes.set_yticks([], minor=True)

    read = figure_with(path, change)
    assert read.y.scale == "log"
    assert_plain(read.arms[0])
    assert any("logarithmic" in note for note in read.assumed)


def test_labels_turned_and_a_broken_axis(path):
    def change(axes):
        axes.tick_params(axis="y", rotation=90)
        axes.set_yticks([0.1, 0.4, 0.6, 0.8, 1.0], labels=["0", "0.4", "0.6", "0.8", "1.0"])

    read = figure_with(path, change)
    assert_plain(read.arms[0])
    assert any("does not fit its labels 0," in note for note in read.assumed)


def test_no_tick_marks(path):
    read = figure_with(path, lambda axes: axes.tick_params(length=0))
    assert read.arms[0].curve.value == pytest.approx(VALUES, abs=0.01)
    assert any("No tick marks" in note for note in read.assumed)


def test_confidence_limits_are_no_arms(path):
    def change(axes):
        for off in (-0.08, 0.08):
            limit = np.clip(VALUES + off * (TIMES > 0), 0, 1)
            axes.step(TIMES, limit, where="post", color="navy", linestyle=":", linewidth=0.8)
        low, high = VALUES - 0.05, np.minimum(VALUES + 0.05, 1)
        axes.fill_between(TIMES, low, high, step="post", color="navy", alpha=0.2)

    read = figure_with(path, change)
    assert len(read.arms) == 1
    assert_plain(read.arms[0])
    assert any("confidence limits" in note for note in read.assumed)


def test_a_line_drawn_dash_by_dash(path):
    corners = np.column_stack([np.repeat(TIMES, 2)[1:], np.repeat(VALUES, 2)[:-1]])

    def change(axes):
        for begin, end in pairwise(corners):
            place = axes.transData.transform(np.vstack([begin, end]))
            length = np.abs(np.diff(place, axis=0)).sum()
            for start in np.arange(0.0, length, 8.0):
                part = np.minimum([start, start + 5.0], length) / length
                line = begin + np.outer(part, end - begin)
                axes.plot(*line.T, color="crimson", solid_capstyle="butt")
        axes.lines[0].remove()

    read = figure_with(path, change)
    assert len(read.arms) == 1
    middles = (TIMES[:-1] + TIMES[1:]) / 2
    assert read.arms[0].curve.at(middles) == pytest.approx(VALUES[:-1], abs=0.02)


def test_two_plots_on_a_page(path):
    figure = Figure(figsize=(9, 4))
    for k, floor in enumerate((0.4, 0.2)):
        axes = figure.add_axes((0.08 + 0.48 * k, 0.2, 0.38, 0.7))
        values = np.where(VALUES == 0.4, floor, VALUES)
        axes.step(TIMES, values, where="post", color="teal")
        axes.set_ylim(0, 1)
    figure.savefig(path)
    for k, floor in enumerate((0.4, 0.2), start=1):
        read = read_figure(path, panel=k)
        assert read.panels == 2
        assert read.arms[0].curve.value[-1] == pytest.approx(floor, abs=0.001)
        assert f"this is number {k}" in read.assumed[0]


def test_names_beside_the_curves_in_their_color(path):
    read = figure_with(path, lambda axes: axes.text(25, 0.5, "Docetaxel", color="navy"))
    assert read.arms[0].label == "Docetaxel"


def test_numbers_at_risk_between_labels_and_above_a_thousand(path):
    numbers = ["1,204", "1,100", "987", "700", "402", "99", "3"]

    def change(axes):
        axes.set_xticks([0, 12, 24, 36])
        for time, many in zip(np.arange(0, 37, 6), numbers, strict=True):
            place = axes.get_xaxis_transform()
            axes.text(time, -0.25, many, transform=place, ha="center", fontsize=7)

    table = figure_with(path, change).arms[0].at_risk
    assert table.times.tolist() == pytest.approx([0, 6, 12, 18, 24, 30, 36])
    assert table.patients.tolist() == [1204, 1100, 987, 700, 402, 99, 3]


def test_what_lies_outside_the_axes_is_not_read(path):
    read = figure_with(path, lambda axes: axes.set_xlim(0, 20))
    assert read.arms[0].curve.end == pytest.approx(20, abs=0.05)
    assert read.arms[0].curve.value[-1] == pytest.approx(0.65, abs=0.001)


def test_a_curve_that_leaves_below_ends_there(path):
    read = figure_with(path, lambda axes: axes.set_ylim(0.5, 1.05))
    assert read.arms[0].curve.end == pytest.approx(24, abs=0.02)
    assert read.arms[0].curve.value[-1] == pytest.approx(0.65, abs=0.001)


def test_percents_and_incidence(path):
    def change(axes):
        axes.set_ylim(0, 80)

    read = figure_with(path, change, values=100 * (1 - VALUES))
    assert read.arms[0].curve.kind == "incidence"
    assert_plain(read.arms[0], values=1 - VALUES)


def test_three_censored_at_one_time_leave_one_mark(path):
    def change(axes):
        axes.plot([10, 10, 10, 20], [0.7, 0.7, 0.7, 0.65], "|", color="navy")

    assert figure_with(path, change).arms[0].censored == pytest.approx([10, 20], abs=0.02)


def test_a_curve_of_many_patients(tmp_path):
    arm = some_arm(np.random.default_rng(4), Manner(), "all", 1.0)
    figure = Figure(figsize=(5, 4))
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7))
    axes.step(arm.step_times, arm.values, where="post", color="black")
    figure.savefig(tmp_path / "a.pdf")
    read = read_figure(tmp_path / "a.pdf").arms[0]
    assert read.curve.at(arm.step_times + 1e-3)[1:] == pytest.approx(
        value_at(arm, arm.step_times)[1:], abs=0.003
    )


PROSE = "the hazard ratio was 0.62 (95% CI, 0.41 to 0.94; P = .02) in 208 patients at 24 months"


def test_a_page_of_a_journal(path):
    """Prose and tables full of numbers are no axes."""
    generator = np.random.default_rng(3)
    manner = Manner()
    arms = [some_arm(generator, manner, name, 0.7) for name in ("Placebo", "Active")]
    page = Figure(figsize=(8.5, 11))
    for row in range(28):
        text = " ".join(generator.choice(PROSE.split(), 9))
        page.text(0.08, 0.95 - 0.012 * row, text, fontsize=7)
        page.text(0.53, 0.5 - 0.012 * row, text, fontsize=7)
        for column in range(4):
            number = str((row % 5 + 1) * (column + 1))
            page.text(0.2 + 0.07 * column, 0.13 - 0.012 * (row % 5), number, fontsize=7)
    for left, low in ((0.62, 0.68), (0.15, 0.25)):
        axes = page.add_axes((left, low, 0.3, 0.22))
        for k, arm in enumerate(arms):
            draw_arm(axes, arm, manner, k, 1.0)
        axes.set_xlim(0, 60)
        axes.set_ylim(0, 1.03)
        axes.set_xticks(manner.times)
        axes.legend(fontsize=6)
        draw_at_risk(axes, arms, manner)
    page.savefig(path)
    for panel in (1, 2):
        read = read_figure(path, panel=panel)
        assert read.panels == 2
        for arm in arms:
            found = read.arm(arm.name)
            assert found.at_risk.patients.tolist() == arm.at_risk.tolist()
            assert found.curve.value[-1] == pytest.approx(arm.values[-1], abs=0.001)


def test_marks_written_as_letters(path):
    """Also where they lie so close that a reader of text takes two for one."""
    times = np.array([4.0, 5.0, 5.15, 5.3, 10.0, 20.0])

    def change(axes):
        for time in times:
            height = VALUES[np.searchsorted(TIMES, time, side="right") - 1]
            axes.text(time, height, "|", ha="center", va="center", color="navy", fontsize=8)

    assert figure_with(path, change).arms[0].censored == pytest.approx(times, abs=0.15)


def test_a_plus_in_a_label_is_no_mark(path):
    label = "Levamisole + fluorouracil"
    read = figure_with(path, lambda axes: axes.legend(loc="lower left"), label=label)
    assert read.arms[0].label == label
    assert read.arms[0].censored.size == 0
