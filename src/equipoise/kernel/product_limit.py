"""The product-limit estimate and its Greenwood variance, from counts at the moments.

    Ŝ(t) = ∏_{t_j ≤ t} (1 - d_j / n_j)                   (Kaplan & Meier 1958)
    Var log Ŝ(t) ≈ Σ_{t_j ≤ t} d_j / (n_j (n_j - d_j))   (Greenwood 1926)

Once all n_j at risk have the event, Ŝ is 0 and stays 0, whoever enters later; the variance of
its logarithm is infinite from there on.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Flags, Vector
from equipoise.kernel.compiling import compiled, kept
from equipoise.kernel.tally import tally


@dataclass(frozen=True, slots=True)
class ProductLimit:
    """One entry a distinct exit time."""

    time: Vector
    at_risk: Codes
    events: Codes
    censored: Codes
    survival: Vector
    log_variance: Vector


def product_limit(time: Vector, event: Flags, entry: Vector | None = None) -> ProductLimit:
    """Count the rows at each moment and multiply through."""
    counted = tally(time, event, 2, entry)
    censored, events = (row.astype(np.int64) for row in counted.left)
    joining = counted.joined[0] + counted.joined[1]
    at_risk = np.empty(events.size, np.int64)
    survival, log_variance = np.empty(events.size), np.empty(events.size)
    _multiply(events, censored, joining, at_risk, survival, log_variance)
    return ProductLimit(counted.time, at_risk, events, censored, survival, log_variance)


def compiled_before() -> bool:
    """Tell whether this ran before on this machine, so that nothing has to be compiled."""
    return kept(_multiply)


@compiled
def _multiply(
    events: Codes,
    censored: Codes,
    joining: Codes,
    at_risk: Codes,
    survival: Vector,
    log_variance: Vector,
) -> None:
    """Step through the moments; nobody joins past the end of `joining`."""
    n, s, v = 0, 1.0, 0.0
    for j in range(events.size):
        if j < joining.size:
            n += joining[j]
        d = events[j]
        if d == n:
            s, v = 0.0, np.inf
        elif d:
            s *= 1.0 - d / n
            v += d / (n * (n - d))
        at_risk[j], survival[j], log_variance[j] = n, s, v
        n -= d + censored[j]
