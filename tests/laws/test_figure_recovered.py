"""Figures drawn from known patients give back what was drawn."""

from pathlib import Path

import numpy as np
import pytest

from drawn_figures import NAMES, DrawnArm, Manner, draw, some_arm, some_arms, some_manner, value_at
from equipoise.io.figures.read import FigureArm, read_figure

SEEDS = range(30)
SUFFIX = ["pdf", "svg"]


def drawn(path: Path, manner: Manner, *, arms: int = 2, seed: int = 1) -> list[DrawnArm]:
    generator = np.random.default_rng(seed)
    known = [some_arm(generator, manner, NAMES[k], 0.5 + 0.6 * k) for k in range(arms)]
    draw(path, known, manner)
    return known


def assert_curve(read: FigureArm, known: DrawnArm, manner: Manner, seed: int = 1) -> None:
    """Values within 0.3 points at random times; every step within 0.5% of the axis."""
    lowest = manner.floor - 0.018  # what lies lower is outside the figure
    times = np.random.default_rng(seed).uniform(0.0, known.end, 300)
    clear = np.abs(times[:, None] - known.step_times).min(axis=1) > 0.0005 * manner.follow_up
    seen = clear & (value_at(known, times) > lowest)
    assert np.abs(read.curve.at(times) - value_at(known, times))[seen].max() < 0.003
    steps = known.step_times[known.values > lowest]
    apart = np.abs(steps[:, None] - read.curve.time).min(axis=1)
    assert apart.max() < 0.005 * manner.follow_up


def assert_marks(read: FigureArm, known: DrawnArm, manner: Manner) -> None:
    """At least 95% of the marks, none twice and none made up."""
    seen = known.censored[value_at(known, known.censored) > manner.floor - 0.018]
    if seen.size:
        apart = np.abs(seen[:, None] - read.censored).min(axis=1)
        assert (apart < 0.001 * manner.follow_up).mean() >= 0.95
        crossings = 0 if manner.colored else 2  # where alike curves cross, a mark is either's
        assert read.censored.size <= known.censored.size + crossings


class TestWhatWasDrawnComesBack:
    """Whatever the style of the figure, its curves, marks and numbers at risk come back."""

    @pytest.mark.parametrize("seed", SEEDS)
    def test_figures_in_many_manners(self, seed, tmp_path):
        generator = np.random.default_rng(seed)
        manner = some_manner(generator)
        arms = some_arms(generator, manner)
        path = tmp_path / f"figure.{SUFFIX[seed % 2]}"
        draw(path, arms, manner)
        read = read_figure(path)
        assert {arm.label for arm in read.arms} == {arm.name for arm in arms}
        for known in arms:
            arm = read.arm(known.name)
            assert arm.curve.kind == ("incidence" if manner.incidence else "survival")
            assert_curve(arm, known, manner, seed)
            assert_marks(arm, known, manner)
            assert arm.at_risk is not None
            assert arm.at_risk.patients.tolist() == known.at_risk.tolist()
            assert arm.at_risk.times == pytest.approx(manner.times)
        assert read.time_unit == ("months" if manner.follow_up > 5 else "years")

    def test_the_same_figure_as_pdf_and_as_svg(self, tmp_path):
        manner = Manner()
        drawn(tmp_path / "a.pdf", manner)
        drawn(tmp_path / "a.svg", manner)
        one, two = read_figure(tmp_path / "a.pdf"), read_figure(tmp_path / "a.svg")
        for first, second in zip(one.arms, two.arms, strict=True):
            times = np.linspace(0.5, 40.0, 200)
            assert first.curve.at(times) == pytest.approx(second.curve.at(times), abs=0.02)
            assert first.curve.value == pytest.approx(second.curve.value, abs=1e-4)
            assert first.censored.size == pytest.approx(second.censored.size, abs=1)
            apart = np.abs(first.censored[:, None] - second.censored).min(axis=1)
            assert apart.max() < 0.01


class TestAxesByHand:
    """Calibrated by hand where they stand, the axes give the same curves as when read."""

    def test_both_axes(self, tmp_path):
        manner = Manner()
        drawn(tmp_path / "a.pdf", manner)
        read = read_figure(tmp_path / "a.pdf")
        (left, right), (top, bottom) = read.x.span, read.y.span
        by_hand = read_figure(
            tmp_path / "a.pdf",
            x_axis=((left, 0.0), (right, 60.0)),
            y_axis=((bottom, 0.0), (top, 1.0)),
        )
        for one, two in zip(read.arms, by_hand.arms, strict=True):
            assert one.curve.time == pytest.approx(two.curve.time, abs=1e-4)
            assert one.curve.value == pytest.approx(two.curve.value, abs=1e-6)

    def test_one_axis(self, tmp_path):
        drawn(tmp_path / "a.svg", Manner())
        read = read_figure(tmp_path / "a.svg")
        left, right = read.x.span
        days = read_figure(tmp_path / "a.svg", x_axis=((left, 0.0), (right, 1826.25)))
        assert days.arms[0].curve.end == pytest.approx(read.arms[0].curve.end * 1826.25 / 60)


class TestLabelsByHand:
    """Labels given name the curves in the order found; an empty one drops its curve."""

    def test_given(self, tmp_path):
        drawn(tmp_path / "a.pdf", Manner(legend=False, risk="none"))
        read = read_figure(tmp_path / "a.pdf")
        assert [arm.label for arm in read.arms] == ["curve 1", "curve 2"]
        assert any("No legend names" in note for note in read.assumed)
        named = read_figure(tmp_path / "a.pdf", labels=["control", ""])
        assert [arm.label for arm in named.arms] == ["control"]
