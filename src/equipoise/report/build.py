"""From the analysis of a protocol to the report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.analyze.results import (
    AdverseEventAnalysis,
    BinaryAnalysis,
    CompetingRisksAnalysis,
    ContinuousAnalysis,
    EndpointAnalysis,
    TimeToEventAnalysis,
    TrialAnalysis,
)
from equipoise.report.context import Context
from equipoise.report.document import Document, Section
from equipoise.report.format import alpha_text, count
from equipoise.report.sections.adverse_events import adverse_events_section
from equipoise.report.sections.competing_risks import competing_risks_section
from equipoise.report.sections.methods import data_check_section, methods_section
from equipoise.report.sections.patients import patients_section
from equipoise.report.sections.response import response_section
from equipoise.report.sections.summary import summary_section
from equipoise.report.sections.time_to_event import time_to_event_section

Facts = Sequence[tuple[str, str]]


def build_document(
    analysis: TrialAnalysis,
    *,
    facts: Facts = (),
    software: Facts = (),
    progress: Progress = only_notices,
) -> Document:
    """Write the whole report.

    `facts` stand on the first page after those of the protocol (software, command, seed);
    `software` are names and versions for the section on methods.
    """
    context = Context(analysis.protocol)
    progress("Summary")
    sections = [summary_section(analysis, context)]
    progress("Patients")
    sections.append(patients_section(analysis, context))
    for each in analysis.endpoints:
        progress(each.endpoint.label)
        sections.append(endpoint_section(each, context))
    sections += [data_check_section(analysis), methods_section(analysis, context, software)]
    trial = analysis.protocol.trial
    return Document(
        title=trial.title,
        subtitle=f"Analysis of {trial.id}",
        facts=(*protocol_facts(analysis, context), *facts),
        sections=tuple(sections),
    )


def endpoint_section(analysis: EndpointAnalysis, context: Context) -> Section:
    """Choose the section that fits the kind of endpoint."""
    match analysis:
        case TimeToEventAnalysis():
            return time_to_event_section(analysis, context)
        case CompetingRisksAnalysis():
            return competing_risks_section(analysis, context)
        case BinaryAnalysis() | ContinuousAnalysis():
            return response_section(analysis, context)
        case AdverseEventAnalysis():
            return adverse_events_section(analysis, context)


def protocol_facts(analysis: TrialAnalysis, context: Context) -> tuple[tuple[str, str], ...]:
    """Collect the first page from the protocol and the data."""
    trial, plan = analysis.protocol.trial, analysis.protocol.analysis
    patients = sum(analysis.snapshot.disposition.randomized.values())
    facts = [("Trial", trial.id)]
    if trial.registry:
        facts.append(("Registry", trial.registry))
    facts += [
        ("Patients randomized", count(patients)),
        ("Arms", "; ".join(arm.label for arm in analysis.protocol.arms)),
        ("Data cut", plan.data_cut or "not stated in the protocol"),
        ("Significance level", f"{alpha_text(plan.alpha)}, {context.alternative.value}"),
    ]
    return (*facts, *(("Note", note) for note in trial.notes))
