"""The grammar of a protocol file: which keys stand where, what they mean, what they default to.

pydantic lives here and no further: what is read becomes the frozen values of `protocol`.
A default is written once, in the domain value, and taken from there.  `None` stands for a
key that is absent; what may then be derived is said in its description and done in
`protocol_complete`.  `schema/protocol.schema.json` and docs/protocol.md print this grammar.
"""

from typing import Literal

from pydantic import Field

from equipoise.io.protocol.data_schema import DataSection
from equipoise.io.protocol.design_schema import DesignSection, EffectSection
from equipoise.io.protocol.endpoint_schema import EndpointSection
from equipoise.io.protocol.fields import (
    Condition,
    Date,
    Duration,
    Id,
    Section,
    Text,
    default_of,
)
from equipoise.io.protocol.monitoring_schema import MonitoringSection
from equipoise.io.protocol.planning_schema import PlanningSection
from equipoise.io.rehearsal.conduct_schema import ConductSection
from equipoise.io.rehearsal.scenario_schema import MOST as MOST_SCENARIOS
from equipoise.io.rehearsal.scenario_schema import ScenarioSection
from equipoise.protocol.estimands import Strategy, Summary
from equipoise.protocol.trial import (
    Alternative,
    AnalysisPlan,
    Arm,
    Population,
    TestMethod,
    TimeUnit,
    Trial,
)

MOST = 500  # entries of a list


class TrialSection(Section):
    """Who the trial is, and the unit its times are recorded in."""

    id: Id = Field(description="Short name of the trial")
    title: Text = Field(description="Full title, as printed on the report")
    registry: Text | None = Field(None, description="Registration number, such as NCT02101853")
    time_unit: TimeUnit = Field(
        default_of(Trial, "time_unit"), description="Unit of the times in data and protocol"
    )
    display_unit: TimeUnit = Field(
        default_of(Trial, "display_unit"), description="Unit of times in figures and tables"
    )
    notes: list[Text] = Field([], description="Sentences printed on the report's first page")


class ArmSection(Section):
    """One treatment a patient can be randomized to."""

    id: Id = Field(description="Short name, used in the rest of the file")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    role: Literal["control", "experimental"] = Field(
        description="Hazard ratios set the experimental arm over the control"
    )
    allocation: float = Field(
        default_of(Arm, "allocation"),
        description="Share of the patients, relative to the other arms",
        json_schema_extra={"exclusiveMinimum": 0},
    )


class VariableSection(Section):
    """Something known of each patient at randomization."""

    id: Id = Field(description="Short name, used in the rest of the file")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    type: Literal["continuous", "categorical"] = Field(description="Numbers, or named levels")
    levels: list[Text] = Field(
        [], max_length=MOST, description="The levels of a categorical variable, in order"
    )
    unit: str = Field("", description="Unit of a continuous variable")


class PopulationSection(Section):
    """A set of patients analyzed together; `itt` and `safety` exist without being named."""

    id: Id = Field(description="Short name, used in the rest of the file")
    label: Text | None = Field(None, description="Name as printed; derived from the id")
    where: Condition | None = Field(
        None,
        description="Condition on the subjects' table; everyone if absent (for `safety`: "
        "derived from `data.subjects.treated`)",
    )
    arms: Literal["assigned", "received"] = Field(
        default_of(Population, "arms"),
        description="Whether a patient counts in the arm assigned or the arm received",
    )


class ComparisonSection(Section):
    """An experimental arm set against a control arm."""

    id: Id | None = Field(None, description="Short name; derived as `experimental_vs_control`")
    label: Text | None = Field(None, description="Name as printed; derived from the arms")
    experimental: Id = Field(description="The arm in the numerator")
    control: Id = Field(description="The arm in the denominator")


class IntercurrentEventSection(Section):
    """Something after randomization that affects what the endpoint means (ICH E9(R1), A.3)."""

    event: Text = Field(description="What happens, in words")
    strategy: Strategy = Field(description="How the estimand treats it", strict=False)


class EstimandSection(Section):
    """What exactly is to be estimated: the attributes of ICH E9(R1)."""

    id: Id = Field(description="Short name, used by hypotheses")
    label: Text | None = Field(None, description="Name as printed; derived from the endpoint")
    endpoint: Id = Field(description="The variable: an endpoint's id")
    population: Id | None = Field(
        None, description="Derived: `itt`, and `safety` for adverse events"
    )
    treatment: list[Id] | None = Field(
        None, description="The arms it speaks of; derived: all", min_length=2
    )
    summary: Summary | None = Field(
        None, description="The population-level summary; derived from the endpoint", strict=False
    )
    intercurrent_events: list[IntercurrentEventSection] | None = Field(
        None, description="Derived: what the endpoint is censored at, as hypothetical"
    )


