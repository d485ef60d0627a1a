"""The analysis of adverse events."""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.analyze.estimates import Estimate
from equipoise.protocol.endpoints import AdverseEvents
from equipoise.protocol.estimands import Estimand
from equipoise.protocol.trial import Arm, Comparison, Population


@dataclass(frozen=True, slots=True)
class AdverseEventCount:
    """Patients with at least one, and events, in one arm; patients by worst grade."""

    patients: int
    events: int
    by_worst_grade: Mapping[int, int]  # grade → patients whose worst this was


@dataclass(frozen=True, slots=True)
class AdverseEventRow:
    """One line of the table: an overview line, a system organ class, or a preferred term."""

    kind: str  # "overview" | "system organ class" | "preferred term"
    label: str
    system_organ_class: str | None
    by_arm: Mapping[str, AdverseEventCount]  # arm id → counts
    differences: Mapping[str, Estimate]  # comparison id → difference in proportions


@dataclass(frozen=True, slots=True)
class AdverseEventAnalysis:
    """Adverse events of the safety population, by the arm received."""

    endpoint: AdverseEvents
    estimand: Estimand
    population: Population
    arms: tuple[Arm, ...]
    patients: Mapping[str, int]  # arm id → patients at risk (denominators)
    overview: tuple[AdverseEventRow, ...]
    rows: tuple[AdverseEventRow, ...]  # classes by frequency, each followed by its terms
    comparisons: tuple[Comparison, ...]
    grades: tuple[int, ...]  # grades that occur; empty if not recorded
    left_out: int  # records not treatment-emergent
    assumed: tuple[str, ...]
