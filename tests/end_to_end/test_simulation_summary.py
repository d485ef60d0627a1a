"""What `equipoise simulate` prints: the numbers of its JSON, narrow enough for a terminal."""

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.report.simulation.context import SimulationContext
from equipoise.report.simulation.overview import verdicts
from equipoise.verbs import simulate

WEEKS = """schema: 1
trial: {id: BIN, title: Response, time_unit: week}
arms: [{id: c, role: control}, {id: e, role: experimental}]
endpoints: [{id: resp, type: binary, label: Response}]
hypotheses:
  - {id: H, endpoint: resp, effect: {risk_difference: 0.15}}
design: {power: 0.9, looks: {information: [0.5, 1]}, futility: {z: 0}}
planning: {accrual: {rate: 5}, follow_up: 8, endpoints: {resp: {control: {rate: 0.3}}}}
"""

THREE = """schema: 1
trial: {id: THREE, title: Three arms with dropping, time_unit: month}
arms:
  - {id: ctl, label: Control, role: control}
  - {id: low, label: Low dose, role: experimental}
  - {id: high, label: High dose, role: experimental}
endpoints:
  - {id: os, type: time-to-event, label: Overall survival, events: [death]}
hypotheses:
  - {id: HL, endpoint: os, comparison: low_vs_ctl, effect: {hazard_ratio: 0.7}}
  - {id: HH, endpoint: os, comparison: high_vs_ctl, effect: {hazard_ratio: 0.7}}
design:
  power: 0.8
  looks: {information: [0.5, 1]}
  multiplicity: {procedure: dunnett}
planning:
  accrual: {duration: 24 months}
  follow_up: 18 months
  endpoints: {os: {control: {median: 12}}}
conduct:
  drop_arms: [{look: 1, keep: 1}]
  closed_test: parametric
scenarios:
  harm:
    label: "Low harms, high fails"
    endpoints: {os: {arms: {low: {hazard_ratio: 1.4}, high: {hazard_ratio: 1}}}}
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
        assert f"{months:.1f}" in printed(WEEKS).split("What it takes")[1].split("No effect")[0]

    def test_notes(self):
        text = " ".join(printed(WEEKS).split())
        assert "weeks" not in text
        assert re.search(r"Looks not reached [\d.]+ months after the trial opened", text)


class TestNarrow:
    """At 80 columns tables stand in one part, values in one line, names in two."""

    def test_one_part(self):
        for text in (printed(WEEKS, "--adjusted"), printed(THREE)):
            assert "continued" not in text
            assert max(map(len, text.splitlines())) <= 80

    def test_values_are_not_broken(self):
        for line in printed(THREE).splitlines():
            assert not re.search(r"(±|\(to|\(from)\s*($|\s{2})", line) or line.startswith(
                "Rehearsed"
            )

    def test_names_take_two_lines(self):
        lines = printed(THREE).splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(" Low harms,"))
        assert lines[at + 1].strip() == "high fails"

    def test_looks_where_asked_for(self):
        assert printed(WEEKS).count("look by look, percent") == 2
        assert printed(THREE).count("look by look, percent") == 1
        assert "--looks tells every scenario" in printed(THREE)
        every = printed(THREE, "--looks")
        assert every.count("look by look, percent") == 3
        assert "--looks" not in every


class TestWords:
    """What is printed is what it is called."""

    def test_none_of_few_has_a_limit(self):
        text = printed(THREE)
        assert re.search(r" 0 \(to \d", text)
        assert "0.0 ± 0.0" not in text

    def test_answers_are_no_events(self):
        text = printed(WEEKS)
        assert "resp yes" in text
        assert "resp events" not in text

    def test_what_is_not_shown_is_not_called_futile(self):
        text = printed(WEEKS)
        assert "H not shown" in text
        assert "futile" not in text

    def test_the_estimate(self):
        (result,) = json.loads(printed(WEEKS, "--json", "--adjusted"))["scenarios"][0]["results"]
        row = cells(printed(WEEKS, "--adjusted"), "As planned   adjusted")
        bias = result["hypotheses"][0]["adjusted"]["bias"]["value"]
        assert row[2].startswith(f"{bias:+.3f} ±")

    def test_what_the_world_assumes_comes_first(self):
        notes = [line for line in printed(WEEKS).splitlines() if line.startswith("- ")]
        assert notes[0].startswith("- Response: by z")
        assert notes[-1].startswith("- Not shown")
        assert not any("Wilson" in line or "2^-10" in line for line in notes)


def test_the_verdict_says_which_arms_are_dropped(tmp_path):
    path = tmp_path / "protocol.yaml"
    path.write_text(THREE, encoding="utf-8")
    found = simulate(path, trials=60, scenarios=["planned"])
    (told,) = verdicts(SimulationContext(found))
    low, high = (
        round(1000 * each.dropped.value) for each in found.simulation.of("planned").arms[1:]
    )
    assert f"arms are dropped on the way: Low dose in {low}, High dose in {high}." in told
