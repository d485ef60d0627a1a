"""From the design of a trial to its report, section by section, as a value."""

from collections.abc import Sequence

from equipoise.analyze.progress import Progress, only_notices
from equipoise.design.trial_design import TrialDesign
from equipoise.report.design.assurance import assurance_section
from equipoise.report.design.boundaries import boundaries_section
from equipoise.report.design.context import DesignContext
from equipoise.report.design.course import course_section
from equipoise.report.design.methods import assumptions_section, methods_section
from equipoise.report.design.over_time import over_time_section
from equipoise.report.design.overview import first_facts, overview_section
from equipoise.report.design.power import power_section
from equipoise.report.design.printing import text
from equipoise.report.design.readings import readings_section
from equipoise.report.design.safety import safety_section
from equipoise.report.design.several import several_section
from equipoise.report.document import Document, Paragraph, Section


def build_design_document(
    design: TrialDesign,
    *,
    software: Sequence[tuple[str, str]] = (),
    progress: Progress = only_notices,
) -> Document:
    """Write the whole report of a design.

    Args:
        design: the design.
        software: names and versions, for the section on methods.
        progress: told what starts now.
    """
    context = DesignContext(design)
    progress("Tables and figures")
    sections: list[Section | None] = [overview_section(context)]
    if design.paragraphs:
        blocks = tuple(Paragraph(text(each)) for each in design.paragraphs)
        sections.append(Section("text", "Text for the protocol", blocks))
    main = design.main
    if main is not None and main.plan is not None:
        plan = main.plan
        sections += [
            boundaries_section(context, main, plan),
            readings_section(context, main, plan),
            course_section(context, main, plan),
            over_time_section(context, main, plan),
            power_section(context, main, plan),
        ]
    sections += [
        several_section(context),
        assurance_section(context),
        safety_section(context),
        assumptions_section(context),
        methods_section(context, software),
    ]
    trial = design.protocol.trial
    return Document(
        title=trial.title,
        subtitle=f"Design of {trial.id}",
        facts=first_facts(context),
        sections=tuple(each for each in sections if each is not None),
    )
