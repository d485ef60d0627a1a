"""The grammar of a protocol's `design` section, and of the effects that hypotheses plan for.

Which boundary a rule draws is told by its key: `spending`, `boundary` or `z`, and for
futility also an effect, `conditional_power` or `predictive_power`; the other keys are
parameters, and a rule is refused with one it does not use.
"""

from typing import Literal, TypeAlias

from pydantic import Field

from equipoise.io.protocol.fields import (
    Duration,
    Grid,
    GridOrPieces,
    Id,
    Section,
    Text,
    WordOrNumber,
    default_of,
)
from equipoise.io.protocol.prior_schema import PriorSection
from equipoise.protocol.planning import LookSchedule, Procedure, SafetyRule, SolveFor

MOST_LOOKS = 50
SpendingName: TypeAlias = Literal[
    "lan-demets o'brien-fleming",
    "lan-demets pocock",
    "hwang-shih-decani",
    "power",
    "exponential",
    "xi-gallo",
    "logistic",
    "normal",
    "cauchy",
    "extreme-value",
    "extreme-value 2",
    "beta",
    "t",
    "table",
    "piecewise linear",
    "step",
]
BoundaryName: TypeAlias = Literal[
    "o'brien-fleming",
    "pocock",
    "wang-tsiatis",
    "optimal wang-tsiatis",
    "haybittle-peto",
    "pampallona-tsiatis",
    "final look only",
]
_LOOKS = "Looks it holds at, counted from 1; all if absent"


class EffectSection(Section):
    """What a hypothesis is planned to find: one measure, that of its endpoint."""

    hazard_ratio: GridOrPieces | None = Field(
        None,
        description="Experimental over control; a list gives alternatives, a mapping a ratio "
        "that changes: {0: 1, 4 months: 0.5}",
    )
    risk_difference: Grid | None = Field(None, description="Experimental minus control")
    risk_ratio: Grid | None = Field(None, description="Experimental over control")
    odds_ratio: Grid | None = Field(None, description="Experimental over control")
    experimental_rate: Grid | None = Field(
        None, description="Probability of a yes in the experimental arm; the difference follows"
    )
    mean_difference: Grid | None = Field(None, description="Experimental minus control")
    margin: float | None = Field(
        None, description="Value of the measure that must be ruled out, for non-inferiority"
    )


class _SpendingParameters(Section):
    """What a spending function is told."""

    spending: SpendingName | None = Field(None, description="Spend the error by this function")
    rho: float | None = Field(None, description="Of lan-demets o'brien-fleming; 1 if absent")
    gamma: float | None = Field(None, description="Of hwang-shih-decani, xi-gallo")
    exponent: float | None = Field(None, description="Of power: t to the exponent")
    nu: float | None = Field(None, description="Of exponential")
    method: int | None = Field(None, description="Of xi-gallo: 1, 2 or 3")
    a: float | None = Field(None, description="Of two-parameter families: the location")
    b: float | None = Field(None, description="Of two-parameter families: the slope")
    degrees_of_freedom: float | None = Field(None, description="Of t")
    through: list[float] | None = Field(
        None, description="Instead of a and b: fraction, share, fraction, share", max_length=6
    )
    fractions: list[float] | None = Field(
        None, description="Of piecewise linear, step: information fractions", max_length=MOST_LOOKS
    )
    shares: list[float] | None = Field(
        None,
        description="Of table (one a look), piecewise linear, step: cumulative shares spent",
        max_length=MOST_LOOKS,
    )
    truncated: list[float] | None = Field(
        None, description="Squeeze the function into this range", min_length=2, max_length=2
    )
    trimmed: list[float] | None = Field(
        None, description="Nothing before this range, all after it", min_length=2, max_length=2
    )
    gapped: list[float] | None = Field(
        None, description="Rest within this range, all after it", min_length=2, max_length=2
    )


class LowerSection(_SpendingParameters):
    """Another spending function for the lower side of a two-sided test."""

    alpha: float = Field(
        description="What of the total alpha the lower side spends",
        json_schema_extra={"exclusiveMinimum": 0, "exclusiveMaximum": 1},
    )


class EfficacySection(_SpendingParameters):
    """When the trial stops for efficacy: one of `spending`, `boundary` and `z`."""

    boundary: BoundaryName | None = Field(None, description="Draw this boundary")
    delta: float | None = Field(None, description="Of wang-tsiatis: 0 O'Brien-Fleming, .5 Pocock")
    under: Literal["alternative", "halfway", "null", "all three"] | None = Field(
        None, description="Of optimal wang-tsiatis: where the expected size is least"
    )
    delta_efficacy: float | None = Field(None, description="Of pampallona-tsiatis")
    delta_futility: float | None = Field(None, description="Of pampallona-tsiatis")
    binding: bool | None = Field(
        None, description="Of pampallona-tsiatis: whether alpha relies on its futility bound"
    )
    z: Grid | None = Field(
        None, description="Bounds as given, one a look; of haybittle-peto: the interim bound"
    )
    lower: LowerSection | None = Field(
        None, description="Two-sided with `spending`: another function for the lower side"
    )
    looks: list[int] | None = Field(None, description=_LOOKS, max_length=MOST_LOOKS)


