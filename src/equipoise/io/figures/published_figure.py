"""Read what a figure publishes of each arm: a vector figure, or points and numbers at risk.

PDF and SVG are read as drawn; anything else as a table of points.  What belongs to the other kind
of file is refused, for an option that is ignored misleads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from equipoise.appraise.curves.curve import AtRisk, Kind
from equipoise.appraise.rebuilt.figure import PublishedArm, PublishedFigure
from equipoise.errors import DataError
from equipoise.io.figures.curve_columns import read_sheet
from equipoise.io.figures.curve_file import Layout, read_at_risk, read_curves
from equipoise.io.figures.read import PICTURES, SUFFIXES, Calibration, read_figure
from equipoise.kernel.arrays import vector
from equipoise.protocol.trial import DAYS_PER, TimeUnit

UNITS: Mapping[str, TimeUnit] = cast(
    "Mapping[str, TimeUnit]",
    {f"{unit}{end}": unit for unit in DAYS_PER for end in ("", "s")}
    | {"mo": "month", "yr": "year", "yrs": "year", "wk": "week"},
)
FAR = 2.0  # ends of a curve, beyond which nobody is at risk
ONLY = "curve 1"  # what a curve without a name is called
ASSUMED_UNIT: TimeUnit = "month"
OF_FIGURES = {
    "page": "pages belong to a PDF",
    "panel": "plots belong to a figure",
    "x_axis": "axes are calibrated on a figure",
    "y_axis": "axes are calibrated on a figure",
    "no_at_risk": "numbers at risk are left unread on a figure",
}
OF_POINTS = {
    "layout": "the layout of columns belongs to a file of points",
    "kind": "whether a drawn curve falls or rises is seen",
}


@dataclass(frozen=True, slots=True)
class FigureOptions:
    """How to read the file; None: not asked for."""

    page: int | None = None
    panel: int | None = None
    labels: Sequence[str] | None = None
    x_axis: Calibration | None = None
    y_axis: Calibration | None = None
    no_at_risk: bool = False
    layout: Layout | None = None
    kind: Kind | None = None
    at_risk: Path | None = None  # a file of numbers at risk
    unit: TimeUnit | None = None


def read_published(path: Path, options: FigureOptions | None = None) -> PublishedFigure:
    """Read the arms of a published figure.

    Args:
        path: a PDF or SVG, or a file of points as digitizers write them.
        options: how to read it.

    Raises:
        DataError: the file cannot be read, or an option belongs to another kind of file.
        ClaimError: a curve or numbers at risk move the wrong way.

    Witness: law (equal to `read_figure` and `read_curves`).
    """
    options = options or FigureOptions()
    drawn = path.suffix.lower() in SUFFIXES | PICTURES
    _refuse_foreign(path, options, drawn=drawn)
    found = _drawn(path, options) if drawn else _points(path, options)
    _check_labels([arm.label for arm in found.arms], path.name)
    return found if options.at_risk is None else _with_at_risk(found, options.at_risk)


def _refuse_foreign(path: Path, options: FigureOptions, *, drawn: bool) -> None:
    """Refuse what would be ignored.

    Raises:
        DataError: naming the option.
    """
    kind = "a figure" if drawn else "a file of points"
    for option, why in (OF_POINTS if drawn else OF_FIGURES).items():
        if getattr(options, option) not in {None, False}:
            said = option.replace("_", "-")
            raise DataError(f"{path.name} is {kind}, and {why}: leave {said} out.")
    if path.suffix.lower() in {".svg", ".svgz"} and options.page is not None:
        raise DataError(f"{path.name} is one page, and pages belong to a PDF: leave page out.")
    if options.no_at_risk and options.at_risk is not None:
        raise DataError(
            f"Numbers at risk are in {options.at_risk.name}, which stands in place of those of the "
            "figure: leave no-at-risk out."
        )


def _drawn(path: Path, options: FigureOptions) -> PublishedFigure:
    """Read a vector figure."""
    found = read_figure(
        path,
        page=options.page or 1,
        panel=1 if options.panel is None else options.panel,
        x_axis=options.x_axis,
        y_axis=options.y_axis,
        labels=options.labels,
        at_risk=not options.no_at_risk and options.at_risk is None,
    )
    if not found.arms:
        raise DataError(f"Every curve of {path.name} was dropped. Name at least one.")
    arms = tuple(PublishedArm(a.label, a.curve, a.at_risk, a.censored) for a in found.arms)
    notes = found.assumed
    unit, told, said = _unit(path.name, UNITS.get(found.time_unit), options.unit)
    return PublishedFigure(path.name, unit, told, arms, (_seen(path.name, arms),), (*notes, *said))


def _points(path: Path, options: FigureOptions) -> PublishedFigure:
    """Read a file of points."""
    if not path.is_file():
        raise DataError(f"There is no file {path}. Name a PDF, an SVG or a file of points.")
    kind = options.kind or "survival"
    found = read_curves(path, kind=kind, layout=options.layout, labels=options.labels)
    arms = tuple(
        PublishedArm(curve.label or ONLY, curve, None, vector([])) for curve in found.curves
    )
    named = [_named_unit(each) for each in (path, options.at_risk) if each is not None]
    unit, told, said = _unit(
        path.name, next((each for each in named if each is not None), None), options.unit
    )
    read = (_seen(path.name, arms),)
    return PublishedFigure(path.name, unit, told, arms, read, (*found.assumed, *said))


def _seen(name: str, arms: Sequence[PublishedArm]) -> str:
    """Say what was read of which file."""
    marks = sum(arm.censor_marks.size for arm in arms)
    tables = [arm.at_risk for arm in arms if arm.at_risk is not None]
    parts = [f"{len(arms)} curve{'s' * (len(arms) != 1)}"]
    if tables:
        parts.append(f"numbers at risk at {max(each.times.size for each in tables)} times")
    if marks:
        parts.append(f"{marks} censoring marks")
    listed = ", ".join(parts[:-1]) + (" and " if parts[1:] else "") + parts[-1]
    was = "was" if len(parts) == len(arms) == 1 else "were"
    return f"{listed} {was} read from {name}."


def _unit(
    name: str, drawn: TimeUnit | None, asked: TimeUnit | None
) -> tuple[TimeUnit, bool, tuple[str, ...]]:
    """Settle the unit of time, whether it is told, and what was assumed of it.

    Raises:
        DataError: another is asked for than the figure names.
    """
    if drawn is not None:
        if asked not in {None, drawn}:
            raise DataError(f"{name} names its times in {drawn}s, not in {asked}s. Leave unit out.")
        return drawn, True, ()
    if asked is not None:
        return asked, True, ()
    note = f"{name} names no unit of time; {ASSUMED_UNIT}s were taken (set it by unit)."
    return ASSUMED_UNIT, False, (note,)


def _named_unit(path: Path) -> TimeUnit | None:
    """Read the unit of time off the name of the first column, where it tells one."""
    try:
        sheet = read_sheet(path.read_bytes(), path.name)
    except OSError:
        return None
    name = sheet.columns[0].name.lower()
    words = "".join(letter if letter.isalpha() else " " for letter in name).split()
    return next((UNITS[word] for word in words if word in UNITS), None)


def _check_labels(labels: Sequence[str], name: str) -> None:
    """Refuse two curves of one name."""
    for k, label in enumerate(labels):
        if label in labels[:k]:
            raise DataError(f"Two curves of {name} are called {label!r}. Name them apart.")


def _with_at_risk(found: PublishedFigure, file: Path) -> PublishedFigure:
    """Give every arm the numbers at risk of its name.

    Raises:
        DataError: the names are not those of the curves.
    """
    tables = read_at_risk(file)
    named = _named_unit(file)
    if named is not None and named != found.time_unit:
        raise DataError(
            f"{file.name} names its times in {named}s, but those of {found.source} are in "
            f"{found.time_unit}s. Write them in one unit."
        )
    labels = [arm.label for arm in found.arms]
    if len(labels) == 1 and len(tables) == 1:
        tables = dict(zip(labels, tables.values(), strict=True))
    wrong = [name for name in tables if name not in labels]
    if wrong:
        raise DataError(
            f"{file.name} holds numbers at risk of {_listed(list(tables))}, but the curves of "
            f"{found.source} are called {_listed(labels)}. Call them alike, or name the curves "
            "by labels."
        )
    for arm in found.arms:
        _refuse_far(arm, tables.get(arm.label), file.name)
    lacking = [label for label in labels if label not in tables]
    notes = (f"{file.name} has no numbers at risk of {_listed(lacking)}.",) if lacking else ()
    arms = tuple(replace(arm, at_risk=tables.get(arm.label)) for arm in found.arms)
    times = max(each.times.size for each in tables.values())
    read = f"Numbers at risk at {times} times were read from {file.name}."
    return replace(found, arms=arms, read=(*found.read, read), assumed=(*found.assumed, *notes))


def _refuse_far(arm: PublishedArm, table: AtRisk | None, name: str) -> None:
    """Refuse numbers at risk that go on long after the curve: their unit may be another.

    Raises:
        DataError: they do.
    """
    if table is None or not table.patients.any():
        return
    last = float(table.times[table.patients > 0][-1])
    if last > FAR * arm.curve.end:
        raise DataError(
            f"{name}: {int(table.patients[table.patients > 0][-1])} are at risk at {last:g}, but "
            f"the curve of {arm.label!r} ends at {arm.curve.end:.4g}. Write both in one unit."
        )


def _listed(labels: Sequence[Any]) -> str:
    return ", ".join(repr(label) for label in labels)
