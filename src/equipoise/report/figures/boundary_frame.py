"""Around the boundaries: the looks below, their information above, and the key over all."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from equipoise.design.plan import Bound, Plan
from equipoise.design.trial_design import Reading
from equipoise.design.wording.looks import is_wedge
from equipoise.report.design.printing import calculated, fraction, whole_or_not, z_value
from equipoise.report.figures.design_marks import EFFICACY, FUTILITY, HARMFUL, with_room
from equipoise.report.figures.style import INK, NORMAL, SMALL, SOFT, TEXT_WIDTH

HIGHEST = 6.5  # z: the axis never goes beyond
LEFT, RIGHT = 0.62, 0.22  # inches beside the axes
LINE = 0.19  # a line of the key
ROOM = 0.46  # inches for the effect beside a point
KEYS = (0.0, 2.1, 4.75)  # inches from there to each entry of the key
NEAR = 0.32  # inches from the left where the word "Information" stands


def ticks(axes: Axes, plan: Plan, counts: Sequence[float], name: str) -> None:
    """Mark the looks below by their counts and above by their information."""
    width, span = TEXT_WIDTH - LEFT - RIGHT, axes.get_xlim()[1]
    chosen = with_room(counts, width, span, ROOM)
    axes.set_xticks([counts[i] for i in chosen], [calculated(counts[i]) for i in chosen])
    axes.set_xlabel(f"{name} at each look", labelpad=3)
    axes.set_ylabel("z", fontsize=NORMAL, rotation=0, va="center")
    axes.yaxis.set_label_coords(-0.42 / width, 0.5)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axes.axhline(0, color=SOFT, linewidth=0.6, zorder=0)
    low, high = axes.get_ylim()
    for i in chosen:
        if counts[i] * width / span < NEAR:
            continue
        axes.text(
            counts[i],
            high + 0.02 * (high - low),
            fraction(plan.looks[i].information_fraction),
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=SOFT,
        )
    axes.text(
        -0.57 * span / width,
        high + 0.02 * (high - low),
        "Information",
        ha="left",
        va="bottom",
        fontsize=SMALL,
        color=SOFT,
    )


def key(sheet: Axes, plan: Plan, readings: Sequence[Reading]) -> None:
    """Say above the axes what the lines are, and what is read between the looks."""
    two_sided, y = plan.sequential.sides > 1, 0.06 + LINE / 2
    entries = [(EFFICACY, f"Efficacy: stop at or {'beyond' if two_sided else 'above'}")]
    if any(each.futility is not None for each in plan.looks[:-1]):
        rule = "binding" if plan.sequential.binding else "not binding"
        told = "between" if is_wedge(plan) else "at or below"
        entries.append((FUTILITY, f"Futility: {told} ({rule})"))
    if any(each.harm is not None for each in plan.looks):
        entries.append((HARMFUL, "Harm: at or below"))
    for place, (style, words) in enumerate(entries):
        x = LEFT + KEYS[place]
        sheet.plot([x, x + 0.34], [y, y], color=style.color, linestyle=style.line, linewidth=1.3)
        sheet.plot([x + 0.17], [y], marker=style.marker, color=style.color, markersize=4.6)
        sheet.text(x + 0.42, y, words, fontsize=SMALL, va="center_baseline")
    if readings:
        y += LINE
        sheet.plot(
            [LEFT + 0.17],
            [y],
            marker="D",
            markersize=5.2,
            markerfacecolor="white",
            markeredgecolor=INK,
            markeredgewidth=1.1,
        )
        sheet.text(LEFT + 0.42, y, reading_words(readings), fontsize=SMALL, va="center_baseline")


def reading_words(readings: Sequence[Reading]) -> str:
    """Say where the design is read, with its bounds where there is one reading.

    >>> reading_words(())
    'Read at '
    """
    at = ", ".join(whole_or_not(each.count) for each in readings)
    if len(readings) != 1:
        return f"Read at {at}{' ' + readings[0].counted_in if readings else ''}"
    (one,) = readings
    parts = [
        f"{name} z {z_value(bound.z)}"
        for name, bound in (
            ("efficacy", one.efficacy),
            ("futility", one.futility),
            ("other side", one.lower_efficacy),
        )
        if bound is not None
    ]
    return f"Read at {at} {one.counted_in}: {', '.join(parts) or 'no bound'}"


def bounds_read(reading: Reading) -> list[Bound]:
    """Give the bounds of a reading."""
    every = (reading.efficacy, reading.futility, reading.lower_efficacy)
    return [bound for bound in every if bound is not None]


def mark_readings(axes: Axes, readings: Sequence[Reading]) -> None:
    """Mark what the design says between its looks: hollow diamonds on a dotted line."""
    low, high = axes.get_ylim()
    for each in readings:
        axes.axvline(each.count, color=INK, linewidth=0.9, linestyle=(0, (1.2, 1.6)), zorder=2)
        for bound in bounds_read(each):
            if abs(bound.z) > HIGHEST:
                marker, z = ("^", high) if bound.z > 0 else ("v", low)
            else:
                marker, z = "D", bound.z
            if low <= z <= high:
                axes.plot(
                    [each.count],
                    [z],
                    marker=marker,
                    markersize=5.2,
                    clip_on=False,
                    zorder=6,
                    markerfacecolor="white",
                    markeredgecolor=INK,
                    markeredgewidth=1.1,
                    linestyle="none",
                )
