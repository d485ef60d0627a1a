"""A rehearsal that is stopped, or has not begun well, tells what there is and nothing else."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from equipoise.cli import app
from equipoise.errors import DataError, SimulationError
from equipoise.verbs import simulate
from equipoise.verbs.analysis import FIRST_RUN
from equipoise.verbs.rehearsal import TableInterruptedError
from sample_plan import Interrupting

PROTOCOL = Path(__file__).parents[1] / "laws" / "protocol-design-by-information.yaml"


def asked(**more):
    return {"scenarios": ("planned",), "trials": 15_000, "estimates": False} | more


class TestReplicates:
    """The replicate table has the trials that were counted."""

    def test_of_a_run_that_was_interrupted(self, tmp_path):
        file = tmp_path / "table.parquet"
        found = simulate(PROTOCOL, **asked(replicates=file, executor=Interrupted(1)))
        table = pl.read_parquet(file)
        told = found.simulation.results[0][0]
        assert (found.simulation.partial, told.trials, table.height) == (True, 5000, 5000)
        name = told.hypotheses[0].hypothesis
        rejected = (table[f"{name}_decision"] == "efficacy").sum()
        assert rejected == told.hypothesis(name).power.count

    def test_of_a_run_that_was_precise_enough(self, tmp_path):
        file = tmp_path / "table.parquet"
        found = simulate(PROTOCOL, **asked(replicates=file, precision=0.02))
        assert found.simulation.results[0][0].trials == pl.read_parquet(file).height == 5000

    def test_interrupted_itself(self, tmp_path):
        file = tmp_path / "table.parquet"
        file.write_text("of an earlier run")
        with pytest.raises(TableInterruptedError) as stop:
            simulate(PROTOCOL, **asked(replicates=file, executor=Interrupting(4)))
        assert stop.value.result.simulation.results[0][0].trials == 15_000
        assert file.read_text() == "of an earlier run"
        assert [each.name for each in tmp_path.iterdir()] == [file.name]

    def test_interrupted_itself_on_the_command_line(self, tmp_path, monkeypatch):
        def stopped(*_, **__):
            raise KeyboardInterrupt

        monkeypatch.setattr("equipoise.simulate.replicates.write_replicates", stopped)
        words = ["--trials", "50", "--scenario", "planned", "--replicates", str(tmp_path / "a.csv")]
        found = CliRunner().invoke(app, ["simulate", str(PROTOCOL), *words])
        assert found.exit_code == 130
        assert "50 times" in found.stdout
        assert "the replicate table was not written" in found.stderr

    def test_of_a_part_is_refused(self, tmp_path):
        files = {"replicates": tmp_path / "table.csv", "checkpoint": tmp_path / "part"}
        with pytest.raises(SimulationError, match="when the parts are merged"):
            simulate(PROTOCOL, **asked(part=(1, 2), **files))


class Interrupted(Interrupting):
    """Presses Ctrl-C once, before task number `after`."""

    def submit(self, fn, /, *args, **kwargs):
        try:
            return super().submit(fn, *args, **kwargs)
        except KeyboardInterrupt:
            self._left = 1000
            raise


def test_a_first_run_says_that_code_is_compiled(monkeypatch):
    heard = []
    monkeypatch.setattr("equipoise.simulate.replays.play.compiled_before", lambda _: False)
    simulate(PROTOCOL, **asked(trials=10, progress=heard.append))
    assert heard.count(FIRST_RUN) == 1
    assert heard.index(FIRST_RUN) < next(at for at, line in enumerate(heard) if "trials" in line)


def test_a_later_run_does_not(monkeypatch):
    heard = []
    monkeypatch.setattr("equipoise.simulate.replays.play.compiled_before", lambda _: True)
    simulate(PROTOCOL, **asked(trials=10, progress=heard.append))
    assert FIRST_RUN not in heard


def test_data_of_a_protocol_that_tells_of_none():
    with pytest.raises(DataError, match="does not say how its data are kept"):
        simulate(PROTOCOL, **asked(trials=10, data="nowhere"))
