"""Safety by arm: deaths, harms, exposure, toxic death over time, safety boundaries."""

from equipoise.report.document import Paragraph, Section
from equipoise.simulate.monitored import MonitoredTrial


def safety_sections(result: MonitoredTrial) -> tuple[Section, ...]:
    """Write the safety of the trial; nothing where the look is of numbers alone."""
    review = result.safety
    if review is None:
        return ()
    return (Section("safety", "Safety by arm", tuple(Paragraph(each) for each in review.remarks)),)
