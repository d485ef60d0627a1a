"""How effects of studies are printed and called, in tables, pictures and sentences alike."""

from dataclasses import dataclass

from equipoise.analyze.estimates import Absent, Estimate, Interval, Number
from equipoise.appraise.pooling.asked import Effect
from equipoise.appraise.pooling.pool import IntervalMethod, Pooled
from equipoise.design.wording.numbers import plural
from equipoise.report.figures.forest_pool import Mark, PoolAxis, PoolRow
from equipoise.report.format import (
    Printer,
    decimal,
    interval,
    level_percent,
    p_value,
    percent,
    ratio,
    sentence,
    significant,
    with_interval,
)

SIDES: dict[Effect, tuple[str, str]] = {
    "hazard ratio": ("Lower hazard", "Higher hazard"),
    "odds ratio": ("Less often", "More often"),
    "risk ratio": ("Less often", "More often"),
    "risk difference": ("Less often", "More often"),
    "ratio": ("Lower", "Higher"),
    "difference": ("Lower", "Higher"),
}


INTERVALS: dict[IntervalMethod, str] = {
    "normal": "normal interval",
    "hartung-knapp": "Hartung-Knapp interval",
    "hartung-knapp-modified": "modified Hartung-Knapp interval",
}


@dataclass(frozen=True, slots=True)
class EffectWords:
    """The words of one measure."""

    effect: Effect
    level: float

    @property
    def is_ratio(self) -> bool:
        """Whether it is a ratio."""
        return "ratio" in self.effect

    @property
    def show(self) -> Printer:
        """How a value is printed."""
        if self.is_ratio:
            return ratio
        return percent if self.effect == "risk difference" else lambda value: significant(value, 3)

    @property
    def unit(self) -> str:
        """What follows a value in a sentence."""
        return " percentage points" if self.effect == "risk difference" else ""

    @property
    def name(self) -> str:
        """The measure, with its unit."""
        return sentence(self.effect) + (", %" if self.unit else "")

    @property
    def heading(self) -> str:
        """What stands above printed values."""
        return f"{self.name} ({level_percent(self.level)} CI)"

    @property
    def factor(self) -> float:
        """From the value to the axis."""
        return 100.0 if self.effect == "risk difference" else 1.0

    def with_limits(self, estimate: Estimate) -> str:
        """Print an estimate with its interval."""
        return with_interval(estimate, self.show)

    def limits(self, limits: Interval | None) -> str:
        """Print an interval; a dash where there is none."""
        if limits is None:
            return "\u2013"
        if isinstance(limits.lower, Absent) and isinstance(limits.upper, Absent):
            return limits.lower.mark
        return interval(limits, self.show)

    def axis(self, *, names: str = "Study", beside: str = "Weight", than: str = "") -> PoolAxis:
        """Give the axis of a forest.

        Args:
            names: heads the names.
            beside: heads the last column.
            than: the arm that the sides of the axis speak of.
        """
        less, more = SIDES[self.effect]
        whom = f" in the {than}" if than else ""
        return PoolAxis(self.heading, self.is_ratio, less + whom, more + whom, names, beside)

    def row(
        self,
        label: str,
        estimate: Estimate,
        mark: Mark,
        *,
        weight: float | None = None,
        beside: str = "",
    ) -> PoolRow:
        """Give a row of a forest; where a limit does not exist only the number is told."""
        limits, value = estimate.interval, estimate.value
        known = not isinstance(limits.lower, Absent) and not isinstance(limits.upper, Absent)
        return PoolRow(
            label=label,
            mark=mark,
            value=None if isinstance(value, Absent) else self.factor * value,
            limits=(self.factor * limits.lower, self.factor * limits.upper) if known else None,  # type: ignore[operator] # both are numbers
            printed=self.with_limits(estimate),
            weight=weight,
            beside=beside,
        )


def method_words(pooled: Pooled) -> str:
    """Name the method of a pooled effect, and of its interval."""
    how = pooled.assumed[0].removeprefix("Model: ").rstrip(".")
    said = f"{how}; {INTERVALS[pooled.interval_method]}"
    degrees = pooled.degrees_of_freedom
    return said if degrees is None else f"{said}, t with {plural(degrees, 'degree')} of freedom"


def share(value: Number) -> str:
    """Print a share as a percentage, with its sign.

    >>> share(0.7577)
    '76%'
    """
    return value.mark if isinstance(value, Absent) else f"{100 * value:.0f}%"


def p_words(p: Number) -> str:
    """Print a P as a phrase.

    >>> p_words(0.0002), p_words(0.0422)
    ('P <0.001', 'P = 0.04')
    """
    text = p_value(p)
    if isinstance(p, Absent):
        return "P not estimable"
    return f"P {text}" if text[0] in "<>" else f"P = {text}"


def small(value: Number) -> str:
    """Print a statistic: two decimals.

    >>> small(4.1275)
    '4.13'
    """
    return decimal(value, 2)


def short_name(identifier: str, label: str) -> str:
    """Name a study by its id, with the label beside it where that says more.

    >>> short_name("AALL1331", "Brown et al., JAMA 2021"), short_name("Ho", "Ho et al. 2021")
    ('AALL1331, Brown et al., JAMA 2021', 'Ho et al. 2021')
    """
    if not label or label.startswith(identifier):
        return label or identifier
    return f"{identifier}, {label}"
