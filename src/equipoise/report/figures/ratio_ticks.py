"""Which ratios are marked on a logarithmic axis: round ones where there is room, 1 first."""

from collections.abc import Sequence

from matplotlib.axes import Axes

TICKS = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.5,
    0.7,
    1.0,
    1.5,
    2.0,
    3.0,
    5.0,
    10.0,
    20.0,
    50.0,
    100.0,
)
FINER = (0.4, 0.6, 0.8, 0.9, 0.95, 1.05, 1.1, 1.2, 1.3, 1.4, 1.7, 2.5)  # where others are few
FEW = 4  # ticks
CLOSEST = 0.26  # inches between two ticks


def ratio_ticks(axes: Axes, inches: float) -> None:
    """Mark round ratios, 1 first, and others where there is room."""
    low, high = axes.get_xlim()
    kept: list[float] = []

    def add(ticks: Sequence[float]) -> None:
        for tick in ticks:
            places = [
                axes.transAxes.inverted().transform(axes.transData.transform((each, 0)))[0]
                for each in (tick, *kept)
            ]
            if all(abs(places[0] - each) * inches >= CLOSEST for each in places[1:]):
                kept.append(tick)

    inside = [tick for tick in TICKS if low <= tick <= high]
    add(sorted(inside, key=lambda each: (each != 1.0, each not in {0.1, 0.5, 2.0, 10.0})))
    if len(kept) < FEW:
        add([tick for tick in FINER if low <= tick <= high])
    kept.sort()
    axes.set_xticks(kept, [f"{tick:g}" for tick in kept])
    axes.minorticks_off()
