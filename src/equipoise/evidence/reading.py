"""Read the shipped figures: every file is checked against its known hash before it is believed.

Arms are named by the index and spelled out by the demographics table, where that knows them.  It
is the index's own words that say what a figure is; `arm_order` and `line_of_therapy` derive the
experimental arm and the line of therapy from them, by rules that are told with each figure.
"""

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO, StringIO

import numpy as np

from equipoise.appraise.library.figure import ArmOrder, Figure, FigureArm, Question
from equipoise.errors import DataError
from equipoise.evidence.arm_order import Candidate, Printed, arm_order
from equipoise.evidence.doubts import doubts
from equipoise.evidence.line_of_therapy import line_of_therapy
from equipoise.kernel.arrays import Codes, Flags, Vector, codes, flags, vector
from equipoise.protocol.trial import TimeUnit

PATIENTS, INDEX, DEMOGRAPHICS = (
    "kmdata_ipd.parquet",
    "kmdata_index.csv",
    "kmdata_demographics.csv",
)
SHA256 = {
    PATIENTS: "95f46adae7802719f2fc6c380062ae2af322a7b02f5954884b4219e130a1cdd3",
    INDEX: "661313150454aed1203b7bd1e7e27accaef5862b29eadf82fb252e45e10a2671",
    DEMOGRAPHICS: "06505e7da5eee3f7e48c8b7a447ae7e368f26d3c1517f813401127245d9fb405",
}
UNITS: dict[str, TimeUnit] = {
    "days": "day",
    "weeks": "week",
    "months": "month",
    "years": "year",
}
QUESTIONS: dict[str, Question] = {
    "Superiority": "superiority",
    "Inferiority": "non-inferiority",
    "Both": "both",
}
NO_REGISTRATION = {"", "NA", "NR"}
Line = Mapping[str, str]
Rebuilt = tuple[Vector, Flags, Codes, tuple[str, ...]]  # time, event, arm, its labels


@lru_cache(maxsize=1)
def shipped_figures() -> tuple[Figure, ...]:
    """Give all figures that ship with Equipoise.

    Raises:
        DataError: a file is missing, or is not as it was shipped.

    Witness: the numbers of patients and events by arm that R reads from the same source.
    """
    return read_figures(files("equipoise.evidence").joinpath("data"))


def read_figures(folder: Traversable) -> tuple[Figure, ...]:
    """Read the figures of a folder, each file only if it is as it was shipped.

    Raises:
        DataError: a file is missing, or is not as it was shipped.

    Witness: as `shipped_figures`.
    """
    held = {name: _checked(folder, name) for name in SHA256}
    rebuilt = _rebuilt(held[PATIENTS])
    spelled = _descriptions(_lines(held[DEMOGRAPHICS]))
    return tuple(_figure(line, rebuilt[line["name"]], spelled) for line in _lines(held[INDEX]))


def _checked(folder: Traversable, name: str) -> bytes:
    try:
        content = folder.joinpath(name).read_bytes()
    except OSError as reason:
        raise DataError(f"The evidence library lacks {name}. Install Equipoise anew.") from reason
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256[name]:
        raise DataError(
            f"{name} of the evidence library is not as it was shipped: its SHA-256 is "
            f"{found[:12]}…, not {SHA256[name][:12]}…. Install Equipoise anew."
        )
    return content


def _lines(content: bytes) -> Iterator[Line]:
    return csv.DictReader(StringIO(content.decode("utf-8")))


