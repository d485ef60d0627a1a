"""The analysis of a whole protocol: every estimand it promises, in its order."""

from equipoise.analyze.adverse_events import adverse_event_analysis
from equipoise.analyze.baseline import baseline_table
from equipoise.analyze.binary import binary_analysis
from equipoise.analyze.competing_risks import competing_risks_analysis
from equipoise.analyze.continuous import continuous_analysis
from equipoise.analyze.progress import Progress, only_notices
from equipoise.analyze.results import EndpointAnalysis, TrialAnalysis
from equipoise.analyze.selection import select
from equipoise.analyze.snapshot import Snapshot
from equipoise.analyze.time_to_event import time_to_event_analysis
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, TimeToEvent
from equipoise.protocol.estimands import Estimand


def analyze_trial(snapshot: Snapshot, progress: Progress = only_notices) -> TrialAnalysis:
    """Answer every estimand of the protocol from the data known at the cut.

    Raises:
        DataError: an arm an estimand speaks of has no patients.
    """
    protocol = snapshot.protocol
    progress("Baseline")
    everyone = select(snapshot, "itt")
    baseline = baseline_table(
        tuple(protocol.variable(each) for each in protocol.analysis.baseline),
        snapshot.subjects,
        everyone,
    )
    endpoints = []
    for estimand in protocol.estimands:
        progress(f"Estimand: {estimand.label}")
        endpoints.append(analyze_estimand(snapshot, estimand))
    return TrialAnalysis(protocol, snapshot, baseline, tuple(endpoints))


def analyze_estimand(snapshot: Snapshot, estimand: Estimand) -> EndpointAnalysis:
    """Answer one estimand, by the method its kind of endpoint asks for."""
    match snapshot.protocol.endpoint(estimand.endpoint):
        case TimeToEvent(competing=()):
            return time_to_event_analysis(snapshot, estimand)
        case TimeToEvent():
            return competing_risks_analysis(snapshot, estimand)
        case Binary():
            return binary_analysis(snapshot, estimand)
        case Continuous():
            return continuous_analysis(snapshot, estimand)
        case AdverseEvents():
            return adverse_event_analysis(snapshot, estimand)
