"""From a look to its closed report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.report.document import Document, Section
from equipoise.report.monitoring.closed_beliefs import beliefs_section
from equipoise.report.monitoring.closed_context import ClosedContext
from equipoise.report.monitoring.closed_decision import decision_section
from equipoise.report.monitoring.closed_inference import inference_section
from equipoise.report.monitoring.closed_likely import likely_section
from equipoise.report.monitoring.closed_methods import conventions_section, methods_section
from equipoise.report.monitoring.closed_overview import first_facts, overview_section
from equipoise.simulate.monitored import MonitoredTrial


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
        decision_section(context),
        likely_section(context),
        beliefs_section(context),
        inference_section(context),
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
