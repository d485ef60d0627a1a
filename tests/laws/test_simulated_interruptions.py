"""A run that was interrupted or killed goes on from its checkpoint as if nothing had happened."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from equipoise.errors import SimulationError
from equipoise.simulate.run import run
from sample_plan import Interrupting, plan, told

PLAN = plan()


@pytest.fixture(scope="module")
def whole():
    return told(run(PLAN, executor="serial"))


class TestInterrupted:
    """A run that was stopped and taken up again tells what it would have told at once."""

    def test_what_is_there_is_told_and_labelled(self):
        found = run(PLAN, executor=Interrupting(7))
        first, second = found.of("planned", "one look"), found.of("no effect", "one look")
        assert (found.partial, first.partial, second.partial) == (True, True, True)
        assert (first.trials, second.trials) == (40, 30)
        assert (
            told(run(plan(trials=40), executor="serial"))[0].split("], [")[0]
            == (told(found)[0].split("], [")[0])
        )
        assert "interrupted" in repr(first)

    def test_nothing_is_there(self):
        with pytest.raises(KeyboardInterrupt):
            run(PLAN, executor=Interrupting(0))

    @pytest.mark.parametrize("after", [1, 5, 19])
    def test_taken_up_again(self, whole, tmp_path, after):
        log = tmp_path / "log"
        run(PLAN, executor=Interrupting(after), checkpoint=log)
        assert told(run(PLAN, executor="serial", checkpoint=log)) == whole
        size = log.stat().st_size
        assert told(run(PLAN, executor=Interrupting(0), checkpoint=log)) == whole  # nothing to do
        assert log.stat().st_size == size

    def test_a_tail_cut_short_is_dropped(self, whole, tmp_path):
        log = tmp_path / "log"
        run(PLAN, executor=Interrupting(6), checkpoint=log)
        data = log.read_bytes()
        for cut in (1, len(data) // 3, len(data) - 1):
            log.write_bytes(data[:cut])
            assert told(run(PLAN, executor="serial", checkpoint=log)) == whole

    def test_going_on_with_more_trials(self, whole, tmp_path):
        log = tmp_path / "log"
        run(plan(trials=47), executor="serial", checkpoint=log)
        assert told(run(PLAN, executor="serial", checkpoint=log)) == whole
        found = run(plan(trials=47), executor="serial", checkpoint=log)
        assert told(found) == told(run(plan(trials=47), executor="serial"))

    def test_written_anew_when_it_has_grown(self, whole, tmp_path, monkeypatch):
        monkeypatch.setattr("equipoise.simulate.checkpoint.GROWN", 1000)
        log = tmp_path / "log"
        run(PLAN, executor=Interrupting(16), checkpoint=log)
        assert told(run(PLAN, executor="serial", checkpoint=log)) == whole
        assert [each.name for each in tmp_path.iterdir()] == ["log"]

    def test_another_plan_is_refused(self, tmp_path):
        log = tmp_path / "log"
        run(plan(trials=10), executor="serial", checkpoint=log)
        data = log.read_bytes()
        with pytest.raises(SimulationError, match="another plan"):
            run(plan(trials=10, seed=2), executor="serial", checkpoint=log)
        assert log.read_bytes() == data

    def test_no_checkpoint_at_all_is_refused(self, tmp_path):
        log = tmp_path / "notes.txt"
        log.write_text("Buy milk.")
        with pytest.raises(SimulationError, match="no checkpoint"):
            run(PLAN, executor="serial", checkpoint=log)
        assert log.read_text() == "Buy milk."


KILLED = """
import sys
sys.path.insert(0, sys.argv[2])
from sample_plan import plan
from equipoise.simulate.run import run
run(plan(trials=600, chunk=10), executor="threads", workers=2, checkpoint=sys.argv[1])
"""


class TestKilled:
    """Killed at any moment, a run loses what was in hand and corrupts nothing."""

    def test_kill_and_take_up(self, tmp_path):
        log, seen = tmp_path / "log", 0
        script = [sys.executable, "-c", KILLED, str(log), str(Path(__file__).parents[1])]
        moments = random.Random(5)  # noqa: S311 - when to kill
        for _ in range(2):
            worker = subprocess.Popen(script, stderr=subprocess.DEVNULL)  # noqa: S603 - our own words
            size = log.stat().st_size if log.exists() else 0
            while worker.poll() is None and (not log.exists() or log.stat().st_size == size):
                time.sleep(0.002)
            time.sleep(moments.uniform(0.0, 0.1))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            assert log.stat().st_size > seen
            seen = log.stat().st_size
        long = plan(trials=600, chunk=10)
        assert told(run(long, checkpoint=log)) == told(run(long, executor="serial"))