def _rebuilt(content: bytes) -> Mapping[str, Rebuilt]:
    """Cut the patients into figures, whose rows stand together."""
    import polars as pl  # noqa: PLC0415 - loaded when the library is opened

    table = pl.read_parquet(BytesIO(content))
    time, event = table["time"].to_numpy(), table["event"].to_numpy() == 1
    runs = table.select(pl.struct("name", "arm").rle().alias("run")).unnest("run")
    ends = np.cumsum(runs["len"].to_numpy()).tolist()
    named = runs["value"].struct.unnest()
    figures: dict[str, list[tuple[str, int]]] = {}
    for name, arm, end in zip(named["name"], named["arm"], ends, strict=True):
        figures.setdefault(name, []).append((arm, end))
    result, begin = {}, 0
    for name, parts in figures.items():
        end = parts[-1][1]
        sizes = np.diff([begin, *(each for _, each in parts)])
        result[name] = (
            vector(time[begin:end]),
            flags(event[begin:end]),
            codes(np.repeat(np.arange(len(parts)), sizes)),
            tuple(arm for arm, _ in parts),
        )
        begin = end
    return result


def _descriptions(lines: Iterator[Line]) -> Mapping[tuple[str, str], str]:
    """Spell arms out, where one publication says one thing of an arm."""
    said: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        key = (line["Publication"].lower(), line["Therapy"].lower())
        said.setdefault(key, set()).add(line["Description"].strip())
    return {key: next(iter(found)) for key, found in said.items() if len(found) == 1}


def _figure(line: Line, rebuilt: Rebuilt, spelled: Mapping[tuple[str, str], str]) -> Figure:
    time, event, arm, labels = rebuilt
    sizes = np.bincount(arm)
    candidates = {
        label: Candidate(label, _spelled(line, label, spelled), int(sizes[place]))
        for place, label in enumerate(labels)
    }
    printed = Printed(
        title=line["Title"],
        randomized=line["RandomizationRatio"],
        non_inferiority=QUESTIONS[line["TrialDesign"]] != "superiority",
        treatment_class=line["InterventionClass"],
    )
    order = arm_order((candidates[line["arm1"]], candidates[line["arm2"]]), printed)
    experimental = labels.index(order.experimental)
    return _told(line, order, candidates, (time, event, codes(arm == experimental)))


def _told(
    line: Line,
    order: ArmOrder,
    candidates: Mapping[str, Candidate],
    rows: tuple[Vector, Flags, Codes],
) -> Figure:
    control, experimental = (
        FigureArm(label, candidates[label].description, candidates[label].patients)
        for label in (order.control, order.experimental)
    )
    registration = line["TrialRegistration"].strip()
    return Figure(
        id=line["name"],
        trial=line["ClinicalTrial"],
        registration="" if registration in NO_REGISTRATION else registration,
        pubmed=line["PubMedID"],
        journal=line["Journal"],
        year=int(line["Year"]),
        title=line["Title"],
        number=line["Figure"],
        cancer=line["Cancer"],
        subgroup=line["Subgroups"],
        metastatic=line["Metastatic"] == "Metastatic",
        treatment_class=line["InterventionClass"],
        line=line_of_therapy(line["Title"]),
        endpoint=line["Outcome"],
        time_unit=UNITS[line["Units"]],
        randomized=line["RandomizationRatio"],
        question=QUESTIONS[line["TrialDesign"]],
        concluded=line["PrimaryStudyResults"],
        sample_size=int(line["ReportedSampleSize"]) if line["ReportedSampleSize"] else None,
        published=float(line["HazardRatio"]) if line["HazardRatio"] else None,
        quality=int(line["QualityPercent"]) if line["QualityPercent"] else None,
        arms=(control, experimental),
        order=order,
        doubts=doubts(
            line["Cancer"],
            line["Title"],
            line["RandomizationRatio"],
            (control.patients, experimental.patients),
        ),
        time=rows[0],
        event=rows[1],
        arm=rows[2],
    )


def _spelled(line: Line, label: str, spelled: Mapping[tuple[str, str], str]) -> str:
    """Find an arm in the demographics: their trials are named without the index's additions."""
    trial = re.sub(r"^X(?=\d)", "", line["ClinicalTrial"])
    for name in (trial, re.sub(r"\([a-z]\)$", "", trial)):
        found = spelled.get((name.lower(), label.lower()))
        if found:
            return found
    return label
