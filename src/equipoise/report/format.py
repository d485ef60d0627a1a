"""How does a number look in print?  One answer for every table, figure and sentence.

P-values follow the rule of the large journals: two decimals from 0.01 up, three from 0.001 up,
then ``<0.001``; never 0.000, never 1.00.  Where rounding would move a p-value across its
significance level, more decimals are shown.  A number that does not exist prints as its mark,
NE or NR, and `absent_footnotes` says in words what the marks mean.  Interval limits are joined
by "to", since a dash beside a negative limit cannot be read; minus is U+2212; thousands are
grouped (U+202F) from 10 000 on.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import TypeAlias

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number, TestResult
from equipoise.protocol.trial import DAYS_PER, Alternative, Trial

MINUS = "\u2212"
GROUPED_FROM = 10_000

Printer: TypeAlias = Callable[[Number], str]


def count(value: int) -> str:
    """Print a whole number.

    >>> count(929), count(-3)
    ('929', '−3')
    """
    size = abs(value)
    text = f"{size:,}".replace(",", "\u202f") if size >= GROUPED_FROM else str(size)
    return MINUS + text if value < 0 else text


def decimal(value: Number, places: int = 1) -> str:
    """Print a number with so many decimals, or its mark where it does not exist.

    >>> decimal(-0.04), decimal(-12.34), decimal(Absent.NOT_REACHED)
    ('0.0', '−12.3', 'NR')
    """
    if isinstance(value, Absent):
        return value.mark
    text = f"{abs(value):.{places}f}"
    whole, point, rest = text.partition(".")
    text = count(int(whole)) + point + rest
    return MINUS + text if value < 0 and text.strip("0.") else text


def significant(value: Number, digits: int = 3) -> str:
    """Print so many significant digits, never in scientific notation.

    >>> significant(1234.6), significant(0.012345), significant(0.0)
    ('1235', '0.0123', '0.00')
    """
    if isinstance(value, Absent):
        return value.mark
    if value == 0:
        return decimal(0.0, digits - 1)
    magnitude = int(np.floor(np.log10(abs(value))))
    return decimal(value, min(10, max(0, digits - 1 - magnitude)))


def ratio(value: Number) -> str:
    """Print a hazard or odds ratio: two decimals, more below 0.1, fewer from 10 on.

    >>> ratio(0.605), ratio(12.34), ratio(0.0123), ratio(345.6)
    ('0.60', '12.3', '0.012', '346')
    """
    small, large, huge = 0.0995, 9.995, 99.95
    if isinstance(value, Absent) or small <= value < large:
        return decimal(value, 2)
    if value < small:
        return significant(value, 2) if value >= 5e-4 else "<0.001"  # noqa: PLR2004 - rounding edge
    return decimal(value, 1 if value < huge else 0)


def plain(value: Number) -> str:
    """Print a measurement as recorded: whole where it is whole, else with one decimal.

    >>> plain(27.0), plain(27.5)
    ('27', '27.5')
    """
    whole = not isinstance(value, Absent) and float(value).is_integer()
    return decimal(value, 0 if whole else 1)


def percent(proportion: Number, places: int = 1) -> str:
    """Print a proportion as a percentage, without its sign.

    >>> percent(0.6184)
    '61.8'
    """
    return decimal(proportion if isinstance(proportion, Absent) else 100 * proportion, places)


def p_value(p: Number, level: float | None = None) -> str:
    """Print a p-value; `level` is the significance level it must not be rounded across.

    >>> p_value(0.0002), p_value(0.0043), p_value(0.0312), p_value(0.997)
    ('<0.001', '0.004', '0.03', '>0.99')
    >>> p_value(0.0504, level=0.05), p_value(0.0499, level=0.05)
    ('0.0504', '0.0499')
    """
    if isinstance(p, Absent):
        return p.mark
    tiny, least, fine, most = 1e-6, 0.001, 0.01, 0.99
    if p < least and level is not None and level < least:
        return significant(p, 2) if p >= tiny else "<0.000001"
    if p < least:
        return "<0.001"
    if p > most:
        return ">0.99"
    places = 2 if p >= fine else 3
    if level is not None:
        while places < 9 and (round(p, places) <= level) != (p <= level):  # noqa: PLR2004 - end
            places += 1
        while places < 6 and p != level and round(p, places) == level:  # noqa: PLR2004 - end
            places += 1
    return f"{p:.{places}f}"


def p_statement(p: Number, alternative: Alternative | None, level: float | None = None) -> str:
    """Print a p-value as a phrase that names its sidedness (None: the test has no direction).

    >>> p_statement(0.0002, Alternative.ONE_SIDED), p_statement(0.6, Alternative.TWO_SIDED)
    ('one-sided P <0.001', 'two-sided P = 0.60')
    """
    text = p_value(p, level)
    sided = f"{alternative.value} " if alternative else ""
    if isinstance(p, Absent):
        return f"{sided}P not estimable"
    return f"{sided}P {text[0]}{text[1:]}" if text[0] in "<>" else f"{sided}P = {text}"


def interval(limits: Interval, show: Printer) -> str:
    """Print the two limits, joined by "to".

    >>> interval(Interval(-1.0, 2.0, 0.95, "Wald"), decimal)
    '−1.0 to 2.0'
    """
    return f"{show(limits.lower)} to {show(limits.upper)}"


def with_interval(estimate: Estimate, show: Printer) -> str:
    """Print an estimate with its interval, or its mark alone where nothing exists.

    >>> with_interval(Estimate(0.6, 0.1, Interval(0.48, 0.75, 0.95, "Wald"), "Cox"), ratio)
    '0.60 (0.48 to 0.75)'
    """
    limits = (estimate.interval.lower, estimate.interval.upper)
    if all(isinstance(x, Absent) for x in limits):
        if isinstance(estimate.value, Absent):
            return estimate.value.mark
        return f"{show(estimate.value)} ({show(limits[0])})"
    return f"{show(estimate.value)} ({interval(estimate.interval, show)})"


def level_percent(level: float) -> str:
    """Print a confidence level: 95%, 97.5%.

    >>> level_percent(0.95), level_percent(0.975)
    ('95%', '97.5%')
    """
    return f"{100 * level:.6g}%"


def alpha_text(alpha: float) -> str:
    """Print a significance level, as short as it can be.

    >>> alpha_text(0.05), alpha_text(0.025), alpha_text(0.0125)
    ('0.05', '0.025', '0.0125')
    """
    return f"{alpha:.4f}".rstrip("0") if alpha >= 1e-4 else significant(alpha, 2)  # noqa: PLR2004 - places


def patients_percent(patients: int, of: int, places: int = 1) -> str:
    """Print ``n (%)``; the percentage is left out where there is no denominator.

    >>> patients_percent(12, 315), patients_percent(0, 0)
    ('12 (3.8)', '0')
    """
    return f"{count(patients)} ({percent(patients / of, places)})" if of else count(patients)


def footnote(text: str) -> str:
    """Make one sentence of a convention, whether or not it came with its full stop.

    >>> footnote("ties: Efron"), footnote("Efron ties.")
    ('Ties: Efron.', 'Efron ties.')
    """
    return f"{sentence(text.rstrip('. '))}."


def sentence(text: str) -> str:
    """Begin with a capital, and leave the rest as written.

    >>> sentence("death without HSCT")
    'Death without HSCT'
    """
    return text[:1].upper() + text[1:]


class Clock:
    """Turns times from the trial's unit into the unit of tables and figures, and names it."""

    __slots__ = ("factor", "unit")

    def __init__(self, trial: Trial) -> None:
        self.factor = DAYS_PER[trial.time_unit] / DAYS_PER[trial.display_unit]
        self.unit: str = trial.display_unit

    @property
    def units(self) -> str:
        """The unit in the plural."""
        return f"{self.unit}s"

    def of(self, time: Number) -> Number:
        """Convert one time."""
        return time if isinstance(time, Absent) else time * self.factor

    def show(self, time: Number) -> str:
        """Print a time with one decimal (none for days), without its unit."""
        return decimal(self.of(time), 0 if self.unit == "day" else 1)

    def show_finely(self, time: Number) -> str:
        """Print a difference of times, with two decimals where the unit is a year."""
        return decimal(self.of(time), {"day": 0, "year": 2}.get(self.unit, 1))

    def mark(self, time: float) -> str:
        """Print a landmark or tick: whole where it is whole, 36 rather than 36.0."""
        value = time * self.factor
        near = round(value)
        return count(near) if abs(value - near) < 0.02 else decimal(value, 1)  # noqa: PLR2004 - 0.02 of a unit

    def length(self, time: float) -> str:
        """Print a landmark with its unit: ``36 months``, ``1 year``."""
        text = self.mark(time)
        return f"{text} {self.unit if text == '1' else self.units}"


