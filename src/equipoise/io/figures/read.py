"""Read published curves off a vector figure: PDF or SVG.

    axes from tick labels and marks → curves as drawn → marks of censored patients → which arm is
    which → numbers at risk

Nothing is guessed in silence: `assumed` says what was, and the options override it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from equipoise.appraise.curves.cleaning import cleaned_curve
from equipoise.appraise.curves.curve import AtRisk, Curve, Kind, Origin, at_risk_table
from equipoise.errors import DataError
from equipoise.io.figures.at_risk import RiskRow, matched, risk_rows
from equipoise.io.figures.axes import Axis, by_hand
from equipoise.io.figures.curves import DrawnCurve, corners, find_curves
from equipoise.io.figures.drawing import Drawing, Word
from equipoise.io.figures.hints import told as told_ticks
from equipoise.io.figures.labels import curve_labels, in_percent, time_unit, unclear_percent
from equipoise.io.figures.limits import without_limits
from equipoise.io.figures.marks import censor_marks
from equipoise.io.figures.panels import Panel, box_of, find_panels
from equipoise.io.figures.pdf import read_pdf
from equipoise.io.figures.svg import read_svg
from equipoise.kernel.arrays import Vector, vector

Calibration: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
SUFFIXES = {".pdf", ".svg", ".svgz"}
PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".webp"}
READ = 0.06  # of the drawing's units: how closely a line's place is known
DIGITIZE = "digitize the curves to CSV (time and value of each point) and give that file"


@dataclass(frozen=True, slots=True)
class FigureArm:
    """One curve of a figure, with all that the figure says of its arm."""

    label: str  # of the legend; "curve 1", "curve 2", ... where there is none
    style: str  # how it is drawn
    curve: Curve
    censored: Vector  # times of its marks, in the unit of the axis
    at_risk: AtRisk | None


@dataclass(frozen=True, slots=True)
class FigureCurves:
    """What was read off one plot."""

    file: str
    page: int
    panel: int
    panels: int  # plots found on the page
    x: Axis
    y: Axis
    time_unit: str  # as the axis says; empty where it does not
    arms: tuple[FigureArm, ...]
    assumed: tuple[str, ...]

    def arm(self, label: str) -> FigureArm:
        """Give the arm of a label.

        Raises:
            DataError: when the figure has no such arm.
        """
        for arm in self.arms:
            if arm.label == label:
                return arm
        known = ", ".join(repr(arm.label) for arm in self.arms)
        raise DataError(f"{self.file} has no curve {label!r}. It has {known}.")


def read_figure(
    path: Path | str,
    *,
    page: int = 1,
    panel: int = 1,
    x_axis: Calibration | None = None,
    y_axis: Calibration | None = None,
    labels: Sequence[str] | None = None,
    at_risk: bool = True,
) -> FigureCurves:
    """Read the curves, censoring marks and numbers at risk of a vector figure.

    Args:
        path: of a PDF or SVG.
        page: of a PDF, from 1.
        panel: which of the page's plots, from 1, as they are read.
        x_axis: two places and their times, where the axis cannot be read: `((58, 0), (412, 60))`,
            in the drawing's own units from the left.
        y_axis: likewise of values, from the top.
        labels: of the curves, in the order in which they are found; an empty one drops its curve.
        at_risk: whether to read numbers at risk.

    Raises:
        DataError: when the file is no vector figure, or has no axes or curves; the message says
            what is missing.
        ClaimError: when a curve or the numbers at risk move the wrong way.

    Witness: law (figures drawn from known curves give them back).
    """
    drawing = _drawing(Path(path), page)
    plots = _panels(drawing, x_axis, y_axis)
    if not 1 <= panel <= len(plots):
        raise DataError(f"{drawing.place} has {len(plots)} plots; there is no plot {panel}.")
    plot = plots[panel - 1]
    notes = _axis_notes(plot, len(plots), panel)
    found = find_curves(drawing, plot)
    curves, told = without_limits(found.curves)
    notes += told
    if not curves:
        raise DataError(_no_curves(drawing, plot))
    legend = curve_labels(drawing, plot, curves, found.rest)
    names, keep = _names(legend, labels, curves, notes)
    rows, told = matched(risk_rows(drawing, plot) if at_risk else (), curves, names, legend, plot)
    notes += told + unclear_percent(drawing, plot, curves)
    marks = censor_marks(found.rest, drawing.words, curves, plot)
    arms = [_arm(drawing, plot, curves[k], names[k], marks[k], rows.get(k)) for k in keep]
    return FigureCurves(
        drawing.file,
        page,
        panel,
        len(plots),
        plot.x,
        plot.y,
        time_unit(drawing, plot),
        tuple(arms),
        tuple(notes),
    )


def _drawing(path: Path, page: int) -> Drawing:
    """Read the file as what it is.

    Raises:
        DataError: when it is missing, or no vector figure.
    """
    suffix = path.suffix.lower()
    if suffix in PICTURES:
        raise DataError(
            f"{path.name} is a bitmap: it holds no lines to read. Find the figure as PDF or SVG, "
            f"or {DIGITIZE}."
        )
    if suffix not in SUFFIXES:
        raise DataError(f"{path.name} is neither .pdf nor .svg. Give a figure in one of these.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path.name} cannot be opened: {error.strerror}.") from None
    drawing = (
        read_pdf(content, path.name, page) if suffix == ".pdf" else read_svg(content, path.name)
    )
    if not drawing.strokes:
        what = "a bitmap" if drawing.pictures else "no lines"
        raise DataError(
            f"{drawing.place} holds {what} only. Name another page, find the figure as vector "
            f"graphics, or {DIGITIZE}."
        )
    return drawing


def _panels(
    drawing: Drawing, x_axis: Calibration | None, y_axis: Calibration | None
) -> tuple[Panel, ...]:
    """Find the plots, with axes calibrated by hand where given.

    Raises:
        DataError: when there are no axes to be read.
    """
    for points in (x_axis, y_axis):
        if points is not None and (points[0][0] == points[1][0] or points[0][1] == points[1][1]):
            raise DataError(f"An axis needs two different places and values, got {points}.")
    if x_axis and y_axis:
        x, y = by_hand(x_axis), by_hand(y_axis)
        return (box_of(drawing, x, y),)
    plots = find_panels(
        drawing, x=by_hand(x_axis) if x_axis else None, y=by_hand(y_axis) if y_axis else None
    )
    if plots:
        return tuple(plot for plot in plots if find_curves(drawing, plot).curves) or plots
    if not drawing.words:
        raise DataError(
            f"{drawing.place} has no text, so its axes cannot be read (letters drawn as outlines "
            "are none). Give x_axis and y_axis by hand, as two places and their values each on a "
            f"page of {drawing.width:g} by {drawing.height:g}, or {DIGITIZE}."
            f"{told_ticks(drawing)}"
        )
    raise DataError(
        f"{drawing.place} shows no pair of axes: no row of numbers below and column of numbers "
        "left of a plot that are even along it. Name another page, give x_axis and y_axis by hand "
        f"(the page is {drawing.width:g} by {drawing.height:g}), or {DIGITIZE}."
    )


def _no_curves(drawing: Drawing, plot: Panel) -> str:
    """Say that a plot has axes but no curve."""
    only = " A bitmap lies on the page: the curves may be in it." if drawing.pictures else ""
    return (
        f"{drawing.place}: no curve was found between {plot.left:.0f} and {plot.right:.0f} from "
        f"the left and {plot.top:.0f} and {plot.bottom:.0f} from the top.{only} Name another "
        f"page or panel, or {DIGITIZE}."
    )


def _axis_notes(plot: Panel, panels: int, panel: int) -> list[str]:
    """Say what was assumed of the axes."""
    notes = [f"The page shows {panels} plots; this is number {panel}."] if panels > 1 else []
    if plot.insets:
        notes.append("A smaller plot within this one was left out.")
    for name, axis in (("times", plot.x), ("values", plot.y)):
        if axis.left_out:
            notes.append(
                f"The axis of {name} does not fit its labels {', '.join(axis.left_out)}, which "
                "were left out; the axis may be broken there."
            )
        if not axis.ticks:
            notes.append(
                f"No tick marks stand at the labels of {name}; the middle of each label was taken."
            )
        if axis.scale == "log":
            notes.append(f"The axis of {name} is logarithmic.")
    return notes


def _names(
    legend: Sequence[Word | None],
    given: Sequence[str] | None,
    curves: Sequence[DrawnCurve],
    notes: list[str],
) -> tuple[list[str], list[int]]:
    """Name the curves, and tell which to keep.

    Raises:
        DataError: when labels are given, but not one a curve.
    """
    if given is not None:
        if len(given) != len(curves):
            styles = ", ".join(curve.style.told() for curve in curves)
            raise DataError(
                f"{len(given)} labels were given for {len(curves)} curves ({styles}). Give one a "
                "curve; an empty one drops its curve."
            )
        return list(given), [k for k, label in enumerate(given) if label]
    names = [word.text.strip(" :") if word else f"curve {k + 1}" for k, word in enumerate(legend)]
    unknown = [k for k, word in enumerate(legend) if word is None]
    if unknown and len(curves) > 1:
        which = ", ".join(f"{names[k]} ({curves[k].style.told()})" for k in unknown)
        notes.append(f"No legend names {which}; give labels to say which arm each is.")
    return names, list(range(len(curves)))


def _arm(
    drawing: Drawing, plot: Panel, drawn: DrawnCurve, label: str, marks: Vector, row: RiskRow | None
) -> FigureArm:
    """Turn a drawn curve into times and proportions."""
    x, y = corners(drawn)
    percent = 100.0 if in_percent(drawing, plot) else 1.0
    time = np.maximum(plot.x.value(x), 0.0)
    value = plot.y.value(y) / percent
    read = float(np.abs(plot.y.value(y + READ) - plot.y.value(y - READ)).max() / 2.0) / percent
    reach = float(np.abs(plot.x.value(x + READ) - plot.x.value(x - READ)).max() / 2.0)
    kind: Kind = "incidence" if drawn.rising else "survival"
    start = 0.0 if drawn.rising else 1.0
    time = np.where(time <= reach, 0.0, time)
    value = np.where(np.abs(value - start) <= read, start, value)
    origin = Origin(f"{drawing.place}, {label}")
    curve = cleaned_curve(
        time,
        value,
        kind=kind,
        label=label,
        precision=read + plot.y.residual / percent,
        time_precision=reach + plot.x.residual,
        reading="steps" if drawn.steps else "samples",
        origin=origin,
    )
    table = None if row is None else at_risk_table(row.times, row.patients, origin=origin)
    return FigureArm(label, drawn.style.told(), curve, vector(plot.x.value(marks)), table)
