"""At which times the numbers at risk are printed: round numbers a reader counts in."""

import numpy as np

from equipoise.protocol.trial import DAYS_PER, TimeUnit

STEPS: dict[TimeUnit, tuple[float, ...]] = {
    "day": (1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 730, 1825),
    "week": (1, 2, 4, 8, 13, 26, 52, 104, 260),
    "month": (1, 2, 3, 6, 12, 24, 36, 60, 120),
    "year": (0.25, 0.5, 1, 2, 5, 10, 20),
}


def at_risk_grid(
    longest: float, time_unit: TimeUnit, display_unit: TimeUnit, most: int = 11
) -> tuple[float, ...]:
    """Give 0 and the round times of the display unit up to `longest`, in the data's unit.

    There are no more than `most` of them: as many as a figure's width has room for.

    >>> at_risk_grid(100.0, "day", "month")
    (0.0, 30.4375, 60.875, 91.3125)
    """
    per_display = DAYS_PER[display_unit] / DAYS_PER[time_unit]
    span = max(longest, 0.0) / per_display
    steps = STEPS[display_unit]
    step = next((each for each in steps if np.floor(span / each) < most), None)
    if step is None:
        step = float(np.ceil(span / most / steps[-1]) * steps[-1])
    ticks = np.arange(0, np.floor(span / step + 1e-9) + 1) * step
    return tuple(float(tick) for tick in ticks * per_display)