# --- what the marks mean --------------------------------------------------------------------


def absences(value: object) -> set[Absent]:
    """Find every absent number inside a result, standard errors aside (they are not printed)."""
    if isinstance(value, Absent):
        return {value}
    if isinstance(value, str | int | float | np.ndarray):
        return set()
    if isinstance(value, Estimate) and isinstance(value.value, Absent):
        limits = (value.interval.lower, value.interval.upper)
        if all(isinstance(limit, Absent) for limit in limits):
            return {value.value}  # one mark stands for all three: see `with_interval`
    parts: Iterable[object] = ()
    if isinstance(value, Mapping):
        parts = value.values()
    elif isinstance(value, Iterable):
        parts = value
    elif is_dataclass(value):
        skipped = {"standard_error", "statistic"}
        if isinstance(value, TestResult):
            skipped |= {"p_one_sided"}
        parts = [getattr(value, f.name) for f in fields(value) if f.name not in skipped]
    return set().union(*map(absences, parts))


def absent_footnotes(*values: object) -> tuple[str, ...]:
    """Say in words what NE and NR mean in a table that prints these values.

    >>> absent_footnotes(Absent.NO_EVENTS, (0.3, Absent.NO_EVENTS))
    ('NE, not estimable: no events.',)
    """
    found = absences(values)
    return tuple(f"{state.mark}, {state.value}." for state in Absent if state in found)


def interval_footnote(what: str, estimate: Estimate | None) -> tuple[str, ...]:
    """Name the method of an interval.

    >>> interval_footnote("Median", Estimate(1.0, 1.0, Interval(0.5, 2.0, 0.95, "log-log"), "KM"))
    ('Median: 95% confidence interval, log-log.',)
    """
    if estimate is None:
        return ()
    limits = estimate.interval
    return (f"{what}: {level_percent(limits.level)} confidence interval, {limits.method}.",)