class FutilitySection(_SpendingParameters):
    """When the trial stops for futility; just one rule."""

    under: Literal["effect", "no effect"] | None = Field(
        None,
        description="Of spending: the error spent is of the second kind, under the effect "
        "(if absent), or `total` is spent under no effect, as a bound for harm does",
    )
    total: float | None = Field(None, description="Of spending under no effect")
    z: Grid | None = Field(None, description="Stop at or below these, one a look or one for all")
    hazard_ratio: Grid | None = Field(None, description="Stop at an estimate no better than this")
    risk_difference: Grid | None = Field(None, description="Likewise")
    mean_difference: Grid | None = Field(None, description="Likewise")
    risk_ratio: Grid | None = Field(None, description="Likewise")
    odds_ratio: Grid | None = Field(None, description="Likewise")
    conditional_power: float | None = Field(
        None, description="Stop when the chance of success at the end is below this"
    )
    given: WordOrNumber | None = Field(
        None,
        description="Of conditional power: the effect of the rest of the trial: `design` (if "
        "absent), `trend`, or a multiple of the design's",
    )
    predictive_power: float | None = Field(
        None, description="Stop when the predictive power is below this"
    )
    prior_mean: float | None = Field(
        None, description="Of predictive power, in units of the design's effect; 1 if absent"
    )
    prior_standard_deviation: float | None = Field(
        None, description="Of predictive power, in units of the design's effect; flat if absent"
    )
    binding: bool = Field(
        default=False, description="Whether the efficacy bounds rely on it being obeyed"
    )
    looks: list[int] | None = Field(None, description=_LOOKS, max_length=MOST_LOOKS)


class HarmSection(_SpendingParameters):
    """A bound below that of futility: a trial that falls so low stops for harm."""

    total: float = Field(description="The error it spends under no effect, such as 0.1")
    futility: Literal["overruled", "obeyed"] = Field(
        "overruled", description="Whether a trial that stopped for futility can still spend it"
    )
    looks: list[int] | None = Field(None, description=_LOOKS, max_length=MOST_LOOKS)


class LooksSection(Section):
    """When the trial is looked at: by `information`, by `number` or by `calendar`."""

    information: list[float] | None = Field(
        None,
        description="Fractions of the planned information, the last 1",
        min_length=1,
        max_length=MOST_LOOKS,
    )
    number: int | None = Field(None, description="So many looks at equal distances")
    calendar: list[Duration] | None = Field(
        None, description="Times since the first patient", min_length=1, max_length=MOST_LOOKS
    )
    spending_by: Literal["information", "calendar"] = Field(
        default_of(LookSchedule, "spending_by"),
        description="Spend the errors by fractions of the information or of the calendar time",
    )
    read_at: list[float] = Field(
        [], description="Further counts, of events or patients, to read the design at"
    )


class MultiplicitySection(Section):
    """How several hypotheses share alpha: a named procedure, or a graph of weights."""

    procedure: Procedure | None = Field(
        None,
        description="Derived: graph, where weights and transitions are given; co-primary: all "
        "primary ones must be met; dunnett: several arms against one control",
    )
    order: list[Id] | None = Field(
        None, description="Of fixed sequence; derived: the order of `hypotheses`, primary first"
    )
    weights: dict[Id, float] | None = Field(
        None, description="Shares of alpha at the start; derived: equal"
    )
    transitions: dict[Id, dict[Id, float]] | None = Field(
        None, description="Of graph: what a hypothesis passes on when it is rejected"
    )
    correlation: float | None = Field(
        None,
        description="Of the test statistics of any two endpoints, for the power of several "
        "hypotheses together; if absent, they are independent",
        json_schema_extra={"exclusiveMinimum": -1, "exclusiveMaximum": 1},
    )


class SafetySection(Section):
    """A sequential bound on an unwanted event in one arm."""

    id: Id = Field(description="Short name")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    acceptable: float = Field(description="Probability of the event that is still acceptable")
    unacceptable: float | None = Field(
        None, description="Probability at which the trial should stop"
    )
    level: float = Field(
        description="Chance of stopping at the acceptable probability; of beta-binomial: the "
        "posterior probability, that it is exceeded, at which to stop"
    )
    patients: int = Field(description="Patients watched")
    method: Literal["pocock", "o'brien-fleming", "beta-binomial", "max-sprt"] = Field(
        default_of(SafetyRule, "method"), description="How the bound is drawn"
    )
    every: int = Field(default_of(SafetyRule, "every"), description="Patients between checks")
    prior: list[float] | None = Field(
        None, description="Of beta-binomial: the two parameters", min_length=2, max_length=2
    )


class DesignSection(Section):
    """The statistical design; alpha and its sides are those of `analysis`."""

    sized_for: Id | None = Field(
        None,
        description="The hypothesis that decides how large the trial is, or `all` primary ones; "
        "derived: all, where several have an effect",
    )
    power: Grid | None = Field(None, description="Chance of success under the effect")
    events: Grid | None = Field(None, description="Events at the last look")
    solve_for: SolveFor | None = Field(None, description="Derived: what is not given")
    method: Text | None = Field(
        None, description="The formula, such as schoenfeld; derived from the test"
    )
    looks: LooksSection | None = Field(None, description="Derived: one, at the end")
    efficacy: EfficacySection | None = Field(
        None, description="Derived, with several looks: spending, lan-demets o'brien-fleming"
    )
    futility: FutilitySection | None = Field(None, description="None if absent")
    harm: HarmSection | None = Field(None, description="A bound below futility's; none if absent")
    multiplicity: MultiplicitySection | None = Field(
        None, description="Derived, with one primary hypothesis: fixed sequence"
    )
    prior: PriorSection | None = Field(None, description="For the probability of success")
    safety: list[SafetySection] = Field([], max_length=MOST_LOOKS, description="Safety bounds")
    notes: list[Text] = Field([], description="Sentences printed with the design")
