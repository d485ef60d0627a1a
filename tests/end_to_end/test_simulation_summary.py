"""What `equipoise simulate` prints: the numbers of its JSON, narrow enough for a terminal."""

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

from equipoise.cli import app

WEEKS = """schema: 1
trial: {id: BIN, title: Response, time_unit: week}
arms: [{id: c, role: control}, {id: e, role: experimental}]
endpoints: [{id: resp, type: binary, label: Response}]
hypotheses:
  - {id: H, endpoint: resp, effect: {risk_difference: 0.15}}
design: {power: 0.9, looks: {information: [0.5, 1]}, futility: {z: 0}}
planning: {accrual: {rate: 5}, follow_up: 8, endpoints: {resp: {control: {rate: 0.3}}}}
"""


@cache
def printed(text, *words, columns=80):
    """What the command prints for a protocol."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "protocol.yaml"
        path.write_text(text, encoding="utf-8")
        asked = ["simulate", str(path), "--trials", "60", *words]
        done = CliRunner().invoke(app, asked, env={"COLUMNS": str(columns)})
    assert done.exit_code == 0, done.output
    return done.stdout


def cells(text, begins):
    """The first row of a table that begins with these words."""
    line = next(each for each in text.splitlines() if each.strip().startswith(begins))
    return re.split(r"\s{2,}", line.strip())


class TestOneUnitThroughout:
    """Weeks of the protocol are told in months, everywhere alike."""

    def test_durations(self):
        record = json.loads(printed(WEEKS, "--json"))
        (result,) = record["scenarios"][0]["results"]
        months = result["duration"]["mean"]["value"] * 7 / 30.4375
        assert f"{months:.1f}" in cells(printed(WEEKS, columns=160), "As planned  ")

    def test_notes(self):
        text = " ".join(printed(WEEKS).split())
        assert "weeks" not in text
        assert re.search(r"Looks not reached [\d.]+ months after the trial opened", text)
