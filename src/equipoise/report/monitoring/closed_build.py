"""From a look to its closed report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report.document import Document, Section
from equipoise.report.monitoring.closed_arms import arm_sections
from equipoise.report.monitoring.closed_beliefs import beliefs_section
from equipoise.report.monitoring.closed_context import ClosedContext
from equipoise.report.monitoring.closed_data import data_sections
from equipoise.report.monitoring.closed_decision import decision_section
from equipoise.report.monitoring.closed_inference import inference_section
from equipoise.report.monitoring.closed_likely import likely_section
from equipoise.report.monitoring.closed_methods import conventions_section, methods_section
from equipoise.report.monitoring.closed_overview import first_facts, overview_section
from equipoise.report.monitoring.closed_projection import projection_section
from equipoise.report.monitoring.closed_rest import rest_sections
from equipoise.report.monitoring.closed_safety import safety_sections
from equipoise.simulate.monitored.monitored import MonitoredTrial


def build_closed_document(
    result: MonitoredTrial,
    *,
    software: Sequence[tuple[str, str]] = (),
    progress: Progress = only_notices,
) -> Document:
    """Write the whole closed report of a look, in the order a committee reads.

    Args:
        result: a look that was held.
        software: names and versions, for the section on methods.
        progress: told what starts now.
    """
    context = ClosedContext(result)
    progress("Tables and figures of the closed report")
    sections: list[Section | None] = [
        overview_section(context),
        *data_sections(result),
        decision_section(context),
        *arm_sections(result),
        *safety_sections(result),
        likely_section(context),
        beliefs_section(context),
        inference_section(context),
        projection_section(context),
        *rest_sections(result),
        conventions_section(context),
        methods_section(context, software),
    ]
    trial = result.protocol.trial
    return Document(
        title=trial.title,
        subtitle=f"Closed report of {trial.id}, look {context.look.number}",
        facts=first_facts(context),
        sections=tuple(each for each in sections if each is not None),
    )
