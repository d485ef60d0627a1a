"""The whole analysis: the promise, the data, and every answer."""

from dataclasses import dataclass
from typing import TypeAlias

from equipoise.analyze import printing
from equipoise.analyze.results.adverse_events import AdverseEventAnalysis
from equipoise.analyze.results.baseline import BaselineRow
from equipoise.analyze.results.competing_risks import CompetingRisksAnalysis
from equipoise.analyze.results.responses import BinaryAnalysis, ContinuousAnalysis
from equipoise.analyze.results.survival import TimeToEventAnalysis
from equipoise.analyze.snapshot import Snapshot
from equipoise.protocol.trial import Protocol

EndpointAnalysis: TypeAlias = (
    TimeToEventAnalysis
    | CompetingRisksAnalysis
    | BinaryAnalysis
    | ContinuousAnalysis
    | AdverseEventAnalysis
)


@dataclass(frozen=True, slots=True)
class TrialAnalysis:
    """The whole analysis: the promise, the data, and every answer in the protocol's order."""

    protocol: Protocol
    snapshot: Snapshot
    baseline: tuple[BaselineRow, ...]
    endpoints: tuple[EndpointAnalysis, ...]  # one per estimand

    def __repr__(self) -> str:
        return printing.trial_analysis(self)
