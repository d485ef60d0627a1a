"""The grammar of `design.prior`: what is believed of the effect, said outright or by evidence."""

from typing import Literal

from pydantic import Field

from equipoise.io.protocol.fields import Section, Text


class EvidenceSection(Section):
    """Figures of the evidence library: what they found is what is believed of the next trial."""

    endpoint: Text = Field(description="Of the figures, as the library names it: OS, PFS, ...")
    cancer: Text | None = Field(None, description="Breast, Lung, Colorectal or Prostate")
    journal: Text | None = Field(None, description="As the library names it, or its beginning")
    years: list[int] | None = Field(
        None,
        description="First and last year of publication",
        json_schema_extra={"minItems": 2, "maxItems": 2},
    )
    treatment: Text | None = Field(None, description="Text in the arms' names or the title")
    treatment_class: Text | None = Field(
        None, description='What is tested, such as "Immunotherapy"'
    )
    line: Literal["adjuvant", "first", "second or later", "maintenance"] | None = Field(
        None, description="Line of therapy, where a title says it"
    )
    metastatic: bool | None = Field(None, description="Whether the disease is; both if absent")


class PriorSection(Section):
    """What is believed of the effect, for assurance: normal, on the log scale for ratios."""

    hazard_ratio: float | None = Field(None, description="The prior's median")
    risk_difference: float | None = Field(None, description="Likewise")
    risk_ratio: float | None = Field(None, description="Likewise")
    odds_ratio: float | None = Field(None, description="Likewise")
    mean_difference: float | None = Field(None, description="Likewise")
    evidence: EvidenceSection | None = Field(
        None, description="Instead: what figures of the evidence library predict of a new trial"
    )
    standard_deviation: float | None = Field(
        None,
        description="Of the effect, of its logarithm for ratios; follows from `evidence`",
        json_schema_extra={"exclusiveMinimum": 0},
    )
