"""Do printed limits lie about their estimate as a standard error would have them?

On the linear scale (logs of ratios) the middle of the limits is the estimate, but for rounding:
the middle of limits printed as l and u is any of

    [(l - ½ digit + u - ½ digit) / 2, (l + ½ digit + u + ½ digit) / 2],

and the estimate is printed with half a digit to either side, too.  Limits by the likelihood, exact
ones or those of a bootstrap need not lie so: a remark is a question, and no more.
"""

from typing import TypeAlias

LOPSIDED = 0.25  # of the interval's half-width: printed limits this far off the estimate
SLACK = 1e-12  # on the linear scale: ends that meet in decimal digits
Known: TypeAlias = tuple[float, float, float]  # estimate, lower and upper limit
Range: TypeAlias = tuple[float, float]


def remark_on_limits(
    label: str, known: Known, rounded: tuple[Range, Range, Range] | None = None
) -> str:
    """Remark on limits off their estimate's middle: by much, or by more than rounding explains.

    Args:
        label: of the study.
        known: the estimate and its limits, on the linear scale.
        rounded: the values of each that would be printed so; None: how they were rounded is not
            known, and only limits far off are remarked upon.
    """
    estimate, lower, upper = known
    off = abs(estimate - (lower + upper) / 2) / ((upper - lower) / 2)
    if off <= LOPSIDED if rounded is None else _met(*rounded):
        return ""
    more = "" if rounded is None else ", more than rounding explains"
    why = (
        "they may not be its own"
        if off > LOPSIDED
        else "they may be of a method that is not symmetric, or a digit may be wrong"
    )
    return (
        f"{label}: the estimate lies {off:.0%} of the half-width off the middle of its limits"
        f"{more}, so {why}; the standard error is taken from their width."
    )


def _met(estimate: Range, lower: Range, upper: Range) -> bool:
    """Tell whether some value of the estimate is the middle of some values of its limits."""
    least, most = (lower[0] + upper[0]) / 2, (lower[1] + upper[1]) / 2
    return least <= estimate[1] + SLACK and estimate[0] <= most + SLACK
