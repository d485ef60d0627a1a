"""One plan gives one set of numbers: whoever plays it, interrupted or not, in whatever order."""

import math
import os
import signal
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest

from equipoise.errors import SimulationError
from equipoise.simulate.batch import array_range, merge_parts
from equipoise.simulate.executors import opened
from equipoise.simulate.grid import GridPoint, curve_of, grid_plan, table_of
from equipoise.simulate.part import part_bytes
from equipoise.simulate.plan import Candidate, Precision
from equipoise.simulate.replays.play import play
from equipoise.simulate.replicates import replicate_table, write_replicates
from equipoise.simulate.run import run
from equipoise.simulate.work import rehearse, simulate_part
from equipoise.simulate.worlds.pace import Clock
from sample_plan import Interrupting, conduct, plain, plan, scenario, told, world

PLAN = plan()


@pytest.fixture(scope="module")
def whole():
    return told(run(PLAN, executor="serial"))


class TestWhoeverPlays:
    """The same bits from any executor and any number of workers."""

    @pytest.mark.parametrize("workers", [1, 2, 3])
    def test_threads(self, whole, workers):
        assert told(run(PLAN, executor="threads", workers=workers)) == whole

    def test_processes(self, whole):
        assert told(run(PLAN, executor="processes", workers=2)) == whole

    def test_an_executor_of_ones_own(self, whole):
        with ThreadPoolExecutor(2) as pool:
            assert told(run(PLAN, executor=Backwards(pool), workers=4)) == whole

    @pytest.mark.filterwarnings("ignore")
    def test_dask(self, whole):
        distributed = pytest.importorskip("distributed")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
            ) as cluster,
        ):
            address = cluster.scheduler_address
            assert told(run(PLAN, executor="dask", scheduler=address)) == whole

    @pytest.mark.filterwarnings("ignore")
    def test_workers_of_dask_leave_interrupts_to_the_run(self):
        pytest.importorskip("distributed")
        with opened("dask", 1) as pool:
            worker = pool.submit(os.getpid).result()
            os.kill(worker, signal.SIGINT)
            time.sleep(0.5)
            assert pool.submit(os.getpid).result() == worker

    def test_a_batch_array(self, whole, tmp_path):
        paths = [tmp_path / f"part-{at}" for at in range(3)]
        for at, path in enumerate(paths, start=1):
            run(PLAN, chunks=array_range(PLAN, at, 3), checkpoint=path, executor="serial")
        assert told(merge_parts(PLAN, reversed(paths))) == whole

    def test_a_batch_array_with_a_part_missing(self, tmp_path):
        paths = [tmp_path / f"part-{at}" for at in range(3)]
        for at in (1, 3):
            ends = array_range(PLAN, at, 3)
            run(PLAN, chunks=ends, checkpoint=paths[at - 1], executor="serial")
        there = [paths[0], paths[2]]
        with pytest.raises(SimulationError, match="Trials 30 to 59 of 'planned' are missing"):
            merge_parts(PLAN, there)
        found = merge_parts(PLAN, there, partial=True)
        assert (found.partial, found.of("planned", "one look").trials) == (True, 30)
        with pytest.raises(SimulationError, match="Trials 0 to 59 of 'planned' are missing"):
            merge_parts(PLAN, there[1:])

    def test_a_range_by_trials(self, tmp_path):
        ends = [(0, 40), (40, 95)]
        for at, (first, last) in enumerate(ends):
            path = tmp_path / f"part-{at}"
            found = run(PLAN, chunks=PLAN.chunks_of(first, last), checkpoint=path)
            assert found.partial
            assert [len(row) for row in found.results] == ([2, 2] if at == 0 else [0, 0])

    def test_ranges_of_an_array_are_every_chunk_once(self):
        found = [array_range(PLAN, at, 7) for at in range(1, 8)]
        assert [chunk for first, last in found for chunk in range(first, last)] == [*range(10)]

    def test_any_ranges(self):
        pieces = [simulate_part(PLAN, 0, *ends) for ends in ((60, 95), (0, 10), (10, 60))]
        merged = pieces[0].merged(pieces[1]).merged(pieces[2])
        assert part_bytes(merged) == part_bytes(simulate_part(PLAN, 0, 0, 95))


class Broken(Executor):
    """Its workers die."""

    def submit(self, _, /, *__, **___):
        future = Future()
        future.set_exception(BrokenExecutor("killed"))
        return future


class Backwards(Executor):
    """Finishes the newest task first."""

    def __init__(self, pool):
        self._pool, self._waiting = pool, []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self._waiting.append((future, fn, args, kwargs))
        if len(self._waiting) == 4 or len(self._waiting) > 1:
            while self._waiting:
                future_, fn_, args_, kwargs_ = self._waiting.pop()
                future_.set_result(fn_(*args_, **kwargs_))
        else:
            self._pool.submit(self._flush)
        return future

    def _flush(self):
        time.sleep(0.05)
        while self._waiting:
            future, fn, args, kwargs = self._waiting.pop()
            future.set_result(fn(*args, **kwargs))


