"""The folders of a look: `open`, and `closed` where a look was held; each complete in itself.

The open folder is written by a function that is given the open part of the look and the design,
which was there before the first patient: nothing by arm can reach it.  Its manifest names neither
the command (which may name the record or the key) nor the data's files (whose digests depend on
who is in which arm), but the digest of the pooled data.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Unpack

from equipoise.analyze.progress import only_notices
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import EquipoiseError
from equipoise.monitor.plain_values import sha256_of
from equipoise.monitor.pooled.trial import canonical_text
from equipoise.report.ard import ard
from equipoise.report.ard import to_json as ard_to_json
from equipoise.report.folder import MANIFEST, check_ready
from equipoise.report.manifest import kind_of, read_manifest, versions
from equipoise.report.monitoring.open_build import build_open_document
from equipoise.report.written import Work, Writing, write_work
from equipoise.simulate.monitored.monitored import MonitoredTrial, OpenLook
from equipoise.simulate.monitored.record import monitored_record, open_record

BY_ARM = frozenset({"analysis", "closed report", "simulated trial", "replayed trial"})
OPEN, CLOSED = "open", "closed"  # folders
OPEN_DATA, CLOSED_DATA, ANALYSIS_DATA = "open.json", "look.json", "results.json"


def check_folders(
    out: Path, formats: Sequence[str], *, open_only: bool = False, force: bool = False
) -> None:
    """Refuse, before any work is done, what could not or must not be written in the end.

    Args:
        out: the folder that holds both.
        formats: of the documents.
        open_only: the open report alone is written.
        force: write over files that were edited since; never over results by arm.

    Raises:
        EquipoiseError: a format is unknown or not installed, or a folder is not ours, or holds
            edited files (unless `force`), or the open report would stand among results by arm.
    """
    if out.exists() and not out.is_dir():
        raise EquipoiseError(f"{out} is a file, not a folder. Name another place for the reports.")
    check_ready(out / OPEN, formats, kind="open report", force=force)
    _check_open(out)
    if not open_only:
        check_ready(out / CLOSED, formats, kind="closed report", force=force)


def _check_open(out: Path) -> None:
    """Refuse, even by force, to put the open report where results by arm are or will be."""
    where, closed = out / OPEN, out / CLOSED
    if where.resolve() == closed.resolve():
        raise EquipoiseError(
            f"{where} and {closed} are one folder. The open report must not stand among results "
            f"by arm; name a folder in which they are two."
        )
    if (where / MANIFEST).exists():
        found = kind_of(read_manifest((where / MANIFEST).read_text(encoding="utf-8")))
        if found in BY_ARM:
            raise EquipoiseError(
                f"{where} holds the report of a work with results by arm ({found}). The open "
                f"report must not stand among them, not even by force; name another folder."
            )


def write_monitoring(
    result: MonitoredTrial, out: Path, **how: Unpack[Writing]
) -> dict[str, dict[str, Any]]:
    """Write the reports of a look; return their manifests, by folder.

    Args:
        result: the look; where none was held, the open report alone is written.
        out: the folder that holds both, made where it does not exist.
        how: see `Writing`; without formats the data are written alone.

    Raises:
        EquipoiseError: as `check_folders`, or a folder cannot be written.
    """
    made = {}
    check_folders(
        out, how.get("formats", ()), open_only=result.look is None, force=how.get("force", False)
    )
    if result.opened is not None:
        made[OPEN] = write_open(result.opened, result.design, out / OPEN, **how)
    if result.look is not None:
        made[CLOSED] = write_closed(result, out / CLOSED, **how)
    return made


def write_open(
    opened: OpenLook, design: TrialDesign, out: Path, **how: Unpack[Writing]
) -> dict[str, Any]:
    """Write the open report; return its manifest.

    Args:
        opened: all that may be known outside the committee.
        design: of the trial, as it was before the first patient.
        out: the folder.
        how: see `Writing`; the command is not recorded.

    Raises:
        EquipoiseError: as `write_work`.
    """
    progress, software = how.get("progress", only_notices), tuple(versions().items())
    document = None
    if how.get("formats"):
        document = build_open_document(opened, design, software=software, progress=progress)
    told = {"trial": opened.pooled.trial, "as_of": opened.pooled.as_of.isoformat()}
    data = {OPEN_DATA: _json({**told, "open": open_record(opened)})}
    facts = {**told, "data": {"pooled_sha256": sha256_of(canonical_text(opened.pooled))}}
    how["command"] = None
    return write_work(Work("open report", design.protocol, data, facts), document, out, **how)


def write_closed(result: MonitoredTrial, out: Path, **how: Unpack[Writing]) -> dict[str, Any]:
    """Write the closed report; return its manifest.

    Args:
        result: a look that was held.
        out: the folder.
        how: see `Writing`.

    Raises:
        EquipoiseError: as `write_work`.
    """
    progress, software = how.get("progress", only_notices), tuple(versions().items())
    document = None
    if how.get("formats"):
        from equipoise.report.monitoring.closed_build import (  # noqa: PLC0415 - not for the open
            build_closed_document,
        )

        document = build_closed_document(result, software=software, progress=progress)
    told = monitored_record(result)
    data = {CLOSED_DATA: _json(told)}
    if result.analysis is not None:
        data[ANALYSIS_DATA] = ard_to_json(ard(result.analysis)).encode()
    work = Work("closed report", result.protocol, data, _closed_facts(result))
    return write_work(work, document, out, **how)


def _closed_facts(result: MonitoredTrial) -> dict[str, Any]:
    """Tell what the closed report is of: the look, its data, and the record it stands in."""
    look = result.look
    assert look is not None  # noqa: S101 - the caller has asked
    facts: dict[str, Any] = {
        "trial": result.protocol.trial.id,
        "as_of": result.as_of or None,
        "look": look.number,
        "arms": "named" if result.masking is None or result.masking.unmasked else "masked",
        "record": {
            "kind": result.kept.kind,
            "head": result.kept.head or None,
            "entries": result.kept.entries,
        },
    }
    if result.cut is not None:
        sources = result.cut.snapshot.sources
        facts["inputs"] = {each.name: asdict(each) for each in sources}
    return facts


def _json(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()
