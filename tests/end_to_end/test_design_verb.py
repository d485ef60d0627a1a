"""`equipoise design` on the example of the flagship trial, from the shell to the JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.errors import EquipoiseError
from equipoise.verbs import design

EXAMPLE = Path(__file__).parents[2] / "examples" / "aall1331" / "protocol.yaml"


@pytest.fixture
def run():
    def invoke(*arguments: str):
        return CliRunner().invoke(app, ["design", *map(str, arguments)])

    return invoke


class TestTheFlagship:
    """One-sided 0.025, hazard ratio 0.58, 131 events; five looks, alpha t², assumed futility."""

    DESIGN = design(EXAMPLE)

    def test_the_looks(self):
        plan = self.DESIGN.main.plan
        assert [look.information_fraction for look in plan.looks] == [0.2, 0.4, 0.6, 0.8, 1]
        spent = [0.025 * look.information_fraction**2 for look in plan.looks]
        assert [look.alpha_spent for look in plan.looks] == pytest.approx(spent, abs=1e-12)
        assert plan.events == 131
        assert sum(plan.patients_whole) == 220
        # rpact 3.3.4: getDesignGroupSequential(kMax = 5, alpha = 0.025, sided = 1,
        # beta = 0.1665841314715, typeOfDesign = "asKD", gammaA = 2, typeBetaSpending = "bsHSD",
        # gammaB = -2, bindingFutility = FALSE), and getDesignCharacteristics()$shift
        z = [3.09023230617, 2.71411157399, 2.47277721018, 2.27986339480, 2.11402835697]
        futility = [-0.837396398485, 0.003314520698, 0.723977230024, 1.392743690405]
        assert [look.efficacy.z for look in plan.looks] == pytest.approx(z, abs=1e-6)
        assert [look.futility.z for look in plan.looks[:-1]] == pytest.approx(futility, abs=1e-6)
        assert plan.sequential.drift**2 == pytest.approx(9.717832213, abs=1e-5)

    def test_power_beside_the_one_promised(self):
        main = self.DESIGN.main
        assert main.promised_power == 0.85
        assert 0.83 < main.plan.power < main.power_futility_ignored
        # rpact 3.3.4: getPowerAndAverageSampleNumber(theta = log(1 / 0.58) / 2, nMax = 131)
        assert main.power_futility_ignored == pytest.approx(0.8569793791, abs=1e-7)

    def test_at_80_of_131_events(self):
        (reading,) = self.DESIGN.main.readings
        assert reading.count == 80
        assert reading.information_fraction == pytest.approx(80 / 131)
        assert reading.look == 3
        assert reading.alpha_spent == pytest.approx(0.025 * (80 / 131) ** 2, abs=1e-12)
        # rpact 3.3.4: the same with informationRates = c(0.2, 0.4, 80 / 131, 0.8, 1)
        assert reading.efficacy.z == pytest.approx(2.45627560467, abs=1e-6)
        assert reading.efficacy.effect == pytest.approx(0.5774, abs=1e-4)
        assert reading.futility.z < reading.efficacy.z
        assert 0 < reading.futility.conditional_power_trend < 0.1
        assert 45 < reading.time < 55

    def test_what_is_assumed_is_said(self):
        told = " ".join(self.DESIGN.notes)
        assert "not verified" in " ".join(told.split())
        assert "assumed" in told


def test_the_screen(run):
    done = run(EXAMPLE)
    assert done.exit_code == 0
    for words in (
        "give a power of 83.3%",
        "A power of 85% was promised",
        "2.1140",
        "80 of 131",
        "fixed sequence",
        "are assumed",
    ):
        assert words in done.output


def test_a_further_count(run):
    told = json.loads(run(EXAMPLE, "--at", 100, "--at", 80, "--json").output)
    readings = told["hypotheses"][0]["readings"]
    assert [each["count"] for each in readings] == [80, 100]
    assert told["ok"] is True


def test_the_folder_holds_the_same_as_the_shell(run, tmp_path):
    done = run(EXAMPLE, "--json", "--out", tmp_path / "design")
    written = json.loads((tmp_path / "design" / "design.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == {"ok": True, **written}
    assert written["promised"]["power"] == [0.85]
    assert written["hypotheses"][0]["plan"]["looks"][4]["efficacy"]["z"] > 2
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(EquipoiseError, match="is a file, not a folder"):
        design(EXAMPLE, out=tmp_path / "file")


def test_what_cannot_be_designed_is_told(run, tmp_path):
    text = EXAMPLE.read_text(encoding="utf-8")
    path = tmp_path / "protocol.yaml"
    path.write_text(text.replace("events: 131", "events: 231"), encoding="utf-8")
    done = run(path, "--json")
    assert done.exit_code == 1
    assert "231" in json.loads(done.stdout)["problems"][0]["message"]
    path.write_text(text.replace("power: 0.85", "power: 85"), encoding="utf-8")
    told = json.loads(run(path, "--json").stdout)
    assert told["ok"] is False
    assert told["problems"][0]["remedy"] == "write 0.85 for 85%"
    assert run(tmp_path / "nothing.yaml").exit_code == 1


def test_it_compiles_nothing_and_loads_no_data_library():
    code = (
        "import sys; from equipoise.cli import main\n"
        f"sys.argv = ['equipoise', 'design', {str(EXAMPLE)!r}, '--json']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print({'numba', 'polars', 'pandas', 'matplotlib'} & {*sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stderr.strip() == "set()"
