"""Where a step function of survival falls to a given height.

The p-th quantile is the first time with F(t) = 1 - Ŝ(t) ≥ p.  Where F is flat at p, within
1.5e-8, it is the midpoint of the flat stretch: from its beginning to the next event, or to the
end of follow-up.  Limits are found by the same rule on the limits of Ŝ, those that do not exist
passed over (Brookmeyer & Crowley 1982, as R's `quantile.survfit`).
"""

import numpy as np

from equipoise.kernel.arrays import Vector

TOLERANCE = 2.0**-26


def quantile(time: Vector, survival: Vector, p: float, *, start: float = 0.0) -> float:
    """Give the p-th quantile of the time, or NaN where the curve does not fall so far."""
    at = np.concatenate([[start], time])
    fallen = np.concatenate([[0.0], 1.0 - survival])
    new = np.concatenate([[True], fallen[1:] != fallen[:-1]]) & ~np.isnan(fallen)
    steps, heights = at[new], fallen[new]
    by_height = np.argsort(heights, kind="stable")  # limits need not fall steadily
    steps, heights = steps[by_height], heights[by_height]
    first = int(np.searchsorted(heights, p - TOLERANCE, side="left"))
    beyond = int(np.searchsorted(heights, p + TOLERANCE, side="left"))
    if first == heights.size:
        return float("nan")
    if not np.isnan(fallen[-1]) and abs(fallen[-1] - p) < TOLERANCE:
        return float(steps[first] + at[-1]) / 2.0
    return float(steps[first] + steps[beyond]) / 2.0 if beyond < heights.size else float("nan")
