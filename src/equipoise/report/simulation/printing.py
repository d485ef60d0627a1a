"""How a rehearsed number looks in print: with its Monte Carlo standard error, never without.

Chances are in percent.  One that never came up, or always did, is told with its 95% limit, as
the error it would have is none.
"""

import math

from equipoise.report.design.printing import NONE
from equipoise.report.format import Clock, decimal, percent
from equipoise.simulate.characteristics.monte_carlo import Mean, Probability, Spread

SHARE = 100.0
FINE = 0.05  # an error below is told with one more place
ERRORS = "± one Monte Carlo standard error; without ±: the same in every trial."
LIMITS = "0 (to 0.08) or 100 (from 99.92): in none or all of the trials, with the 95% limit."
GAPS = "± of a difference: the error of the calculated chance in as many trials."
PLACES = 2  # of a percentage
MOST_PLACES = 4


def with_error(found: Probability | None, places: int | None = PLACES) -> str:
    """Print a chance in percent with its standard error, or its limit.

    Args:
        found: the chance; None: there is none.
        places: after the point; None: one, or two where the error would hardly have a digit.

    >>> from equipoise.simulate.characteristics.monte_carlo import probability
    >>> with_error(probability(834, 1000)), with_error(probability(0, 5000))
    ('83.40 ± 1.18', '0 (to 0.08)')
    >>> with_error(probability(834, 1000), None), with_error(probability(0, 5000), None)
    ('83.4 ± 1.2', '0 (to 0.08)')
    """
    if found is None:
        return NONE

    def told(chance: float, error: float) -> str:
        least = 1 if error * SHARE >= 2 * FINE else PLACES
        return percent(chance, least if places is None else places)

    if found.count == 0:
        return f"0 (to {told(found.upper, found.upper)})"
    if found.count == found.trials:
        return f"100 (from {told(found.lower, 1.0 - found.lower)})"
    return f"{told(found.value, found.error)} ± {told(found.error, found.error)}"


def places_for(error: float) -> int:
    """Choose the places of a number whose error is this, so that the error has a digit.

    >>> places_for(0.3), places_for(0.004), places_for(0.0)
    (1, 3, 1)
    """
    places = 1
    while 0.0 < error < 0.5 * 10.0**-places and places < MOST_PLACES:
        places += 1
    return places


def mean_with_error(found: Mean | Spread | None, factor: float = 1.0, least: int = 1) -> str:
    """Print an average with its standard error.

    >>> mean_with_error(Mean(51.62, 0.18, 12.7, 5000))
    '51.6 ± 0.2'
    """
    if found is None:
        return NONE
    average = found.mean if isinstance(found, Spread) else found
    return value_with_error(average.value * factor, average.error * abs(factor), least)


def value_with_error(value: float, error: float, least: int = 1) -> str:
    """Print a number with its error; alone, where it is the same in every trial.

    >>> value_with_error(-0.07041, 0.0048)
    '−0.070 ± 0.005'
    """
    if error == 0.0:
        return decimal(value, least)
    places = max(least, places_for(error))
    return f"{decimal(value, places)} ± {decimal(error, places)}"


def from_calculated(found: Probability, calculated: float) -> str:
    """Print how far a chance lies from the calculated one, in percentage points.

    The error is the one that the calculated chance would have: that of a chance of which next to
    nothing was counted would be too small.

    >>> from equipoise.simulate.characteristics.monte_carlo import probability
    >>> from_calculated(probability(1, 5000), 0.001)
    '−0.08 ± 0.04'
    """
    inside = min(max(calculated, 0.0), 1.0)
    error = math.sqrt(inside * (1.0 - inside) / found.trials)
    return difference_with_error(SHARE * (found.value - calculated), SHARE * (error or found.error))


def difference_with_error(value: float, error: float) -> str:
    """Print a difference with its sign and its error.

    >>> difference_with_error(1.234, 0.31)
    '+1.2 ± 0.3'
    """
    told = value_with_error(value, error)
    return (
        f"+{told}" if value > 0 and told[0] != "−" and told.partition(" ")[0].strip("0.") else told
    )


def time_with_error(found: Mean | Spread | None, clock: Clock) -> str:
    """Print an average time in the unit of display."""
    return mean_with_error(found, clock.factor)


def range_of(found: Spread | None, factor: float = 1.0, places: int = 1) -> str:
    """Print what 90% of the trials lie between."""
    if found is None:
        return NONE
    low, high = found.quantiles[0].value * factor, found.quantiles[-1].value * factor
    return f"{decimal(low, places)} to {decimal(high, places)}"
