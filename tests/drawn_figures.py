"""Survival figures drawn from known patients, in the many manners of journals."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.random import Generator

from equipoise.kernel.arrays import Codes, Vector

COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
DASHES = ["-", "--", ":", "-."]
NAMES = ["Placebo", "Active 10 mg", "Active 20 mg", "Observation"]


@dataclass(frozen=True)
class DrawnArm:
    name: str
    step_times: Vector  # times of events, from 0
    values: Vector  # of the curve from each on, in proportions
    censored: Vector
    at_risk: Codes  # at the labelled times
    end: float


@dataclass(frozen=True)
class Manner:
    incidence: bool = False
    percent: bool = False
    floor: float = 0.0  # of the axis of values, in proportions
    marker: str = "+"  # or "|", "o", "stem": strokes upward from the curve
    colored: bool = True  # else told apart by dashes
    grid: bool = False
    legend: bool = True
    frame: bool = True
    ticks: str = "out"
    risk: str = "label"  # "label", "color", "none"
    follow_up: float = 60.0
    every: float = 12.0
    padding: float = 0.0  # left of time 0
    outlined: bool = False  # SVG letters as outlines
    stair: bool = True  # False: one stroke a segment

    @property
    def times(self) -> Vector:
        return np.arange(0.0, self.follow_up + 1e-9, self.every)


def some_manner(generator: Generator) -> Manner:
    incidence = bool(generator.random() < 0.3)
    follow_up, every = [(60.0, 12.0), (5.0, 1.0), (36.0, 6.0), (400.0, 100.0), (24.0, 3.0)][
        generator.integers(5)
    ]
    return Manner(
        incidence=incidence,
        percent=bool(generator.random() < 0.5),
        floor=0.0 if incidence else float(generator.choice([0.0, 0.0, 0.2])),
        marker=str(generator.choice(["+", "|", "o", "stem", "x"])),
        colored=bool(generator.random() < 0.7),
        grid=bool(generator.random() < 0.4),
        frame=bool(generator.random() < 0.5),
        ticks=str(generator.choice(["in", "out", "inout"])),
        risk=str(generator.choice(["label", "color"])),
        follow_up=follow_up,
        every=every,
        padding=float(generator.choice([0.0, 0.03])),
        outlined=bool(generator.random() < 0.3),
        stair=bool(generator.random() < 0.7),
    )


def some_arms(generator: Generator, manner: Manner) -> list[DrawnArm]:
    return [
        some_arm(generator, manner, NAMES[k], 0.5 + 0.6 * k)
        for k in range(int(generator.integers(2, 5)))
    ]


def some_arm(generator: Generator, manner: Manner, name: str, median: float) -> DrawnArm:
    n = int(generator.integers(40, 250))
    event = generator.exponential(median * manner.follow_up / np.log(2), n)
    censoring = generator.uniform(0.3, 1.0, n) * manner.follow_up
    time, died = np.minimum(event, censoring), event <= censoring
    order = np.argsort(time)
    time, died = time[order], died[order]
    survival = np.cumprod(np.where(died, 1.0 - 1.0 / (n - np.arange(n)), 1.0))
    at_risk = (time[None, :] >= manner.times[:, None]).sum(axis=1)
    at_risk[0] = n
    values = 1.0 - survival if manner.incidence else survival
    start = 0.0 if manner.incidence else 1.0
    return DrawnArm(
        name,
        np.concatenate([[0.0], time[died]]),
        np.concatenate([[start], values[died]]),
        time[~died],
        at_risk.astype(np.int64),
        float(time[-1]),
    )


def value_at(arm: DrawnArm, times: Vector) -> Vector:
    return arm.values[np.searchsorted(arm.step_times, times, side="right") - 1]


def draw(path: Path, arms: list[DrawnArm], manner: Manner) -> None:
    mpl.rcParams["svg.fonttype"] = "path" if manner.outlined else "none"
    figure = Figure(figsize=(6, 5))
    axes = figure.add_axes((0.25, 0.35, 0.65, 0.6))
    scale = 100.0 if manner.percent else 1.0
    for k, arm in enumerate(arms):
        draw_arm(axes, arm, manner, k, scale)
    axes.set_xlim(-manner.padding * manner.follow_up, manner.follow_up)
    axes.set_ylim(scale * (manner.floor - 0.02), scale * 1.03)
    axes.set_xticks(manner.times)
    axes.set_xlabel("Time (months)" if manner.follow_up > 5 else "Years since randomization")
    axes.set_ylabel("Cumulative incidence" if manner.incidence else "Overall survival")
    axes.tick_params(direction=manner.ticks)
    axes.grid(visible=manner.grid)
    if not manner.frame:
        axes.spines[["top", "right"]].set_visible(False)
    if manner.legend:
        axes.legend(loc="upper left" if manner.incidence else "lower left", fontsize=8)
    draw_at_risk(axes, arms, manner)
    figure.savefig(path)


def draw_arm(axes: Axes, arm: DrawnArm, manner: Manner, k: int, scale: float) -> None:
    color = COLORS[k] if manner.colored else "black"
    dash = "-" if manner.colored else DASHES[k]
    x, y = np.append(arm.step_times, arm.end), scale * np.append(arm.values, arm.values[-1])
    corners = np.column_stack([np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]])
    if manner.stair:
        axes.plot(*corners.T, color=color, linestyle=dash, label=arm.name)
    else:  # as some programs do
        axes.plot([], [], color=color, linestyle=dash, label=arm.name)
        for begin, end in pairwise(corners):
            axes.plot(*np.column_stack([begin, end]), color=color, linestyle=dash)
    heights = scale * value_at(arm, arm.censored)
    if manner.marker == "stem":
        axes.vlines(arm.censored, heights, heights + 0.02 * scale, color=color, linewidth=0.8)
    else:
        axes.plot(arm.censored, heights, linestyle="", marker=manner.marker, color=color, ms=6)


def draw_at_risk(axes: Axes, arms: list[DrawnArm], manner: Manner) -> None:
    if manner.risk == "none":
        return
    place = axes.get_xaxis_transform()
    axes.text(-0.3, -0.2, "No. at risk", transform=axes.transAxes, fontsize=8)
    for k, arm in enumerate(arms):
        low = -0.26 - 0.06 * k
        written = {"fontsize": 8, "clip_on": False}
        if manner.risk == "label":
            axes.text(-0.36, low, arm.name, transform=axes.transAxes, **written)
        elif manner.colored:
            written["color"] = COLORS[k]
        for time, many in zip(manner.times, arm.at_risk, strict=True):
            axes.text(time, low, str(many), transform=place, ha="center", **written)
