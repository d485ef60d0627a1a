"""Numbers and lists as the statistics section prints them; rounding is for display alone."""

from collections.abc import Iterable, Sequence
from math import isfinite

from equipoise.protocol.trial import DAYS_PER, Trial

TINY = 0.0001  # p-values below are told as less than this
FEW = 9  # numbers up to here stand in words
THOUSANDS = 10_000  # from here on groups of three digits stand apart
NARROW = "\u202f"  # a space that breaks no line
LARGEST_RATIO = 100.0  # a ratio beyond it, or beyond its inverse, is told as such


def decimal(value: float, places: int = 2) -> str:
    """Write a number with so many places, without the sign of a rounded zero.

    >>> decimal(-0.001), decimal(0.6911)
    ('0.00', '0.69')
    """
    told = f"{value:.{places}f}"
    return told.lstrip("-") if float(told) == 0 else told


def significant(value: float) -> str:
    """Write a number as short as it is: four digits, no zeros after them.

    >>> significant(57.0), significant(0.58)
    ('57', '0.58')
    """
    return f"{value:.4g}" if abs(value) < THOUSANDS else count(value)


def percent(value: float, places: int = 1) -> str:
    """Write a proportion in percent.

    >>> percent(0.8334)
    '83.3%'
    """
    return f"{decimal(100.0 * value, places)}%"


def short_percent(value: float) -> str:
    """Write a proportion in percent as it was written: 85%, 2.5%.

    >>> short_percent(0.85), short_percent(0.025)
    ('85%', '2.5%')
    """
    return f"{round(100.0 * value, 6):g}%"


def p_value(value: float) -> str:
    """Write a p-value with four places, or as less than the least of them.

    >>> p_value(0.00001), p_value(0.001)
    ('<0.0001', '0.0010')
    """
    return f"<{TINY:g}" if value < TINY else decimal(value, 4)


def count(value: float) -> str:
    """Write a count as a whole number.

    >>> count(86.6)
    '87'
    """
    if not isfinite(value):
        return "never"
    told = f"{value:.0f}"
    return f"{value:,.0f}".replace(",", NARROW) if abs(value) >= THOUSANDS else told


def z_words(value: float) -> str:
    """Write z within a text.

    >>> z_words(2.11403)
    '2.114'
    """
    return _signed(decimal(value, 3))


def p_words(value: float) -> str:
    """Write a p-value to follow "p of".

    >>> p_words(0.00001), p_words(0.0187)
    ('less than 0.0001', '0.0187')
    """
    return f"less than {TINY:g}" if value < TINY else decimal(value, 4)


def effect_words(value: float, name: str) -> str:
    """Write the effect estimated at a bound; a ratio that no trial sees as more than 100.

    >>> effect_words(4438.9, "hazard ratio"), effect_words(0.691, "hazard ratio")
    ('>100', '0.691')
    """
    if name.endswith("ratio") and value > LARGEST_RATIO:
        return f">{LARGEST_RATIO:g}"
    if name.endswith("ratio") and value < 1.0 / LARGEST_RATIO:
        return f"<{1.0 / LARGEST_RATIO:g}"
    return _signed(decimal(value, 3))


def _signed(told: str) -> str:
    """Write a minus as one, not as a hyphen."""
    return told.replace("-", "\u2212")


def fraction_words(fraction: float) -> str:
    """Write a fraction of the information, to a tenth of a percent.

    >>> fraction_words(0.2), fraction_words(0.66843)
    ('20%', '66.8%')
    """
    return short_percent(round(fraction, 3))


def with_article(noun: str) -> str:
    """Put "a" or "an" before a noun.

    >>> with_article("average hazard ratio"), with_article("risk difference")
    ('an average hazard ratio', 'a risk difference')
    """
    return f"{'an' if noun[:1] in 'aeio' else 'a'} {noun}"


def listed(parts: Iterable[str]) -> str:
    """Put words in a row.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    told = list(parts)
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}" if told else ""


def times(number: int) -> str:
    """Say how often.

    >>> times(1), times(3), times(12)
    ('once', 'three times', '12 times')
    """
    words = ("never", "once", "twice", *(f"{word} times" for word in WORDS[3:]))
    return words[number] if number <= FEW else f"{number} times"


WORDS: Sequence[str] = (
    *("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
)


def plural(number: float, noun: str) -> str:
    """Add a noun in its number.

    >>> plural(1, "month"), plural(2.5, "month")
    ('1 month', '2.5 months')
    """
    return f"{significant(number)} {noun}{'' if number == 1 else 's'}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a full stop.

    >>> sentence("the trial")
    'The trial.'
    """
    told = text[:1].upper() + text[1:]
    return told if told.endswith(".") else f"{told}."


class Clock:
    """Times and rates of a trial, shown in its display unit.

    >>> Clock(Trial("T", "A trial", time_unit="day")).length(730.5)
    '24 months'
    """

    def __init__(self, trial: Trial) -> None:
        """Take the units from the trial."""
        self.factor = DAYS_PER[trial.time_unit] / DAYS_PER[trial.display_unit]
        self.unit = trial.display_unit

    @property
    def units(self) -> str:
        """The unit in the plural."""
        return f"{self.unit}s"

    def shown(self, time: float) -> str:
        """Write a time with one place, without its unit."""
        return decimal(time * self.factor, 1)

    def length(self, time: float) -> str:
        """Write a time with its unit."""
        told = round(time * self.factor, 6)
        return f"{significant(told)} {self.unit if told == 1 else self.units}"
