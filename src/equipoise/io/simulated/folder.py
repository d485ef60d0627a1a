"""One simulated trial as a folder: tables, data sets, and protocols that read them.

    protocol.yaml         reads patients.csv and adverse_events.csv
    protocol-adam.yaml    reads adsl.xpt, adtte.xpt, adrs.xpt, adae.xpt (SAS transport, version 5)
    adsl.json, ...        the same data sets as Dataset-JSON 1.1
    README.md             what this is: simulated, not real patients

The same question gives the same bytes.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

from equipoise.errors import SimulationError
from equipoise.io.formats.dataset_json import write_dataset_json
from equipoise.io.formats.xpt_writing import write_xpt
from equipoise.io.protocol.yaml import load
from equipoise.io.simulated.adam import adam_map, adam_populations, adam_tables, labels_of
from equipoise.io.simulated.protocol import MARK, protocol_beside
from equipoise.io.simulated.rows import SimulatedRows
from equipoise.io.simulated.tables import plain_map, plain_populations, plain_tables
from equipoise.simulate.written.trial import WrittenTrial

PLAIN, ADAM = "protocol.yaml", "protocol-adam.yaml"


def simulated_files(rows: SimulatedRows, protocol_file: Path) -> dict[str, bytes]:
    """Give every file of the folder by its name.

    Args:
        rows: the trial on a calendar.
        protocol_file: of the protocol that was rehearsed.

    Raises:
        ProtocolError: The protocol cannot be read or written anew.
        DataError: Something has no place in a transport file.

    Witness: `analyze` of the folder.
    """
    protocol, made = rows.trial.protocol, datetime.combine(rows.cut, time(), UTC)
    files: dict[str, bytes] = {}
    for name, frame in plain_tables(rows).items():
        files[f"{name}.csv"] = frame.write_csv().encode()
    labels = labels_of(protocol)
    for name, frame in adam_tables(rows).items():
        files[f"{name.lower()}.xpt"] = write_xpt(frame, name, labels, created=made)
        files[f"{name.lower()}.json"] = write_dataset_json(
            frame, name, labels, created=made
        ).encode()
    text, notes = load(protocol_file), tuple(notes_of(rows.trial))
    for name, section, populations in (
        (PLAIN, plain_map(protocol), plain_populations(protocol)),
        (ADAM, adam_map(protocol), adam_populations(protocol)),
    ):
        files[name] = protocol_beside(
            text,
            section,
            populations=populations,
            cut=rows.cut,
            notes=notes,
            folder=protocol_file.parent,
        ).encode()
    for each in {scenario.course_file for scenario in protocol.rehearsal.scenarios} - {""}:
        files[_beside(each)] = (protocol_file.parent / each).read_bytes()
    files["README.md"] = readme(rows).encode()
    return files


def _beside(course_file: str) -> str:
    """Refuse a course that would be written elsewhere."""
    if Path(course_file).is_absolute() or ".." in Path(course_file).parts:
        raise SimulationError(
            f"The course {course_file!r} does not lie beside the protocol, so that it cannot be "
            "written beside the data. Move it there.",
            "course",
        )
    return course_file


def notes_of(trial: WrittenTrial) -> Iterator[str]:
    """Give the sentences that stand on the first page of every report of these data."""
    clock = trial.protocol.trial.time_unit
    yield (
        f"{MARK} Trial {trial.trial:,} of scenario {trial.scenario!r} under design "
        f"{trial.candidate}, seed {trial.seed}, random stream {trial.stream}, as known at "
        f"{clock} {trial.data.at:.6g} after the trial opened."
    )
    untold = [each for each in trial.assumed if "tells nothing of" in each]
    yield from untold


def readme(rows: SimulatedRows) -> str:
    """Say what the folder holds, in words."""
    trial, unit = rows.trial, rows.trial.protocol.trial.time_unit
    first, *_ = notes_of(trial)
    how = (
        "Times are to full precision; dates are the days they fall on."
        if rows.exact
        else "Times are in whole days, the day of randomization being day 1 (date - date of "
        "randomization + 1)."
    )
    lines = [
        f"# {trial.protocol.trial.title}",
        "",
        f"**{first}**",
        "",
        (
            f"{trial.size} patients. The trial opened on {rows.opened.isoformat()} and is cut on "
            f"{rows.cut.isoformat()}; by its own rules it stopped at {unit} {trial.stopped:.6g}. "
            f"{how} Times of the plain tables are in {unit}s, those of ADTTE in days."
        ),
        "",
        (
            "- `protocol.yaml` reads `patients.csv` and `adverse_events.csv`: "
            "`equipoise analyze protocol.yaml --data .`"
        ),
        (
            "- `protocol-adam.yaml` reads the ADaM data sets `.xpt` (SAS transport, version 5): "
            "`equipoise analyze protocol-adam.yaml --data .`"
        ),
        "- The same data sets stand in `.json` (CDISC Dataset-JSON 1.1).",
        "- `manifest.json` names what was simulated, and the hash of every file.",
        "",
        "What each column of `patients.csv` holds:",
        "",
        "| column | meaning |",
        "|---|---|",
        "| `patient` | identifier, in order of entry |",
        "| `arm`, `received` | arm assigned, arm received (as assigned) |",
        "| `randomized` | date of randomization |",
        f"| `..._time` | {unit}s from randomization to the event, or to the end of follow-up |",
        "| `..._event` | what happened, or `censored` |",
        "| `..._answer` | `yes`, `no`; empty while it is not known |",
        "| `..._date` | date of the event, of the end of follow-up, or of the answer |",
        "| `last_contact` | date until which the patient was followed |",
        "| `discontinued` | why the patient left the study; empty while in it |",
        "",
        (
            "To cut the data earlier: `equipoise monitor protocol.yaml --data . --as-of DATE`. It "
            "keeps who was randomized by then, and ends at that date whatever ends later."
        ),
        "",
        "What is assumed:",
        "",
        *(f"- {each}" for each in trial.assumed),
        "- Patients received the arm they were assigned to.",
    ]
    return "\n".join(lines) + "\n"
