"""The protocol beside simulated data: the author's own, with a `data` section that reads them.

Everything else stays as written, but for conditions of populations (which name columns), the date
of the data cut, and a note on the first page of every report: simulated, not real patients.
"""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from equipoise.io.protocol.read import as_error, examine_text

WIDTH = 100  # of a line
MARK = "SIMULATED, NOT REAL PATIENTS."


def protocol_beside(
    text: str,
    section: Mapping[str, Any],
    *,
    populations: Mapping[str, str],
    cut: date,
    notes: tuple[str, ...],
    folder: Path,
) -> str:
    """Write a protocol anew with the section on its data.

    Args:
        text: of the protocol's file.
        section: what `data` says.
        populations: conditions by population, in place of those written.
        cut: date of the data cut.
        notes: sentences printed on the first page of reports.
        folder: where courses that scenarios name are found.

    Raises:
        ProtocolError: What comes out is no sound protocol.

    Witness: reading it.
    """
    yaml = YAML()
    yaml.width = WIDTH
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    own = document["trial"].setdefault("notes", [])
    for place, note in enumerate(notes):
        own.insert(place, note)
    for each in document.get("populations") or []:
        if each["id"] in populations and "where" in each:
            each["where"] = populations[each["id"]]
    if "analysis" not in document:
        document["analysis"] = {}
    document["analysis"]["data_cut"] = cut.isoformat()
    document["data"] = section
    written = io.StringIO()
    yaml.dump(document, written)
    lines = [line.rstrip() for line in written.getvalue().splitlines()]
    head = f"# {MARK}  Made with `equipoise simulate --patients`."
    told = "\n".join([head, *lines]) + "\n"
    reading = examine_text(told, "protocol.yaml", folder=folder)
    if reading.problems:
        raise as_error(reading.problems)
    return told
