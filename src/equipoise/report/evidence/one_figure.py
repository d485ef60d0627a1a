"""One figure of the library: its curves redrawn from the rebuilt patients, and what they say."""

import numpy as np

from equipoise.analyze.time_grid import at_risk_grid
from equipoise.appraise.library.analysis import ArmOfFigure, FigureAnalysis
from equipoise.appraise.library.figure import Figure
from equipoise.protocol.trial import Arm, Trial
from equipoise.report.document import Callout, Document, Paragraph, Row, Section, Table
from equipoise.report.document import Figure as Picture
from equipoise.report.evidence.words import REBUILT, SOURCES, citation
from equipoise.report.figures.at_risk import Drawn
from equipoise.report.figures.style import arm_styles, finished, settings
from equipoise.report.figures.survival import curves_over_numbers
from equipoise.report.format import Clock, p_value, percent, ratio, with_interval

ROLES = ("control", "experimental")


def figure_document(analysis: FigureAnalysis, software: str) -> Document:
    """Tell one figure."""
    figure = analysis.asked
    published = "none in the index" if figure.published is None else f"{figure.published:g}"
    return Document(
        title=f"{figure.trial}, figure {figure.number}: {figure.endpoint}",
        subtitle=citation(figure),
        facts=(
            ("Patients rebuilt", str(figure.patients)),
            ("Published hazard ratio", published),
            ("Software", software),
        ),
        sections=(_curves(analysis), _numbers(analysis), _source(analysis)),
    )


def figure_picture(analysis: FigureAnalysis) -> Picture:
    """Draw the curves of both arms over their numbers at risk."""
    figure, clock = analysis.asked, _clock(analysis.asked)
    arms = tuple(
        Arm(each.label, _named(figure, side), ROLES[side])  # type: ignore[arg-type]
        for side, each in enumerate(analysis.arms)
    )
    longest = max(float(each.curve.time[-1]) for each in analysis.arms)
    times = at_risk_grid(longest, figure.time_unit, figure.time_unit)
    styles = arm_styles(arms)
    drawn = [
        Drawn(
            arm,
            styles[arm.id],
            each.curve.curve(),
            tuple(each.curve.at_risk_at(np.array(times)).tolist()),
            (f"{each.events} / {each.patients}", with_interval(each.median, clock.show)),
        )
        for arm, each in zip(arms, analysis.arms, strict=True)
    ]
    header = ("Events / patients", f"Median, {clock.units} (95% CI)")
    said = ratio_words(analysis)
    with settings():
        picture = curves_over_numbers(
            drawn, (header, (said,)), times, clock, f"{figure.endpoint} (%)"
        )
        return finished(
            picture,
            identifier="redrawn-curves",
            title=f"{figure.endpoint} of the rebuilt patients, by arm",
            alternative_text=(
                f"Kaplan-Meier curves of {drawn[0].arm.label} and {drawn[1].arm.label}. {said}"
            ),
            footnotes=("Patients rebuilt from the published figure, not the trial's own data.",),
        )


def ratio_words(analysis: FigureAnalysis) -> str:
    """Say the hazard ratio and the log-rank P, and what was published."""
    found = with_interval(analysis.hazard_ratio, ratio)
    p = p_value(analysis.test.p_two_sided)
    published = analysis.asked.published
    beside = "" if published is None else f"; published {published:g}"
    sign = "" if p.startswith(("<", ">", "N")) else "= "
    return f"Hazard ratio {found}{beside}; log-rank two-sided P {sign}{p}."


def _named(figure: Figure, side: int) -> str:
    arm = figure.arms[side]
    return arm.description if arm.description != arm.label else arm.label


def _clock(figure: Figure) -> Clock:
    unit = figure.time_unit
    return Clock(Trial(figure.id, figure.title, time_unit=unit, display_unit=unit))


def _curves(analysis: FigureAnalysis) -> Section:
    order = analysis.asked.order
    return Section(
        "curves",
        "Curves",
        (
            Callout(REBUILT, "note"),
            Paragraph(order.sentence),
            *(Callout(each, "warning") for each in analysis.asked.doubts),
            figure_picture(analysis),
        ),
    )


def _numbers(analysis: FigureAnalysis) -> Section:
    clock = _clock(analysis.asked)
    rows = [
        Row(("Patients", *(str(each.patients) for each in analysis.arms), "")),
        Row(("Events", *(str(each.events) for each in analysis.arms), "")),
        Row((f"Median, {clock.units}", *(_median(each, clock) for each in analysis.arms), "")),
    ]
    for place, landmark in enumerate(analysis.landmarks):
        cells = (with_interval(each.rates[place], percent) for each in analysis.arms)
        label = f"Free of the event at {clock.mark(landmark.time)} {clock.units}, %"
        rows.append(Row((label, *cells, with_interval(landmark.estimate, percent))))
    means = analysis.restricted_mean
    until = clock.mark(means.until)
    rows += [
        Row(("Hazard ratio", "", "", with_interval(analysis.hazard_ratio, ratio))),
        Row(("Log-rank, two-sided P", "", "", p_value(analysis.test.p_two_sided))),
        Row(
            (
                f"Restricted mean up to {until} {clock.units}",
                "",
                "",
                with_interval(means.difference, clock.show_finely),
            )
        ),
        Row(
            (
                "Proportional hazards, P",
                "",
                "",
                p_value(analysis.proportional_hazards.p_two_sided),
            )
        ),
    ]
    names = tuple(_named(analysis.asked, side) for side in (0, 1))
    header = ("", *names, "Difference or ratio")
    title = "What the rebuilt patients say (95% confidence intervals)"
    return Section("numbers", "Numbers", (Table("numbers-by-arm", title, header, tuple(rows)),))


def _median(arm: ArmOfFigure, clock: Clock) -> str:
    return with_interval(arm.median, clock.show)


def _source(analysis: FigureAnalysis) -> Section:
    texts = (citation(analysis.asked), " ".join(analysis.assumed), *SOURCES)
    return Section("source", "Source", tuple(Paragraph(each) for each in texts))
