"""How are the endpoints of one patient correlated?  By their normal scores (Gaussian copula).

    u_e' = Φ(Σ_{f ≤ e} L_ef Φ⁻¹(u_f)),    L Lᵀ the correlation of the scores,

so that a pair has Kendall's τ = 2/π arcsin ρ whatever its laws.  Φ⁻¹ is rational on three ranges
(Wichura 1988, AS 241, 1e-16).
"""

import math

import numpy as np

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.compiling import compiled
from equipoise.kernel.polytope import normal

CENTRAL, SPLIT, FAR = 0.425, 0.180625, 5.0
LEAST, MOST = 2.0**-54, 1.0 - 2.0**-53
MIDDLE = np.array(
    [
        [
            2509.0809287301226727,
            33430.575583588128105,
            67265.770927008700853,
            45921.953931549871457,
            13731.693765509461125,
            1971.5909503065514427,
            133.14166789178437745,
            3.387132872796366608,
        ],
        [
            5226.495278852854561,
            28729.085735721942674,
            39307.89580009271061,
            21213.794301586595867,
            5394.1960214247511077,
            687.1870074920579083,
            42.313330701600911252,
            1.0,
        ],
    ]
)
TAIL = np.array(
    [
        [
            7.7454501427834140764e-4,
            0.0227238449892691845833,
            0.24178072517745061177,
            1.27045825245236838258,
            3.64784832476320460504,
            5.7694972214606914055,
            4.6303378461565452959,
            1.42343711074968357734,
        ],
        [
            1.05075007164441684324e-9,
            5.475938084995344946e-4,
            0.0151986665636164571966,
            0.14810397642748007459,
            0.68976733498510000455,
            1.6763848301838038494,
            2.05319162663775882187,
            1.0,
        ],
    ]
)
FAR_TAIL = np.array(
    [
        [
            2.01033439929228813265e-7,
            2.71155556874348757815e-5,
            0.0012426609473880784386,
            0.026532189526576123093,
            0.29656057182850489123,
            1.7848265399172913358,
            5.4637849111641143699,
            6.6579046435011037772,
        ],
        [
            2.04426310338993978564e-15,
            1.4215117583164458887e-7,
            1.8463183175100546818e-5,
            7.868691311456132591e-4,
            0.0148753612908506148525,
            0.13692988092273580531,
            0.59983220655588793769,
            1.0,
        ],
    ]
)


@compiled
def ratio_of(polynomials: Matrix, x: float) -> float:
    """Give the ratio of two polynomials of degree 7."""
    above, below = 0.0, 0.0
    for power in range(polynomials.shape[1]):
        above = above * x + polynomials[0, power]
        below = below * x + polynomials[1, power]
    return above / below


@compiled
def normal_score(uniform: float) -> float:
    """Give Φ⁻¹(u), u within (0, 1).

    Witness: scipy.special.ndtri.
    """
    away = uniform - 0.5
    if abs(away) <= CENTRAL:
        return away * ratio_of(MIDDLE, SPLIT - away * away)
    root = math.sqrt(-math.log(min(uniform, 1.0 - uniform)))
    size = ratio_of(TAIL, root - 1.6) if root <= FAR else ratio_of(FAR_TAIL, root - FAR)
    return math.copysign(size, away)


@compiled
def correlate(triangle: Matrix, endpoint: int, scores: Matrix, uniform: Vector) -> None:
    """Replace an endpoint's uniforms by ones correlated with earlier endpoints' scores.

    Args:
        triangle: (endpoints, endpoints) L.
        endpoint: its number.
        scores: (endpoints, patients) of the endpoints' own uniforms; its row is filled in.
        uniform: (patients,) its own.
    """
    alone = True
    for other in range(endpoint):
        alone = alone and triangle[endpoint, other] == 0.0
    for k in range(uniform.size):
        scores[endpoint, k] = normal_score(min(max(uniform[k], LEAST), MOST))
        if not alone:
            total = 0.0
            for other in range(endpoint + 1):
                total += triangle[endpoint, other] * scores[other, k]
            uniform[k] = min(normal(total), MOST)