class TestPrecision:
    """A run ends at the first chunk at which the error asked for is reached."""

    asked = plan(trials=2000, chunk=20, precision=Precision(0.05, least=40))

    def test_it_ends_when_it_is_precise(self):
        found = run(self.asked, executor="serial")
        for each in (found.of("planned", "three looks"), found.of("no effect", "one look")):
            assert 40 <= each.trials < 2000
            assert each.trials % 20 == 0
            assert each.at_least_one.error <= 0.05
        assert not found.partial

    @pytest.mark.parametrize("workers", [2, 3])
    def test_at_the_same_trial_for_any_workers(self, workers):
        found = told(run(self.asked, executor="threads", workers=workers))
        assert found == told(run(self.asked, executor="serial"))

    def test_interrupted_and_taken_up(self, tmp_path):
        log = tmp_path / "log"
        run(self.asked, executor=Interrupting(3), checkpoint=log)
        found = run(self.asked, executor="threads", workers=2, checkpoint=log)
        assert told(found) == told(run(self.asked, executor="serial"))

    def test_a_rare_event_that_has_not_come_up_is_not_precise(self):
        rare = plan(trials=200, precision=Precision(0.004, "family-wise error", least=10))
        found = run(rare, executor="serial")
        assert found.of("no effect", "three looks").trials == 200

    def test_an_unknown_number_is_refused(self):
        with pytest.raises(SimulationError, match="Name one of"):
            plan(precision=Precision(0.01, "PFS"))


class TestDesignsSideBySide:
    """Designs meet the same patients; their difference is that of the tables, trial by trial."""

    def test_differences_are_those_of_the_tables(self):
        found = {
            each.quantity: each
            for each in run(PLAN).differences("planned", "three looks", "one look")
        }
        left, right = (replicate_table(PLAN, 0, design, 0, 95) for design in (0, 1))
        for name, column in (("duration", "time"), ("patients", "patients")):
            away = (left[column] - right[column]).to_numpy()
            assert found[name].value == pytest.approx(away.mean(), rel=1e-12)
            assert found[name].error == pytest.approx(away.std(ddof=1) / math.sqrt(95), rel=1e-12)
        rejected = [np.array(table["OS_decision"] == "efficacy", float) for table in (left, right)]
        away = rejected[0] - rejected[1]
        assert found["OS"].value == pytest.approx(away.mean(), abs=1e-14)
        assert found["OS"].error == pytest.approx(away.std(ddof=1) / math.sqrt(95), rel=1e-9)
        assert found["OS"].error < found["OS"].unpaired_error

    def test_a_design_added_changes_nothing(self):
        alone = plan(designs=PLAN.designs[:1])
        both, one = run(PLAN), run(alone)
        assert plain(both.of("planned", "three looks")) == plain(one.of("planned"))

    def test_looks_that_are_alike_are_played_once(self, monkeypatch):
        played = []

        def counting(rehearsal, **range_):
            played.append(len(rehearsal.conduct.looks))
            return play(rehearsal, **range_)

        monkeypatch.setattr("equipoise.simulate.rehearse.play", counting)
        other = Candidate("other looks", conduct(upper=(2.5, 2.0), events=(60, 131)))
        run(plan(designs=(*PLAN.designs, other), trials=10), executor="serial")
        assert played == [3, 2] * 2

    def test_the_second_design_alone_finds_the_same(self):
        alone = plan(designs=PLAN.designs[1:])
        assert plain(run(alone).of("planned")) == plain(run(PLAN).of("planned", "one look"))

    def test_a_scenario_added_changes_nothing(self):
        alone = plan(scenarios=PLAN.scenarios[:1])
        assert plain(run(alone).of("planned", "one look")) == (
            plain(run(PLAN).of("planned", "one look"))
        )


