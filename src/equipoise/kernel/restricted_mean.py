"""Area under a step function of survival up to a time, and its variance.

    μ(τ) = ∫_0^τ Ŝ,    Var μ(τ) ≈ Σ_{t_j ≤ τ} (∫_{t_j}^τ Ŝ)² d_j / (n_j (n_j - d_j))

A moment at which all at risk have the event adds no variance: Ŝ is 0 from there on (Greenwood;
Uno et al. 2014, as survRM2 and R's `survfit`).  Times before 0 count negative, so that μ is the
mean of min(T, τ).
"""

import numpy as np

from equipoise.kernel.arrays import Codes, Vector


def restricted_mean(
    time: Vector, survival: Vector, at_risk: Codes, events: Codes, until: float
) -> tuple[float, float]:
    """Give the area up to `until` and its variance; the last step is carried on to it."""
    seen = int(np.searchsorted(time, until, side="right"))
    edges = np.append(time[:seen], until)
    pieces = survival[:seen] * np.diff(edges)
    beyond = np.cumsum(pieces[::-1])[::-1]  # area from each moment to the end
    d, n = events[:seen].astype(np.float64), at_risk[:seen].astype(np.float64)
    left = n - d
    spread = np.divide(d, n * left, out=np.zeros(seen), where=left > 0)
    return float(edges[0] + pieces.sum()), float(spread @ beyond**2)