class TestSection(Section):
    """How a hypothesis is tested."""

    __test__ = False  # not a pytest class

    method: TestMethod = Field(description="The test", strict=False)
    stratified_by: list[Id] | None = Field(
        None,
        description="Categorical variables; derived: `strata`, if the method can be "
        "stratified; [] for none",
    )
    rho: float | None = Field(
        None,
        description="Fleming-Harrington weight on early differences: S(t-)^rho",
        json_schema_extra={"minimum": 0},
    )
    gamma: float | None = Field(
        None,
        description="Fleming-Harrington weight on late differences: (1 - S(t-))^gamma",
        json_schema_extra={"minimum": 0},
    )


class HypothesisSection(Section):
    """What the trial set out to decide, for one estimand and one comparison."""

    id: Id = Field(description="Short name, such as H1")
    label: Text | None = Field(
        None, description="Name as printed; derived from estimand and comparison"
    )
    estimand: Id | None = Field(None, description="The estimand it is about")
    endpoint: Id | None = Field(
        None, description="Short for `estimand`, where the endpoint has only one"
    )
    comparison: Id | None = Field(None, description="Derived, where there is only one")
    role: Literal["primary", "secondary"] = Field("primary", description="Its place in the trial")
    test: TestSection | None = Field(None, description="Derived from the kind of endpoint")
    effect: EffectSection | None = Field(
        None, description="What is planned for; power and size rest on it"
    )


class AnalysisSection(Section):
    """The choices that hold for every display, each printed beside the numbers it shapes."""

    alpha: float | None = Field(
        None,
        description="Budget for error of the first kind; derived: 0.025 one-sided, 0.05 two-sided",
        json_schema_extra={"exclusiveMinimum": 0, "maximum": 0.5},
    )
    alternative: Alternative = Field(
        default_of(AnalysisPlan, "alternative"),
        description="Sidedness of every p-value printed",
        strict=False,
    )
    level: float = Field(
        default_of(AnalysisPlan, "level"),
        description="Confidence of every interval, two-sided",
        json_schema_extra={"minimum": 0.5, "exclusiveMaximum": 1},
    )
    survival_interval: Literal["log-log", "log", "plain"] = Field(
        default_of(AnalysisPlan, "survival_interval"),
        description="Scale on which intervals for survival are symmetric",
    )
    ties: Literal["efron", "breslow"] = Field(
        default_of(AnalysisPlan, "ties"), description="Tied event times in Cox models"
    )
    landmarks: list[Duration] = Field([], description="Times at which rates are compared")
    restricted_mean_until: Duration | None = Field(
        None, description="Horizon of restricted means; if absent, the largest both arms allow"
    )
    subgroups: list[Id] = Field([], description="Categorical variables of the forest plot")
    baseline: list[Id] | None = Field(
        None, description="Variables shown by arm; derived: all of them"
    )
    data_cut: Date | None = Field(None, description="Date after which nothing is known")


class ProtocolFile(Section):
    """A randomized trial, written down once."""

    version: Literal[1] = Field(alias="schema", description="Version of this language")
    trial: TrialSection = Field(description="Who the trial is")
    arms: list[ArmSection] = Field(description="The treatments", min_length=2, max_length=MOST)
    variables: list[VariableSection] = Field(
        [], max_length=MOST, description="What is known of each patient at randomization"
    )
    strata: list[Id] = Field([], description="Variables that randomization was stratified by")
    populations: list[PopulationSection] = Field(
        [], max_length=MOST, description="Sets of patients"
    )
    endpoints: list[EndpointSection] = Field(
        description="What is measured", min_length=1, max_length=MOST
    )
    comparisons: list[ComparisonSection] | None = Field(
        None, max_length=MOST, description="Derived: each experimental arm against the only control"
    )
    estimands: list[EstimandSection] = Field(
        [], max_length=MOST, description="Derived for every endpoint that has none"
    )
    hypotheses: list[HypothesisSection] | None = Field(
        None,
        max_length=MOST,
        description="Derived: the first endpoint, in each comparison; [] for none",
    )
    analysis: AnalysisSection = Field(
        AnalysisSection.model_validate({}), description="Choices for every display"
    )
    design: DesignSection | None = Field(
        None, description="The statistical design: power, looks and boundaries"
    )
    planning: PlanningSection | None = Field(
        None, description="What the design assumes of patients and endpoints"
    )
    conduct: ConductSection | None = Field(
        None, description="How the trial is run, for its rehearsal"
    )
    scenarios: dict[Id, ScenarioSection] = Field(
        {},
        max_length=MOST_SCENARIOS,
        description="Truths to rehearse the trial in; `planned` and `no_effect` are always there",
    )
    monitoring: MonitoringSection | None = Field(
        None, description="What the monitoring committee is told at each look"
    )
    data: DataSection | None = Field(None, description="Where everything is found")
