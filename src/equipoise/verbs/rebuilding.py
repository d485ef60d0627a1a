"""The verb that goes from a published figure to patients, and on to what they say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.analyze.progress import Progress, only_notices
from equipoise.verbs.asking import FORMATS, chosen_formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.appraise.claims.claim import Claims
    from equipoise.appraise.curves.curve import Kind
    from equipoise.appraise.rebuilt.fragility import Sides
    from equipoise.appraise.rebuilt.trial import RebuiltTrial
    from equipoise.io.figures.curve_file import Layout
    from equipoise.io.figures.read import Calibration
    from equipoise.io.numbers_by_arm import ByArm
    from equipoise.protocol.trial import TimeUnit


def rebuild(  # noqa: PLR0913 - a figure, what was printed beside it, and what to ask of it
    figure: str | Path,
    *,
    control: str | None = None,
    experimental: str | Sequence[str] = (),
    at_risk: str | Path | None = None,
    patients: ByArm | None = None,
    events: ByArm | None = None,
    page: int | None = None,
    panel: int | None = None,
    labels: Sequence[str] | None = None,
    x_axis: Calibration | None = None,
    y_axis: Calibration | None = None,
    no_at_risk: bool = False,
    layout: Layout | None = None,
    kind: Kind | None = None,
    unit: TimeUnit | None = None,
    hazard_ratio: str | None = None,
    p: str | None = None,
    claims: Claims | str | Path | None = None,
    endpoint: str | None = None,
    times: Sequence[float] | None = None,
    until: float | None = None,
    alpha: float | None = None,
    sides: Sides | None = None,
    planned: float | None = None,
    margins: Sequence[float] = (),
    level: float = 0.95,
    draws: int | None = None,
    seed: int = 0,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> RebuiltTrial:
    """Rebuild the patients of a published figure, and analyze them.

    Args:
        figure: a vector figure (PDF, SVG), or a file of points as digitizers write them.
        control: label of the control arm; by the labels themselves, where they say so.
        experimental: labels of the arms to compare with it; all others unless given.
        at_risk: a file of the numbers at risk; of a figure, in place of those it shows.
        patients: of each arm, "315 304" in the figure's order, or "Obs=315 Lev+5FU=304"; else
            those at risk at time 0.
        events: likewise; else as the curve says.
        page: of a PDF, from 1.
        panel: which plot of the page, from 1.
        labels: of the curves, in the order found; an empty one drops its curve.
        x_axis: of a figure, two places and their times, where the axis cannot be read.
        y_axis: likewise of values.
        no_at_risk: leave the numbers at risk of a figure unread.
        layout: of a file of points: pairs, wide or long.
        kind: of a file of points: survival falls from 1, incidence rises from 0.
        unit: of times, where the figure names none.
        hazard_ratio: as printed, with its interval: "0.69 (0.55-0.87)".
        p: as printed: ".003".
        claims: what the publication prints, or the file that holds it.
        endpoint: its id in the claims; the only one unless given.
        times: of rates; up to six of those at risk unless given.
        until: of restricted means; as far as all arms go unless given.
        alpha: which P is significant, for fragility; 0.05 unless given.
        sides: of alpha; 2 unless given.
        planned: hazard ratio of the design, to be sceptical of.
        margins: hazard ratios; how likely a better one is.
        level: of intervals.
        draws: reconstructions of each arm; 100 unless given.
        seed: of the reconstructions.
        out: the folder to write report, numbers and patients into.
        formats: the documents to write, as for `analyze`; ``"none"`` for data only.
        progress: told what starts now.
        command: what the manifest records as the command.
        force: write over files that were edited since.

    Raises:
        DataError: the figure cannot be read, an option does not belong to it, the labels do not
            tell the control, or an arm's size is unknown.
        ClaimError: curves or numbers that contradict each other or themselves, or claims of other
            arms or endpoints.
        NotEstimable: `until` beyond what the arms allow.
        EquipoiseError: the folder is not ours, holds edited files, or cannot be written.
    """
    from equipoise.appraise.rebuilt.making import rebuild_trial
    from equipoise.evidence.arm_roles import roles_of
    from equipoise.io.figures.published_figure import FigureOptions, read_published
    from equipoise.verbs.rebuilt_asking import (
        checked_choices,
        claims_beside,
        refuse_alone,
        with_claims,
        with_numbers,
        with_published,
    )

    started, chosen = datetime.now(UTC), chosen_formats(formats)
    if out is not None:
        from equipoise.report.rebuilt.write import check_folder

        check_folder(Path(out), chosen, force=force)
    choices = {"until": until, "alpha": alpha, "sides": sides, "planned": planned}
    asked = checked_choices(choices, times, margins, (level, draws, seed))
    path, beside = Path(figure), None if at_risk is None else Path(at_risk)
    progress(f"Reading {path.name}")
    found = read_published(
        path,
        FigureOptions(page, panel, labels, x_axis, y_axis, no_at_risk, layout, kind, beside, unit),
    )
    named = (experimental,) if isinstance(experimental, str) else tuple(experimental)
    roles = roles_of(found.labels, control=control, experimental=named)
    comparing = {"hazard-ratio": hazard_ratio, "p": p, **choices, "margin": margins or None}
    refuse_alone(roles, comparing)
    found = with_numbers(found, patients, events)
    told = claims_beside(found, roles, claims, endpoint)
    found = found if told is None else with_claims(found, told)
    asked = with_published(asked, roles, told, (hazard_ratio, p))
    trial = rebuild_trial(found, roles, asked, progress)
    if out is not None:
        how = {"command": command, "started": started, "progress": progress, "force": force}
        files = (path, beside, claims if isinstance(claims, str | Path) else None)
        _write(trial, Path(out), chosen, [Path(each) for each in files if each is not None], how)
    return trial


def _write(
    trial: RebuiltTrial,
    out: Path,
    formats: Sequence[str],
    read: Sequence[Path],
    how: dict[str, Any],
) -> None:
    """Write report, numbers and patients, with the fingerprints of the files that were read."""
    from hashlib import sha256

    from equipoise.io.rebuilt_patients import rebuilt_files
    from equipoise.report.rebuilt.write import write_rebuilt

    prints = {file.name: sha256(file.read_bytes()).hexdigest() for file in read}
    patients = rebuilt_files(trial)
    write_rebuilt(trial, out, formats=formats, inputs=prints, patients=patients, **how)
