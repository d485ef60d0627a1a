"""Equipoise's rehearsals: generation, looks, tests and decisions of every trial."""

# Each job imports what it needs and nothing more, so that its start can be timed.
# ruff: noqa: ANN001, ANN201, ANN202, PLC0415

from jobs import Task

TRIALS = 50_000
EVENTS, BOUNDS = (50, 90, 131), (3.471, 2.454, 2.004)


def rehearsed(test_name, *, estimates=False):
    def prepare():
        import numpy as np

        from equipoise.design.survival.world import Piecewise
        from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
        from equipoise.simulate import conduct, rehearse
        from equipoise.simulate.replays.play import prepare as made_ready
        from equipoise.simulate.worlds import world

        def law(hazard):
            return (world.Law(Piecewise(np.zeros(1), np.array([hazard]))),)

        control, loss = np.log(2) / 15, -np.log(0.95) / 12
        truth = world.World(
            arms=("control", "experimental"),
            allocation=(1, 1),
            enrollment=world.Enrollment(220, Piecewise(np.zeros(1), np.array([220 / 48]))),
            truth=world.IndependentEndpoints(
                (world.TimeTruth("death", (law(control), law(0.6 * control))),)
            ),
            dropout=(law(loss), law(loss)),
        )
        test = conduct.LogRank() if test_name == "log-rank" else conduct.MaxCombo()
        run = conduct.Conduct(
            looks=tuple(conduct.Look((conduct.AfterEvents(n, "death"),)) for n in EVENTS),
            tested=(conduct.Tested("H", "death", test),),
            stopping=StoppingRules((HypothesisRules("H", FixedBounds(BOUNDS)),)),
        )
        ready = made_ready(truth, run)
        return lambda: rehearse.rehearse_range(
            ready, seed=1, scenario=0, first=0, last=TRIALS, estimates=estimates
        )

    def read(result):
        crossed = result.table.z[:, :, 0] >= BOUNDS
        return {
            "trials": TRIALS,
            "power": float(crossed.any(axis=1).mean()),
            "months until the last look": float(result.table.time[:, -1].mean()),
        }

    return Task(prepare, read)


def course():
    """The course of AALL1331: survival without disease and overall, and a test of answers."""
    from pathlib import Path

    import numpy as np

    from equipoise.design.survival.world import Piecewise
    from equipoise.io.protocol.read import read_protocol
    from equipoise.monitor.bounds.rules import FixedBounds, HypothesisRules, StoppingRules
    from equipoise.simulate import conduct, rehearse
    from equipoise.simulate.replays.play import prepare as made_ready
    from equipoise.simulate.worlds import world

    example = Path(__file__).parents[2] / "examples" / "aall1331" / "protocol.yaml"
    told = read_protocol(example).rehearsal.scenario("as_published").course
    lost = (world.Law(Piecewise(np.zeros(1), np.array([-np.log(0.98) / 12]))),)
    truth = world.World(
        arms=("chemotherapy", "blinatumomab"),
        allocation=(1, 1),
        enrollment=world.Enrollment(220, Piecewise(np.zeros(1), np.array([220 / 57]))),
        truth=world.CourseTruth(told),
        dropout=(lost, lost),
    )
    names = {"dfs": conduct.LogRank(), "os": conduct.LogRank(), "mrd": conduct.Proportions()}
    run = conduct.Conduct(
        looks=tuple(conduct.Look((conduct.AfterEvents(n, "dfs"),)) for n in (40, 70, 100)),
        tested=tuple(
            conduct.Tested(
                name,
                name,
                test,
                information="patients" if name == "mrd" else "events",
            )
            for name, test in names.items()
        ),
        stopping=StoppingRules(
            tuple(HypothesisRules(name, FixedBounds(BOUNDS)) for name in names),
            stop="never before the last look",
        ),
        maximum_duration=240.0,
    )
    ready = made_ready(truth, run)
    return lambda: rehearse.rehearse_range(
        ready, seed=1, scenario=0, first=0, last=TRIALS // 5, estimates=False
    )


def told_of_course(result):
    rejected = (result.table.z[:, :, 0] >= BOUNDS).any(axis=1)
    return {
        "trials": TRIALS // 5,
        "power": float(rejected.mean()),
        "months until the last look": float(result.table.time[:, -1].mean()),
    }


TASKS = {
    "three looks": rehearsed("log-rank"),
    "three looks, hazard ratios estimated": rehearsed("log-rank", estimates=True),
    "MaxCombo": rehearsed("MaxCombo"),
    "three endpoints of a course": Task(course, told_of_course),
}
