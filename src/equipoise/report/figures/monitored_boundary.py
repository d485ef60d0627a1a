"""Where does the trial stand?  Its z at the looks held, bounds then and to come, and its way on.

Filled marks are bounds as held, hollow ones those to come as updated; lines join them for the
eye alone.  The band is where z may go from here: a prediction interval, were no look to stop it.
A bound beyond the axis is drawn at its edge as an arrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from equipoise.report.document import Figure
from equipoise.report.figures.design_marks import (
    EFFICACY,
    FUTILITY,
    HARMFUL,
    looks_marked,
    said,
    with_room,
)
from equipoise.report.figures.rehearsal_frame import MARGIN, key_of
from equipoise.report.figures.style import (
    INK,
    NORMAL,
    SMALL,
    SOFT,
    TEXT_WIDTH,
    ArmStyle,
    bare,
    canvas,
    finished,
    page,
    settings,
)

HIGHEST = 6.5  # z: the axis never goes beyond
LEFT, RIGHT, PLOT, BELOW, SCALE, KEY = 0.62, 0.3, 3.0, 0.46, 0.27, 0.28  # inches
ROOM = 0.46  # inches of a number
FULL = 6  # entries of the key that need the whole width
NUMBER = 0.13  # inches that a number is tall
AIR = 0.03  # of the axis between a point and its number
OUTER, INNER = "#e6e6e6", "#cfcfcf"  # bands: of the whole level, and of one half
ARROW = "An arrow at the edge marks a bound beyond the axis."
NOW = (0, (1.2, 1.6))


@dataclass(frozen=True, slots=True)
class MonitoredPoint:
    """One look; what does not exist is None."""

    at: float  # events, patients, or information
    fraction: str  # of the information
    tick: str
    z: float | None
    efficacy: float | None
    futility: float | None
    harm: float | None
    held: bool  # False: to come


@dataclass(frozen=True, slots=True)
class Fan:
    """Where z may go: bands over what is counted; from now to the last look."""

    at: tuple[float, ...]
    middle: tuple[float, ...]
    inner: tuple[tuple[float, float], ...]  # one half of the chance
    outer: tuple[tuple[float, float], ...]
    level: str  # of the outer one


@dataclass(frozen=True, slots=True)
class MonitoredText:
    """The words of the figure."""

    identifier: str
    title: str
    axis: str
    alternative_text: str
    estimand: str | None = None
    harm: str = "Harm"  # what the lowest bound is called
    footnotes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Line:
    style: ArmStyle
    kind: Literal["efficacy", "futility", "harm"]
    up: bool


LINES = (
    _Line(EFFICACY, "efficacy", up=True),
    _Line(FUTILITY, "futility", up=False),
    _Line(HARMFUL, "harm", up=False),
)


def monitored_boundary_figure(
    looks: Sequence[MonitoredPoint], fan: Fan | None, words: MonitoredText
) -> Figure:
    """Draw one hypothesis: looks held, the present one, bounds to come, and the way of z."""
    with settings():
        height = KEY + SCALE + PLOT + BELOW
        figure = canvas(height)
        width = TEXT_WIDTH - LEFT - RIGHT
        box = (LEFT / TEXT_WIDTH, BELOW / height, width / TEXT_WIDTH, PLOT / height)
        axes = bare(figure.add_axes(box))
        axes.set_ylim(*reach(looks, fan))
        axes.set_xlim(0, max(each.at for each in looks) * 1.06 or 1.0)
        looks_marked(axes, [each.at for each in looks])
        axes.axhline(0, color=SOFT, linewidth=0.6, zorder=0)
        if fan is not None:
            _fan(axes, fan)
        for line in LINES:
            _bounds(axes, looks, line)
        _path(axes, looks)
        _scales(axes, looks, words.axis, width)
        _key(page(figure), looks, fan, words)
        every = [b for each in looks for b in (each.efficacy, each.futility, each.harm)]
        clipped = any(b is not None and abs(b) > HIGHEST for b in every)
        return finished(
            figure,
            identifier=words.identifier,
            title=words.title,
            alternative_text=words.alternative_text,
            footnotes=(*words.footnotes, *((ARROW,) if clipped else ())),
            estimand=words.estimand,
        )


def reach(looks: Sequence[MonitoredPoint], fan: Fan | None) -> tuple[float, float]:
    """Choose the axis: all z, bounds and the fan up to `HIGHEST`, with air; 0 always."""
    shown = [0.0, 2.0]
    for each in looks:
        shown += [b for b in (each.z, each.efficacy, each.futility, each.harm) if b is not None]
    if fan is not None:
        shown += [*fan.outer[-1]]
    kept = [max(-HIGHEST, min(HIGHEST, each)) for each in shown]
    return min(kept) - 0.6, max(kept) + 0.6


def _shown(axes: Axes, value: float) -> float:
    low, high = axes.get_ylim()
    return value if abs(value) <= HIGHEST else (high if value > 0 else low)


def _fan(axes: Axes, fan: Fan) -> None:
    for band, shade in ((fan.outer, OUTER), (fan.inner, INNER)):
        axes.fill_between(
            fan.at, [low for low, _ in band], [high for _, high in band], color=shade,
            linewidth=0, zorder=0.6,
        )  # fmt: skip
    axes.plot(fan.at, fan.middle, color=SOFT, linewidth=1.0, linestyle=(0, (2.2, 1.4)), zorder=2)


def _bounds(axes: Axes, looks: Sequence[MonitoredPoint], line: _Line) -> None:
    """Draw one kind of bound: solid as held, pale to come, with its numbers."""
    every = [(each, getattr(each, line.kind)) for each in looks]
    there = [(each, float(bound)) for each, bound in every if bound is not None]
    if not there:
        return
    style, (low, high) = line.style, axes.get_ylim()
    x, y = [each.at for each, _ in there], [_shown(axes, bound) for _, bound in there]
    dashes = style.line
    axes.plot(x, y, color=style.color, linestyle=dashes, linewidth=1.2, alpha=0.55, zorder=3)
    if len(x) == 1:  # one look: a strip of its own
        half = 0.012 * axes.get_xlim()[1]
        x, y = [x[0] - half, x[0] + half], [y[0], y[0]]
    edge = high if line.up else low
    if line.up or line.kind == "harm" or not any(each.harm is not None for each in looks):
        axes.fill_between(x, y, edge, color=style.color, alpha=0.08, linewidth=0, zorder=0.5)
    for each, bound in there:
        at = _shown(axes, bound)
        marker = style.marker if at == bound else ("^" if bound > 0 else "v")
        axes.plot(
            [each.at], [at], marker=marker, markersize=5.0, color=style.color, zorder=4,
            markerfacecolor=style.color if each.held else "white", markeredgewidth=1.1,
            clip_on=False,
        )  # fmt: skip
    _numbers(axes, there, line)


def _numbers(axes: Axes, there: Sequence[tuple[MonitoredPoint, float]], line: _Line) -> None:
    low, high = axes.get_ylim()
    width = TEXT_WIDTH - LEFT - RIGHT
    for index in with_room([each.at for each, _ in there], width, axes.get_xlim()[1], ROOM):
        each, bound = there[index]
        if abs(bound) > HIGHEST:
            continue
        away = AIR * (high - low) * (1 if line.up else -1)
        va: Any = "bottom" if line.up else "top"
        tall = NUMBER / PLOT * (high - low)
        if not line.up and bound + away - tall < 0.0 < bound + away:
            away = -0.3 * tall - bound  # the line at 0 would strike it through
        told = f"{bound:.2f}".replace("-", "\u2212")
        said(axes, each.at, bound + away, told, ha="center", va=va, color=line.style.color)


def _path(axes: Axes, looks: Sequence[MonitoredPoint]) -> None:
    """Draw z as it went, the present look with its number in bold."""
    there = [(each, each.z) for each in looks if each.z is not None]
    if not there:
        return
    low, high = axes.get_ylim()
    z = [max(low, min(high, value)) for _, value in there]
    x = [each.at for each, _ in there]
    axes.plot([0.0, *x], [0.0, *z], color=INK, linewidth=1.6, zorder=5)
    for place, ((each, value), y) in enumerate(zip(there, z, strict=True)):
        last = place == len(there) - 1
        axes.plot(
            [each.at], [y], marker="D" if last else "o", markersize=7.0 if last else 5.6,
            markerfacecolor=INK if last else "white", markeredgecolor=INK, markeredgewidth=1.3,
            zorder=6, clip_on=False,
        )  # fmt: skip
        told = f"{value:.2f}".replace("-", "\u2212")
        near = each.efficacy is not None and 0 <= each.efficacy - y < 5 * AIR * (high - low)
        away = 1.5 * AIR * (high - low) * (-1 if near or y < 0 else 1)
        weight = "bold" if last else "normal"
        va: Any = "bottom" if away > 0 else "top"
        said(axes, each.at, y + away, told, ha="center", va=va, weight=weight, zorder=7)


def _scales(axes: Axes, looks: Sequence[MonitoredPoint], name: str, width: float) -> None:
    span, (low, high) = axes.get_xlim()[1], axes.get_ylim()
    chosen = with_room([each.at for each in looks], width, span, ROOM)
    axes.set_xticks([looks[k].at for k in chosen], [looks[k].tick for k in chosen])
    axes.set_xlabel(name, labelpad=3)
    axes.set_ylabel("z", fontsize=NORMAL, rotation=0, va="center")
    axes.yaxis.set_label_coords(-0.42 / width, 0.5)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    top = high + 0.02 * (high - low)
    for k in chosen:
        if looks[k].at * width / span > 0.42:  # noqa: PLR2004 - inches: clear of the word
            axes.text(
                looks[k].at, top, looks[k].fraction, ha="center", va="bottom", fontsize=SMALL,
                color=SOFT,
            )  # fmt: skip
    axes.text(
        -0.57 * span / width, top, "Information", ha="left", va="bottom", fontsize=SMALL, color=SOFT
    )
    now = [each for each in looks if each.held]
    if now and any(not each.held for each in looks):
        axes.axvline(now[-1].at, color=INK, linewidth=0.9, linestyle=NOW, zorder=1)


def _key(
    sheet: Axes, looks: Sequence[MonitoredPoint], fan: Fan | None, words: MonitoredText
) -> None:
    """Say above the axes what the lines are."""
    entries: list[tuple[str, Any]] = [("z, now \u25c6", _sample_path)]
    names = {"efficacy": "Efficacy", "futility": "Futility", "harm": words.harm}
    entries += [
        (names[line.kind], _sample(line.style))
        for line in LINES
        if any(getattr(each, line.kind) is not None for each in looks)
    ]
    if any(not each.held for each in looks):
        entries.append(("to come", _sample_hollow))
    if fan is not None:
        entries.append((f"z to come, {fan.level}", _sample_band))
    key_of(sheet, entries, left=LEFT if len(entries) < FULL else MARGIN)


def _sample(style: ArmStyle) -> Any:  # noqa: ANN401 - draws a mark of the key
    def draw(sheet: Axes, x: float, y: float) -> None:
        sheet.plot([x, x + 0.34], [y, y], color=style.color, linestyle=style.line, linewidth=1.2)
        sheet.plot([x + 0.17], [y], marker=style.marker, color=style.color, markersize=5.0)

    return draw


def _sample_path(sheet: Axes, x: float, y: float) -> None:
    sheet.plot([x, x + 0.34], [y, y], color=INK, linewidth=1.6)
    sheet.plot([x + 0.17], [y], marker="o", markerfacecolor="white", color=INK, markersize=5.6)


def _sample_hollow(sheet: Axes, x: float, y: float) -> None:
    for shift, style in ((0.12, EFFICACY), (0.27, FUTILITY)):
        sheet.plot(
            [x + shift], [y], marker=style.marker, markerfacecolor="white", color=style.color,
            markersize=5.0, markeredgewidth=1.1,
        )  # fmt: skip


def _sample_band(sheet: Axes, x: float, y: float) -> None:
    sheet.add_patch(Rectangle((x + 0.04, y - 0.08), 0.3, 0.16, facecolor=OUTER, linewidth=0))
    sheet.add_patch(Rectangle((x + 0.04, y - 0.04), 0.3, 0.08, facecolor=INNER, linewidth=0))
