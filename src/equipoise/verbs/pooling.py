"""The verb that puts studies together: what do they say as one?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.analyze.progress import Progress, only_notices
from equipoise.verbs.asking import FORMATS, chosen_formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.appraise.pooling.answers import PooledEvidence
    from equipoise.appraise.pooling.asked import PoolsAsked


def pool_studies(
    studies: PoolsAsked | str | Path,
    *,
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> PooledEvidence:
    """Put the studies of a file together, as pairs of arms or as a network.

    Args:
        studies: the questions with their studies, or the file that holds them.
        out: the folder to write the report into; it is made where it does not exist.
        formats: the documents to write, as for `analyze`; ``"none"`` for JSON only.
        progress: told what starts now, step by step.
        command: what the manifest records as the command.
        force: write over files that were edited since.

    Raises:
        ClaimError: the file cannot be read, every wrong line named, or studies that cannot be put
            together.
        NotEstimable: no effect exists, or a network falls apart.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours, holds
            edited files, or cannot be written.
    """
    from equipoise.appraise.pooling.answers import answered
    from equipoise.io.pooling.file import read_pooling_file

    started, chosen = datetime.now(UTC), tuple(chosen_formats(formats))
    if out is not None:
        from equipoise.report.folder import check_ready
        from equipoise.report.pooling.write import KIND

        check_ready(Path(out), chosen, kind=KIND, force=force)
    asked = read_pooling_file(Path(studies)) if isinstance(studies, str | Path) else studies
    progress("Pooling studies")
    found = answered(asked)
    if out is not None:
        from equipoise.report.pooling.write import write_pooling

        write_pooling(
            found,
            Path(out),
            formats=chosen,
            command=command,
            started=started,
            progress=progress,
            force=force,
        )
    return found
