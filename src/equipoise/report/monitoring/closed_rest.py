"""The rest of the trial: what it may still bring, when, and what stopping now costs and saves."""

from equipoise.report.document import Paragraph, Section
from equipoise.simulate.monitored import MonitoredTrial


def rest_sections(result: MonitoredTrial) -> tuple[Section, ...]:
    """Write what is foretold of the rest; nothing where nothing is."""
    if result.cut is None:
        return ()
    said = [Paragraph(each.why_not) for each in result.rests if each.why_not]
    return (Section("rest", "The rest of the trial", tuple(said)),)
