"""What one study found, on the scale on which estimates are added up.

Ratios by their logarithms, differences as they are:

    printed ratio    log r,  standard error (log upper - log lower) / 2z
    events           (O - E) / V,  1 / √V                              (Peto: Yusuf et al. 1985)
    2 × 2 table      log OR, log RR or risk difference with its large-sample standard error

Ratios and differences are experimental over (minus) control.  A table with an empty cell gets
1/2 added to all four; one without events (or without anything else) in both arms says nothing
of a ratio and is refused.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Interval
from equipoise.analyze.two_arms import checked_counts
from equipoise.appraise.pooling.limits import remark_on_limits
from equipoise.errors import ClaimError, DataError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.confidence import error_of_limits, normal_quantile

Scale: TypeAlias = Literal["log", "identity"]
TableMeasure: TypeAlias = Literal["odds ratio", "risk ratio", "risk difference"]
LARGEST_LOG = 50.0  # no ratio of patients is beyond e⁵⁰
SAME_LEVEL = 1e-9
HALF = 0.5  # added to every cell of a table with an empty one


@dataclass(frozen=True, slots=True)
class StudyEffect:
    """The estimate of one study, with how sure it is."""

    id: str
    label: str
    estimate: float  # on the linear scale: logs of ratios
    standard_error: float  # on that scale
    year: float | None = None  # of publication: the order of a cumulative analysis
    group: str | None = None  # a subgroup of studies
    scale: Scale = "log"
    remark: str = ""  # what a reader should know of how these were got
    as_printed: Interval | None = None  # the limits as printed; the weights rest on the error

    def __post_init__(self) -> None:
        largest = LARGEST_LOG if self.scale == "log" else np.inf
        if not (np.isfinite(self.estimate) and abs(self.estimate) <= largest):
            raise ClaimError(
                f"Study {self.id!r} has the estimate {self.estimate:g}; give a number, the "
                "logarithm of a ratio, or leave the study out."
            )
        if not (np.isfinite(self.standard_error) and self.standard_error > 0):
            error = f"Study {self.id!r} has the standard error {self.standard_error}"
            raise ClaimError(f"{error}; give a number above 0, or leave the study out.")

    @property
    def value(self) -> float:
        """The estimate as printed: a ratio, or a difference."""
        return float(np.exp(self.estimate)) if self.scale == "log" else self.estimate

    def limits(self, level: float = 0.95) -> tuple[float, float]:
        """Give its confidence limits, as they would be printed.

        Witness: a printed ratio with limits symmetric on the log scale gives them back.
        """
        reach = normal_quantile(level) * self.standard_error
        ends = self.estimate - reach, self.estimate + reach
        if self.scale == "identity":
            return ends
        with np.errstate(over="ignore"):  # an infinite limit of an estimate that says nothing
            return float(np.exp(ends[0])), float(np.exp(ends[1]))

    def shown(self, level: float = 0.95) -> tuple[float, float]:
        """Give the limits as printed, where they were printed at this level; else `limits`.

        Witness: the printed text.
        """
        known = self.as_printed
        if known is None or abs(known.level - level) > SAME_LEVEL:
            return self.limits(level)
        return float(known.lower), float(known.upper)  # type: ignore[arg-type] # both are numbers


@dataclass(frozen=True, slots=True)
class StudyTable:
    """Patients with an event, of how many, in the two arms of one study."""

    id: str
    label: str
    experimental_events: int
    experimental: int
    control_events: int
    control: int
    year: float | None = None
    group: str | None = None
    remark: str = ""

    def __post_init__(self) -> None:
        try:
            checked_counts(self.experimental_events, self.experimental)
            checked_counts(self.control_events, self.control)
        except DataError as error:
            raise ClaimError(f"Study {self.id!r}: {error}") from error


def study_from_ratio(
    id: str,  # noqa: A002 - the field's name
    ratio: float,
    lower: float,
    upper: float,
    *,
    level: float = 0.95,
    label: str = "",
    year: float | None = None,
    group: str | None = None,
) -> StudyEffect:
    """Take a hazard, odds or risk ratio with its confidence limits as printed.

    Raises:
        ClaimError: limits out of order or not positive, or a level that is none.

    Witness: limits symmetric on the log scale give back their standard error.

    >>> study = study_from_ratio("AALL1331", 0.70, 0.47, 1.03)
    >>> round(study.estimate, 4), round(study.standard_error, 4)
    (-0.3567, 0.2002)
    """
    if not 0 < lower < ratio < upper < np.inf:
        raise ClaimError(
            f"Study {id!r} prints the ratio {ratio:g} with limits {lower:g} and {upper:g}; the "
            "limits must be positive and lie on either side of it."
        )
    check_level(level)
    return _from_limits(id, (ratio, lower, upper), level, (label or id, year, group), "log")


def study_from_difference(
    id: str,  # noqa: A002 - the field's name
    difference: float,
    lower: float,
    upper: float,
    *,
    level: float = 0.95,
    label: str = "",
    year: float | None = None,
    group: str | None = None,
) -> StudyEffect:
    """Take a difference of means, proportions or survival with its confidence limits as printed.

    Raises:
        ClaimError: limits out of order, or a level that is none.

    Witness: limits symmetric about the difference give back their standard error.

    >>> round(study_from_difference("a", -0.1, -0.198, -0.002).standard_error, 4)
    0.05
    """
    if not -np.inf < lower < difference < upper < np.inf:
        raise ClaimError(
            f"Study {id!r} prints the difference {difference:g} with limits {lower:g} and "
            f"{upper:g}; the limits must lie on either side of it."
        )
    check_level(level)
    known = (difference, lower, upper)
    return _from_limits(id, known, level, (label or id, year, group), "identity")


def _from_limits(
    name: str,
    known: tuple[float, float, float],
    level: float,
    about: tuple[str, float | None, str | None],
    scale: Scale,
) -> StudyEffect:
    """Take an estimate and its limits as printed; remark on lopsided limits."""
    linear = np.log(known) if scale == "log" else np.array(known)
    estimate, lower, upper = (float(each) for each in linear)
    label, year, group = about
    error = error_of_limits(lower, upper, level)
    remark = remark_on_limits(label, (estimate, lower, upper))
    as_printed = Interval(known[1], known[2], level, "as printed")
    return StudyEffect(name, label, estimate, error, year, group, scale, remark, as_printed)


def study_from_events(
    id: str,  # noqa: A002 - the field's name
    observed_minus_expected: float,
    variance: float,
    *,
    label: str = "",
    year: float | None = None,
    group: str | None = None,
) -> StudyEffect:
    """Take the experimental arm's events beyond those expected, with their variance.

    The log hazard ratio is (O - E) / V (Peto's one-step estimate).

    Raises:
        ClaimError: a variance that is not above 0.

    Witness: Yusuf, Peto et al. (1985); R metafor 3.8 `escalc(measure="PETO")`.

    >>> study = study_from_events("a", -10.0, 25.0)
    >>> study.estimate, study.standard_error
    (-0.4, 0.2)
    """
    if not (np.isfinite(variance) and variance > 0):
        raise ClaimError(
            f"Study {id!r} has the variance {variance:g} of O - E; give a number above 0 (about a "
            "quarter of the events under 1:1 randomization)."
        )
    estimate, error = observed_minus_expected / variance, float(variance**-0.5)
    return StudyEffect(id, label or id, estimate, error, year, group)


def study_from_table(table: StudyTable, measure: TableMeasure = "odds ratio") -> StudyEffect:
    """Take a 2 × 2 table: log odds ratio, log risk ratio, or risk difference.

    An empty cell adds 1/2 to all four, and `remark` says so.

    Raises:
        ClaimError: nobody, or everybody, has an event in both arms: no ratio exists.

    Witness: R metafor 3.8 `escalc`.

    >>> study = study_from_table(StudyTable("a", "A", 4, 123, 11, 139), "risk ratio")
    >>> round(study.estimate, 4), round(study.standard_error, 4)
    (-0.8893, 0.5706)
    """
    a, c = table.experimental_events, table.control_events
    b, d = table.experimental - a, table.control - c
    cells: Vector = np.array([a, b, c, d], dtype=np.float64)
    ratio = measure != "risk difference"
    if ratio and (a + c == 0 or (b + d == 0 and measure == "odds ratio")):
        raise ClaimError(
            f"Study {table.id!r}: {'no one' if a + c == 0 else 'everyone'} in either arm has an "
            f"event, so its {measure} does not exist. Leave it out, and say so; or pool risk "
            "differences."
        )
    remark = table.remark
    if (cells == 0).any():
        cells = cells + HALF
        empty = f"{table.label}: an empty cell; 1/2 was added to all four of its table."
        remark = f"{remark} {empty}".strip()
    estimate, variance = _effect(cells, measure)
    scale: Scale = "log" if ratio else "identity"
    about = (table.year, table.group, scale, remark)
    return StudyEffect(table.id, table.label, estimate, float(np.sqrt(variance)), *about)


def study_from_estimate(
    id: str,  # noqa: A002 - the field's name
    estimate: Estimate,
    *,
    label: str = "",
    year: float | None = None,
    group: str | None = None,
) -> StudyEffect:
    """Take an estimate of `analyze`: a hazard ratio, a difference of means, ...

    Raises:
        ClaimError: it does not exist, or has no standard error on a linear scale.

    Witness: law: its limits are those of the estimate.
    """
    value, error = estimate.value, estimate.standard_error
    if isinstance(value, Absent) or isinstance(error, Absent):
        state = value if isinstance(value, Absent) else error
        why = state.value if isinstance(state, Absent) else ""
        raise ClaimError(f"Study {id!r} has no estimate to pool: {why}. Leave it out, and say so.")
    if estimate.scale == "log":
        return StudyEffect(id, label or id, float(np.log(value)), error, year, group, "log")
    if estimate.scale == "identity":
        return StudyEffect(id, label or id, value, error, year, group, "identity")
    raise ClaimError(
        f"Study {id!r} is estimated on the {estimate.scale} scale, which is not pooled. Give a "
        "ratio or a difference."
    )


def check_level(level: float) -> None:
    """Refuse a confidence level that is none.

    Raises:
        ClaimError: it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ClaimError(f"The confidence level is {level:g}; give one between 0 and 1, as 0.95.")


def _effect(cells: Vector, measure: TableMeasure) -> tuple[float, float]:
    a, b, c, d = (float(cell) for cell in cells)
    if measure == "odds ratio":
        return float(np.log(a * d / (b * c))), 1 / a + 1 / b + 1 / c + 1 / d
    n, m = a + b, c + d
    if measure == "risk ratio":
        return float(np.log(a * m / (c * n))), 1 / a - 1 / n + 1 / c - 1 / m
    return a / n - c / m, a * b / n**3 + c * d / m**3
