"""Who was randomized, and how long they were followed."""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate, Number
from equipoise.protocol.trial import Arm, Variable


@dataclass(frozen=True, slots=True)
class ContinuousSummary:
    """How a measurement is distributed in one column of the baseline table."""

    patients: int  # with a value
    missing: int  # without one
    mean: Number
    standard_deviation: Number
    median: Number
    lower_quartile: Number  # quantile definition 2 of Hyndman & Fan (SAS default PCTLDEF=5)
    upper_quartile: Number
    minimum: Number
    maximum: Number


@dataclass(frozen=True, slots=True)
class CategoricalSummary:
    """How many patients in each level, in one column of the baseline table."""

    patients: int  # with a value: the denominator of percentages
    missing: int  # without one
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """One variable by arm; the key "" holds all arms together."""

    variable: Variable
    by_arm: Mapping[str, ContinuousSummary | CategoricalSummary]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Reverse Kaplan-Meier follow-up of one endpoint; arm None is all arms together."""

    endpoint: str
    arm: Arm | None
    patients: int
    median: Estimate
    lower_quartile: Number
    upper_quartile: Number
    longest: Number
