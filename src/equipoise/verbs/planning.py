"""The verbs before the trial begins: write a protocol, check it, design the trial."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.analyze.progress import Progress, only_notices
from equipoise.errors import DesignError
from equipoise.verbs.asking import FORMATS, chosen_formats, file_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from equipoise.design.trial_design import TrialDesign
    from equipoise.io.protocol.check import Understanding
    from equipoise.protocol.trial import Protocol
    from equipoise.report.document import Document


def init(target: str | Path, kind: str = "two-arm-time-to-event", *, force: bool = False) -> Path:
    """Write a commented protocol to start from, and return where it is.

    `kind` is ``two-arm-time-to-event``, ``two-arm-binary`` or ``aall1331``.

    Raises:
        ProtocolError: the file exists already and `force` is not given.
    """
    from equipoise.io.protocol.templates import write_template

    return write_template(kind, Path(target), force=force)


def check(protocol: str | Path) -> Understanding:
    """Read a protocol and tell what was understood: given, defaulted, derived.

    Raises:
        ProtocolError: with every problem in `.problems`, each at its line and column.
    """
    from equipoise.io.protocol.check import understand

    return understand(Path(protocol))


def design(
    protocol: Protocol | str | Path,
    *,
    read_at: Sequence[float] = (),
    out: str | Path | None = None,
    formats: str | Sequence[str] = FORMATS,
    progress: Progress = only_notices,
    command: str | None = None,
    force: bool = False,
) -> TrialDesign:
    """Design the trial a protocol promises: size, looks, boundaries, alternatives, in numbers.

    Args:
        protocol: the protocol, or the file that holds it.
        read_at: counts of events (or of patients) to read the design at, beside the protocol's.
        out: the folder to write the design into, as documents, figures and JSON; it is made
            where it does not exist.
        formats: the documents to write, as for `analyze`; ``"none"`` for JSON only.
        progress: told what starts now, step by step.
        command: what the manifest records as the command.
        force: write over an analysis, or over files that were edited since.

    Raises:
        ProtocolError: the protocol cannot be read, or contradicts itself.
        DesignError: no design satisfies what is promised, with the nearest that does.
        EquipoiseError: a format is unknown or not installed, or the folder is not ours, holds
            an analysis or edited files, or cannot be written.
    """
    started, chosen = datetime.now(UTC), chosen_formats(formats)
    if out is not None:
        from equipoise.report.folder import check_ready

        check_ready(Path(out), chosen, kind="design", force=force)
    source = file_of(protocol)
    result = _designed(protocol if source is None else source, tuple(read_at))
    if out is not None:
        from equipoise.report.design.write import write_design

        write_design(
            result,
            _design_document(result, progress) if chosen else None,
            Path(out),
            formats=chosen,
            protocol_file=source,
            command=command,
            started=started,
            progress=progress,
            force=force,
        )
    return result


def _designed(protocol: Protocol | str | Path, read_at: tuple[float, ...]) -> TrialDesign:
    """Design the trial of a protocol, and point at the line a refusal concerns."""
    from equipoise.design.trial import design_trial
    from equipoise.io.protocol.read import read_protocol

    if not isinstance(protocol, str | Path):
        return design_trial(protocol, read_at=read_at)
    promised = read_protocol(Path(protocol))
    try:
        return design_trial(promised, read_at=read_at)
    except DesignError as refusal:
        from equipoise.io.design_refusals import located

        raise located(refusal, Path(protocol)) from None


def _design_document(result: TrialDesign, progress: Progress) -> Document:
    from equipoise.report.design.build import build_design_document
    from equipoise.report.manifest import versions

    return build_design_document(result, software=tuple(versions().items()), progress=progress)
