"""How a number of a design looks in print: the house's rules, and what boundaries need besides.

Boundaries are compared with test statistics, so they carry more places than results do: z three,
a nominal p five, an effect at a bound three.  Planned numbers print as they were written.
"""

import re
from collections.abc import Callable

from equipoise.design.survival.world import Piecewise
from equipoise.report.format import MINUS, count, decimal, percent, significant

NONE = "–"
NOT_TESTED = "not tested"
TINY = 1e-5  # nominal p-values below are told as less than this
EXACT = 1e-6  # from a whole number: what is nearer is whole
OF_PROBABILITIES = ("ratio", "risk difference", "survival", "rate difference")
HYPHEN = re.compile(r"(?<![\w)])-(?=\d)")


def z_value(value: float) -> str:
    """Print a z.

    >>> z_value(-0.83741)
    '−0.837'
    """
    return decimal(value, 3)


def nominal_p(value: float) -> str:
    """Print a nominal p-value of a boundary.

    >>> nominal_p(0.001), nominal_p(3e-9)
    ('0.00100', '<0.00001')
    """
    return "<0.00001" if value < TINY else decimal(value, 5)


def at_bound(name: str, value: float) -> str:
    """Print an effect at a bound; `name` is what the effect is measured by.

    >>> at_bound("hazard ratio", 0.29856), at_bound("mean difference", -21.234)
    ('0.299', '−21.2')
    """
    if name.endswith(OF_PROBABILITIES):
        return decimal(value, 3)
    return significant(value, 3)


def as_given(value: float) -> str:
    """Print a planned number as it was written.

    >>> as_given(0.58), as_given(57.0), as_given(-4.0)
    ('0.58', '57', '−4')
    """
    text = f"{abs(value):.6g}"
    if "e" in text:
        text = significant(abs(value), 4)
    return MINUS + text if value < 0 and text.strip("0.") else text


def calculated(value: float) -> str:
    """Print a number of events or patients as calculated: with one decimal.

    >>> calculated(26.2), calculated(12345.0)
    ('26.2', '12\u202f345.0')
    """
    return decimal(value, 1)


def whole_or_not(value: float) -> str:
    """Print a count that was asked for: whole where it is whole.

    >>> whole_or_not(80.0), whole_or_not(78.6)
    ('80', '78.6')
    """
    return count(round(value)) if abs(value - round(value)) < EXACT else calculated(value)


def chance(value: float, places: int = 2) -> str:
    """Print a probability in percent; one that is nearly none or nearly certain says so.

    >>> chance(0.8334), chance(0.00001), chance(0.999999), chance(0.0)
    ('83.34%', '<0.01%', '>99.99%', '0%')
    """
    least = 0.5 * 10.0 ** -(places + 2)
    if value in {0.0, 1.0}:
        return f"{value:.0%}"
    if value < least:
        return f"<{10.0**-places:.{places}f}%"
    if value > 1 - least:
        return f">{100 - 10.0**-places:.{places}f}%"
    return f"{percent(value, places)}%"


def alpha_level(value: float) -> str:
    """Print a significance level: as written, or with four digits where it is a share.

    >>> alpha_level(0.025), alpha_level(0.025 / 3)
    ('0.025', '0.008333')
    """
    digits = f"{value:.4g}"
    return significant(value, 4) if "e" in digits else digits


def spent(value: float) -> str:
    """Print a cumulative error spent.

    >>> spent(0.001), spent(0.0)
    ('0.00100', '0')
    """
    if value == 0:
        return "0"
    return nominal_p(value)


def fraction(value: float) -> str:
    """Print a fraction of the information in percent, whole where it is whole.

    >>> fraction(0.2), fraction(0.6107), fraction(1.0)
    ('20%', '61.1%', '100%')
    """
    share = 100 * value
    return f"{percent(value, 0 if abs(share - round(share)) < EXACT else 1)}%"


def text(words: str) -> str:
    """Set a sentence of the design in the report's type: a minus before numbers, no code marks.

    >>> text("That is at z of -0.837 or less (log-rank)")
    'That is at z of −0.837 or less (log-rank)'
    """
    return HYPHEN.sub(MINUS, " ".join(words.replace("`", "").split()))


def on_pieces(rate: Piecewise, factor: float, tell: Callable[[float], str]) -> str:
    """Tell the value of every piece, and from when it holds."""
    starts = [as_given(round(float(start) * factor, 4)) for start in rate.starts]
    return "; ".join(
        tell(float(value)) if start == "0" else f"{tell(float(value))} from {start}"
        for value, start in zip(rate.values, starts, strict=True)
    )
