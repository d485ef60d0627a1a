"""What went in, what came out, and with which software: so that two runs can be compared.

Every file read and every file written stands here with its SHA-256, and every remark of the
data check.  Whatever may differ between two runs that agree (the clock, the command with its
folders) is kept apart under `run`; `compare_manifests` looks at all the rest.
"""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias

from equipoise import __version__
from equipoise.analyze.estimates import Finding
from equipoise.analyze.results import TrialAnalysis
from equipoise.errors import DataError
from equipoise.protocol.trial import Protocol

FORMAT = "equipoise-manifest"
VERSION = 1
PACKAGES = (
    "numpy",
    "scipy",
    "numba",
    "llvmlite",
    "polars",
    "narwhals",
    "pydantic",
    "ruamel.yaml",
    "matplotlib",
    "jinja2",
    "typst",
    "python-docx",
)
FOLDERS = ("figures", "patients")  # within a report's own
NOT_COMPARED = frozenset({"run"})
Kind: TypeAlias = Literal[
    "analysis",
    "design",
    "simulation",
    "simulated trial",
    "replayed trial",
    "open report",
    "closed report",
    "evidence",
    "appraisal",
    "pooling",
    "rebuilt trial",
]


@dataclass(frozen=True, slots=True)
class Run:
    """When and how: the part of a manifest that two equal runs may differ in."""

    command: str | None
    started: datetime
    finished: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two manifests disagree; None where one of them has nothing."""

    where: str  # e.g. "outputs/report.pdf/sha256"
    first: Any
    second: Any


def versions() -> dict[str, str]:
    """Name the software that shapes the numbers and the documents, with its versions."""
    found = {"equipoise": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def manifest(
    analysis: TrialAnalysis,
    outputs: Mapping[str, bytes],
    run: Run,
    *,
    protocol_file: tuple[str, bytes] | None = None,
    seed: int | None = None,
) -> dict[str, Any]:
    """List inputs, outputs, software and circumstances of one analysis."""
    sources, findings = analysis.snapshot.sources, analysis.snapshot.findings
    return {
        "format": FORMAT,
        "version": VERSION,
        "protocol": promised(analysis.protocol, protocol_file),
        "inputs": {
            source.name: {
                "sha256": source.sha256,
                "bytes": source.bytes,
                "rows": source.rows,
                "columns": source.columns,
            }
            for source in sources
        },
        "findings": [recorded(finding) for finding in findings],
        "outputs": {name: fingerprint(outputs[name]) for name in sorted(outputs)},
        "seed": seed,
        **circumstances(run),
    }


def work_manifest(
    kind: Kind,
    protocol: Protocol,
    outputs: Mapping[str, bytes],
    run: Run,
    protocol_file: tuple[str, bytes] | None,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """List protocol, outputs, software and circumstances of work that analyzes no data.

    Args:
        kind: of the work.
        protocol: what it rests on.
        outputs: name in the folder → content.
        run: when and how.
        protocol_file: name and content.
        facts: what else determines the work, such as the seed of its random numbers.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "kind": kind,
        "protocol": promised(protocol, protocol_file),
        "outputs": {name: fingerprint(outputs[name]) for name in sorted(outputs)},
        **facts,
        **circumstances(run),
    }


def kind_of(made: Mapping[str, Any]) -> str:
    """Say what a manifest is of.

    >>> kind_of({"kind": "design"}), kind_of({})
    ('design', 'analysis')
    """
    return str(made.get("kind", "analysis"))


def promised(protocol: Protocol, file: tuple[str, bytes] | None) -> dict[str, Any]:
    """Name the protocol, by its file where there is one and by its meaning."""
    named: dict[str, Any] = {"trial": protocol.trial.id}
    if file is not None:
        named |= {"file": file[0], **fingerprint(file[1])}
    named["meaning_sha256"] = hashlib.sha256(repr(protocol).encode()).hexdigest()
    return named


def circumstances(run: Run) -> dict[str, Any]:
    """Tell software, machine and clock."""
    return {
        "software": versions(),
        "platform": {"system": platform.system(), "machine": platform.machine()},
        "run": {
            "command": run.command,
            "started": _instant(run.started),
            "finished": _instant(run.finished),
            "seconds": round((run.finished - run.started).total_seconds(), 3),
        },
    }


def recorded(finding: Finding) -> dict[str, Any]:
    """Give a remark of the data check as JSON holds it.

    >>> recorded(Finding("note", "file-name", "Found.", rows=(1, 2)))["rows"]
    [1, 2]
    """
    facts = asdict(finding)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in facts.items()}


def fingerprint(content: bytes) -> dict[str, Any]:
    """Give the hash and the size of a file.

    >>> fingerprint(b"")["bytes"]
    0
    """
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def to_json(made: Mapping[str, Any]) -> str:
    """Write a manifest as JSON text."""
    return json.dumps(made, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def read_manifest(text: str) -> dict[str, Any]:
    """Read a manifest back.

    Raises:
        DataError: If the text is not a manifest of ours.
    """
    try:
        made = json.loads(text)
    except ValueError as problem:
        raise DataError(f"The manifest is not JSON ({problem}). Run the analysis again.") from None
    if not isinstance(made, dict) or made.get("format") != FORMAT:
        raise DataError(
            f"The file is not a manifest: its format is not {FORMAT!r}. Name the manifest.json "
            f"that equipoise wrote."
        )
    return made


def altered(folder: Path, made: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the outputs of a manifest that are gone from its folder, or not as they were written."""
    listed = made.get("outputs")
    outputs = listed if isinstance(listed, Mapping) else {}
    return tuple(
        name
        for name, facts in outputs.items()
        if inside(name)
        and not ((folder / name).is_file() and fingerprint((folder / name).read_bytes()) == facts)
    )


def inside(name: str) -> bool:
    """Trust no name in a file that someone may have altered."""
    path = PurePosixPath(name)
    known = path.parent in {PurePosixPath(), *map(PurePosixPath, FOLDERS)}
    return known and ".." not in path.parts and "\\" not in name


def compare_manifests(
    first: Mapping[str, Any], second: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Say where two runs differ, clock and command aside; nothing means bit for bit the same.

    >>> compare_manifests({"seed": 1, "run": 1}, {"seed": 2, "run": 2})
    (Difference(where='seed', first=1, second=2),)
    """
    kept = ({k: v for k, v in made.items() if k not in NOT_COMPARED} for made in (first, second))
    return tuple(_differences((), *kept))


def _differences(path: tuple[str, ...], first: object, second: object) -> Iterator[Difference]:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for name in dict.fromkeys((*first, *second)):
            yield from _differences((*path, name), first.get(name), second.get(name))
    elif first != second:
        yield Difference("/".join(path), first, second)
