"""One statistic as one row, in the columns of CDISC's Analysis Results Data as {cards} has them.

    group1 ... group3   by what the patients are split (arm, comparison, subgroup, cause, grade)
    variable            what the statistic speaks of, `variable_level` at which level or time
    context             the kind of analysis
    stat_name, stat     which statistic, and its value unrounded; `stat_fmt` as the report prints it
    warning, error      why a value is missing

We add what makes a number usable without its report: the estimand, the population, the method,
the scale of the standard error, the conventions, and the state of a value that does not exist.
Values are in the protocol's time unit; `stat_fmt` is in its display unit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from equipoise.analyze.estimates import Absent, Estimate, Number, TestResult
from equipoise.report.format import count, decimal, level_percent, p_value, significant

Printer: TypeAlias = Callable[[Number], str]


@dataclass(frozen=True, slots=True)
class StatisticRow:
    """One statistic; `KEY` names the columns that tell it from every other."""

    analysis_id: str
    estimand: str | None
    population: str | None
    group1: str | None
    group1_level: str | None
    group2: str | None
    group2_level: str | None
    group3: str | None
    group3_level: str | None
    variable: str
    variable_level: str | None
    context: str
    stat_name: str
    stat_label: str
    stat: float | int | None  # None: it does not exist (`state` says why), or it is text
    stat_text: str | None
    stat_fmt: str
    method: str | None
    scale: str | None
    conventions: str | None
    state: str | None  # name of the member of `Absent`
    warning: str | None
    error: str | None


KEY = (
    "analysis_id",
    *(f"group{number}{part}" for number in (1, 2, 3) for part in ("", "_level")),
    "variable",
    "variable_level",
    "stat_name",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statistic belongs: everything of a row but the statistic itself."""

    analysis_id: str
    context: str
    variable: str
    level: str | None = None
    groups: tuple[tuple[str, str], ...] = ()
    estimand: str | None = None
    population: str | None = None
    conventions: tuple[str, ...] = ()

    def of(self, what: str, context: str | None = None) -> "Place":
        """Go to another analysis of the same estimand."""
        return replace(self, analysis_id=f"{self.estimand}/{what}", context=context or what)

    def by(self, group: str, level: str | None) -> "Place":
        """Split further; a level of None leaves all patients together."""
        added = () if level is None else ((group, level),)
        return replace(self, groups=self.groups + added)

    def at(self, level: str | float) -> "Place":
        """Go to one level of the variable, or one time."""
        return replace(self, level=level if isinstance(level, str) else f"{level:.12g}")

    def about(self, variable: str) -> "Place":
        """Speak of another variable."""
        return replace(self, variable=variable)


def row(
    place: Place,
    name: str,
    label: str,
    value: Number | int | str | None,
    shown: str,
    *,
    method: str | None = None,
    scale: str | None = None,
) -> StatisticRow:
    """Write one statistic down."""
    nobody: tuple[None, None] = (None, None)
    first, second, third, *_ = (*place.groups, nobody, nobody, nobody)
    absent = value if isinstance(value, Absent) else None
    return StatisticRow(
        analysis_id=place.analysis_id,
        estimand=place.estimand,
        population=place.population,
        group1=first[0],
        group1_level=first[1],
        group2=second[0],
        group2_level=second[1],
        group3=third[0],
        group3_level=third[1],
        variable=place.variable,
        variable_level=place.level,
        context=place.context,
        stat_name=name,
        stat_label=label,
        stat=value if isinstance(value, int | float) else None,
        stat_text=value if isinstance(value, str) else None,
        stat_fmt=shown,
        method=method,
        scale=scale,
        conventions="; ".join(place.conventions) or None,
        state=absent.name if absent else None,
        warning=absent.value if absent else None,
        error=None,
    )


def counted(place: Place, name: str, label: str, value: int) -> StatisticRow:
    """Write a whole number down."""
    return row(place, name, label, value, count(value))


def measured(place: Place, name: str, label: str, value: Number, show: Printer) -> StatisticRow:
    """Write a number down."""
    return row(place, name, label, value, show(value))


def estimated(
    place: Place, estimate: Estimate, show: Printer = significant
) -> Iterator[StatisticRow]:
    """Write an estimate down: value, standard error, limits and their level."""
    limits = estimate.interval
    scale = estimate.scale
    yield row(
        place,
        "estimate",
        "Estimate",
        estimate.value,
        show(estimate.value),
        method=estimate.method,
        scale="identity",
    )
    error = estimate.standard_error
    shown = show(error) if scale == "identity" else significant(error)
    name = "std.error"
    label = "Standard error" if scale == "identity" else f"Standard error, {scale} scale"
    yield row(place, name, label, error, shown, method=estimate.method, scale=scale)
    for name, label, limit in (
        ("conf.low", "Lower confidence limit", limits.lower),
        ("conf.high", "Upper confidence limit", limits.upper),
    ):
        yield row(place, name, label, limit, show(limit), method=limits.method, scale="identity")
    level = level_percent(limits.level)
    yield row(place, "conf.level", "Confidence level", limits.level, level, method=limits.method)


def compared(
    place: Place, test: TestResult, significance_level: float | None = None
) -> Iterator[StatisticRow]:
    """Write a test down: statistic, degrees of freedom, both p-values."""
    place = replace(place, conventions=place.conventions + test.assumed)

    def of_test(name: str, label: str, value: Number | int, shown: str) -> StatisticRow:
        return row(place, name, label, value, shown, method=test.method)

    yield of_test("statistic", "Test statistic", test.statistic, decimal(test.statistic, 3))
    freedom = test.degrees_of_freedom
    yield of_test("parameter", "Degrees of freedom", freedom, count(freedom))
    for name, label, p in (
        ("p.value", "P, two-sided", test.p_two_sided),
        ("p.value.one.sided", "P, one-sided", test.p_one_sided),
    ):
        yield of_test(name, label, p, p_value(p, significance_level))
