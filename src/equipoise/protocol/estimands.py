"""What exactly is to be estimated: the five attributes of ICH E9(R1), section A.3.3.

Treatment, population, variable (the endpoint), the handling of intercurrent events, and the
population-level summary.  A strategy is more than a word here: it must agree with how the
endpoint is built, so that the number printed is the estimand promised.

    treatment policy   the event changes nothing: follow-up continues through it
    composite          the event is one of the endpoint's own events
    hypothetical       follow-up is censored at the event (no informative censoring assumed)
    while on treatment follow-up is censored at the event; the summary speaks of that time only
    principal stratum  not estimable from one trial's data without a model: refused
"""

from dataclasses import dataclass
from enum import Enum


class Strategy(Enum):
    """The five strategies of ICH E9(R1), section A.3.2."""

    TREATMENT_POLICY = "treatment policy"
    HYPOTHETICAL = "hypothetical"
    COMPOSITE = "composite"
    WHILE_ON_TREATMENT = "while on treatment"
    PRINCIPAL_STRATUM = "principal stratum"


class Summary(Enum):
    """The population-level summary that compares the arms."""

    HAZARD_RATIO = "hazard ratio"
    SURVIVAL_DIFFERENCE = "difference in survival at a time"
    RESTRICTED_MEAN_DIFFERENCE = "difference in restricted mean survival time"
    CUMULATIVE_INCIDENCE_DIFFERENCE = "difference in cumulative incidence"
    RISK_DIFFERENCE = "risk difference"
    ODDS_RATIO = "odds ratio"
    MEAN_DIFFERENCE = "difference in means"
    INCIDENCE = "incidence by arm"


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """Something that happens after randomization and affects the endpoint's meaning."""

    event: str
    strategy: Strategy


@dataclass(frozen=True, slots=True)
class Estimand:
    """One question, precisely: every display names the estimand that it serves."""

    id: str
    label: str
    endpoint: str  # the id of the variable
    population: str  # the id of the population
    treatment: tuple[str, ...]  # ids of the arms it speaks of
    summary: Summary
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()