class TestReplicateTable:
    """A row a trial, the same in any chunk, file and executor; each can be played alone."""

    def test_one_trial_alone(self):
        table = replicate_table(PLAN, 1, 0, 0, 95)
        assert replicate_table(PLAN, 1, 0, 81, 82).equals(table[81:82])

    @pytest.mark.parametrize("suffix", [".csv", ".parquet"])
    def test_files(self, tmp_path, suffix):
        path = tmp_path / f"replicates{suffix}"
        assert write_replicates(PLAN, path, executor="threads", workers=3) == 4 * 95
        read = pl.read_csv(path) if suffix == ".csv" else pl.read_parquet(path)
        tables = [
            replicate_table(PLAN, at, design, 0, 95) for at in range(2) for design in range(2)
        ]
        assert read.shape == (4 * 95, tables[0].width)
        assert read["OS_z_1"].to_list() == pl.concat(tables)["OS_z_1"].to_list()
        assert read["trial"].to_list() == [*range(95)] * 4
        assert [each.name for each in tmp_path.iterdir()] == [path.name]

    def test_the_table_has_what_was_counted(self):
        table, found = replicate_table(PLAN, 0, 0, 0, 95), run(PLAN).of("planned", "three looks")
        assert (table["OS_decision"] == "efficacy").sum() == found.hypothesis("OS").power.count
        assert table["time"].mean() == pytest.approx(found.duration.mean.value, rel=1e-12)
        assert table["events_os"].mean() == pytest.approx(found.events[0].mean.value, rel=1e-12)


class TestGrid:
    """Power falls as the hazard ratio rises, read along the parameter."""

    def test_power_by_hazard_ratio(self):
        ratios = [0.5, 0.7, 1.0]
        grid = grid_plan(
            "hazard ratio",
            ratios,
            lambda ratio: GridPoint(world(ratio)),
            [Candidate("planned", conduct())],
            trials=100,
            estimates=False,
        )
        found = run(grid)
        curve = curve_of(found, "hazard ratio", design="planned")
        assert curve.at.tolist() == ratios
        assert curve.value[0] > curve.value[1] > curve.value[2]
        assert table_of(found)[0].ravel().tolist() == curve.value.tolist()


class TestProgress:
    """Progress tells trials, trials a second and time left."""

    def test_it_ends_with_all(self):
        heard = []
        run(PLAN, executor="serial", progress=heard.append)
        assert heard[-1].startswith("190 of 190 trials, ")
        assert "a second" in heard[-1]
        assert (heard[-1].trials, heard[-1].asked) == (190, 190)

    def test_no_rate_from_trials_that_waited_for_the_compiler(self, monkeypatch):
        now, heard = [0.0], []
        monkeypatch.setattr("time.monotonic", lambda: now[0])
        clock = Clock(10_000, heard.append)
        for seconds, trials in ((90.0, 1000), (90.5, 1000), (92.0, 1000), (93.0, 1000)):
            now[0] = seconds
            clock.tell(trials)
        assert [str(each) for each in heard] == [
            "1,000 of 10,000 trials",
            "2,000 of 10,000 trials",
            "3,000 of 10,000 trials, 1,000 a second, 7 s left",
            "4,000 of 10,000 trials, 1,000 a second, 6 s left",
        ]


class TestRefusals:
    """What no plan can be is said, with the remedy."""

    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"trials": 0}, "at least 1"),
            ({"trials": -5}, "at least 1"),
            ({"seed": -1}, "from 0"),
            ({"chunk": -1}, "1 or more"),
            ({"scenarios": ()}, "no scenario"),
            ({"scenarios": (scenario("a", 1.0), scenario("a", 0.5))}, "own"),
            ({"scenarios": (scenario("a", 1.0, stream=-1),)}, "0 or more"),
            ({"precision": Precision(0.0)}, "above 0"),
            ({"level": 1.0}, "between 0 and 1"),
        ],
    )
    def test_plans(self, settings, words):
        with pytest.raises(SimulationError, match=words):
            plan(**settings)

    def test_runs(self, tmp_path):
        with pytest.raises(SimulationError, match="at least 1"):
            run(PLAN, workers=0)
        with pytest.raises(SimulationError, match="fewer workers"):
            run(PLAN, executor=Broken())
        with pytest.raises(SimulationError, match="no executor"):
            run(PLAN, executor="cloud")
        with pytest.raises(SimulationError, match="neither"):
            write_replicates(PLAN, tmp_path / "table.txt")
        with pytest.raises(SimulationError, match="count from 1"):
            array_range(PLAN, 0, 3)
        with pytest.raises(SimulationError, match="name one of"):
            run(plan(trials=10)).of("planed")

    def test_ranges(self):
        for ends in ((5, 20), (0, 15), (0, 100), (20, 10)):
            with pytest.raises(SimulationError, match="chunk"):
                simulate_part(PLAN, 0, *ends)

    def test_chunks_are_smaller_where_trials_are_large(self):
        large = plan(scenarios=(scenario("planned", 0.6),), chunk=0)
        assert large.chunk == 5000
        huge = Candidate("huge", conduct(), enrollment=world(patients=1_000_000).enrollment)
        assert plan(designs=(huge,), chunk=0).chunk <= 5


def test_a_trial_depends_on_nothing_else():
    found = rehearse(PLAN, 0, 0, 17, 18)
    assert found.table.z.tobytes() == rehearse(PLAN, 0, 0, 0, 30).table.z[17:18].tobytes()
