"""From the open part of a look to its report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.design.trial_design import TrialDesign
from equipoise.report.document import Document, Section
from equipoise.report.monitoring.open_accrual import accrual_section
from equipoise.report.monitoring.open_context import OpenContext
from equipoise.report.monitoring.open_data import data_section
from equipoise.report.monitoring.open_endpoints import endpoints_section
from equipoise.report.monitoring.open_events import events_section
from equipoise.report.monitoring.open_follow_up import follow_up_section
from equipoise.report.monitoring.open_harms import harms_section
from equipoise.report.monitoring.open_methods import methods_section
from equipoise.report.monitoring.open_overview import first_facts, overview_section
from equipoise.report.monitoring.open_size import size_section
from equipoise.simulate.monitored.monitored import OpenLook


def build_open_document(
    opened: OpenLook,
    design: TrialDesign,
    *,
    software: Sequence[tuple[str, str]] = (),
    progress: Progress = only_notices,
) -> Document:
    """Write the open report of a look.

    Args:
        opened: all that may be known outside the committee.
        design: of the trial, as it was before the first patient.
        software: names and versions, for the section on methods.
        progress: told what starts now.
    """
    context = OpenContext(opened, design)
    progress("Open report: tables and figures")
    sections: list[Section | None] = [
        overview_section(context),
        accrual_section(context),
        follow_up_section(context),
        events_section(context),
        endpoints_section(context),
        harms_section(context),
        data_section(context),
        size_section(context),
        methods_section(context, software),
    ]
    return Document(
        title=opened.pooled.title,
        subtitle=context.promised_title,
        facts=first_facts(context),
        sections=tuple(each for each in sections if each is not None),
    )
