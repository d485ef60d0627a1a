"""The grammar of a protocol's `monitoring` section: what its committee is told at each look.

What kind of prior is meant is told by its key: `chance_of_planned_effect` (sceptical),
`chance_of_no_effect` (enthusiastic), or a measure with `standard_deviation`.
"""

from typing import Literal

from pydantic import Field

from equipoise.io.protocol.fields import Duration, Id, Section, default_of
from equipoise.protocol.monitoring import (
    Belief,
    HazardModel,
    MonitoringPromise,
    Projecting,
    SafetyHarm,
)

MOST = 20  # priors, margins, safety counts
_TAIL = default_of(Belief, "tail")


class BeliefSection(Section):
    """What is believed of the effect before the trial: normal, on the log scale for ratios."""

    chance_of_planned_effect: float | None = Field(
        None,
        description="Sceptical: centered at no effect, with this chance of the planned effect or "
        "a better one",
    )
    chance_of_no_effect: float | None = Field(
        None,
        description="Enthusiastic: centered at the planned effect, with this chance of none or a "
        "worse one",
    )
    hazard_ratio: float | None = Field(None, description="The prior's median")
    risk_difference: float | None = Field(None, description="Likewise")
    risk_ratio: float | None = Field(None, description="Likewise")
    odds_ratio: float | None = Field(None, description="Likewise")
    mean_difference: float | None = Field(None, description="Likewise")
    standard_deviation: float | None = Field(
        None, description="With a measure: of the effect, of its logarithm for ratios"
    )


class SafetyCountSection(Section):
    """Which patients count as harmed for one of the design's safety bounds."""

    endpoint: Id = Field(description="Adverse events, a binary or a time-to-event endpoint")
    counts: SafetyHarm | None = Field(
        None, description="Of adverse events: which count; derived: fatal and related"
    )
    grade_from: int | None = Field(
        None, description="Of adverse events: those of this grade or higher count, too"
    )
    within: Duration | None = Field(
        None, description="Of a time to event: events up to this time since randomization"
    )
    arms: list[Id] = Field(
        [], max_length=MOST, description="Watched; each experimental arm by itself if absent"
    )


class ProjectionSection(Section):
    """How the rest of the trial is foretold."""

    replicates: int = Field(
        default_of(Projecting, "replicates"), description="Simulated courses of the rest"
    )
    seed: int = Field(default_of(Projecting, "seed"), description="Of the random numbers")
    level: float = Field(
        default_of(Projecting, "level"), description="Of prediction intervals, two-sided"
    )
    hazard: HazardModel = Field(
        default_of(Projecting, "hazard"), description="How hazards run on in time"
    )


def _usual(**chance: float) -> BeliefSection:
    """Give a prior that no file has written."""
    return BeliefSection.model_construct(_fields_set=set(), **chance)


class MonitoringSection(Section):
    """What the monitoring committee is told at each look, beside the decision."""

    late_events: Literal["left out", "counted"] = Field(
        default_of(MonitoringPromise, "late"),
        description="Events by a data cut that came into the database after it",
    )
    priors: dict[Id, BeliefSection] = Field(
        {
            "sceptical": _usual(chance_of_planned_effect=_TAIL),
            "enthusiastic": _usual(chance_of_no_effect=_TAIL),
        },
        max_length=MOST,
        description="Beliefs of the effect by a short name; if absent, a sceptical and an "
        "enthusiastic one, each with a chance of 0.05",
    )
    margins: list[float] = Field(
        [],
        max_length=MOST,
        description="Effects on their own scale; the probability of a better one is told",
    )
    safety: dict[Id, SafetyCountSection] = Field(
        {}, max_length=MOST, description="Who counts as harmed, by the id of a bound in design"
    )
    projection: ProjectionSection = Field(
        ProjectionSection.model_validate({}), description="How the rest of the trial is foretold"
    )
