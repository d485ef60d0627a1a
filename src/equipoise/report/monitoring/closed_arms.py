"""Every endpoint by arm, under the arms' letters: curves, rates, effects; and all on one page."""

from equipoise.analyze.results import AdverseEventAnalysis, TrialAnalysis
from equipoise.report.build import endpoint_section
from equipoise.report.context import Context
from equipoise.report.document import Callout, Paragraph, Section
from equipoise.report.monitoring.closed_forest import forest_of_endpoints
from equipoise.report.monitoring.closed_names import (
    CONVENTIONS,
    NOT_BY_P,
    committee_context,
    for_committee,
)
from equipoise.report.sections.methods import shared_conventions
from equipoise.simulate.monitored.monitored import MonitoredTrial

NOBODY = "An arm has nobody to analyze yet: there are no endpoints by arm."
INTRODUCTION = (
    "Estimates are as of the data cut, and their intervals are pointwise: neither allows for the "
    f"number of looks. {NOT_BY_P}"
)


def arm_sections(result: MonitoredTrial) -> tuple[Section, ...]:
    """Write every endpoint by arm; nothing where the look is of numbers alone."""
    if result.cut is None:
        return ()
    analysis, context = result.analysis, committee_context(result)
    if analysis is None:
        return (Section("arms", "Endpoints by arm", (Callout(NOBODY, "note"),)),)
    endpoints = [e for e in analysis.endpoints if not isinstance(e, AdverseEventAnalysis)]
    inner = []
    forest = forest_of_endpoints(analysis, context)
    if forest:
        told = Section("arms-forest", "All endpoints at a glance", forest)
        inner.append(for_committee(told, result))
    inner += [for_committee(endpoint_section(each, context), result) for each in endpoints]
    inner.append(_conventions(analysis, context))
    return (Section("arms", "Endpoints by arm", (Paragraph(INTRODUCTION),), tuple(inner)),)


def _conventions(analysis: TrialAnalysis, context: Context) -> Section:
    told = shared_conventions(analysis.endpoints, context)
    return Section("arms-conventions", CONVENTIONS, tuple(Paragraph(each) for each in told))
