"""A look held by itself decides as the rehearsal does, trial by trial, and as the design says."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sample_design
from equipoise.design.sequential.reading import read_at, updated_design
from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text, read_protocol
from equipoise.kernel.arrays import vector
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.look.decide import decide
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.look.look import SeenStatistic
from equipoise.simulate.evidence import evidence_of, final_looks, stopping_rules
from equipoise.simulate.planned.expected import expected_information
from equipoise.simulate.planned.planned import planned_rehearsal
from equipoise.simulate.rehearsal import prepare
from equipoise.simulate.replays.play import play
from monitored_looks import added, designed, held

ROOT = Path(__file__).parents[2]
PROTOCOLS = {
    name: sample_design.KINDS[name]
    for name in (
        "survival-futility",
        "survival-gap",
        "harm",
        "two-sided",
        "two-sided-wedge",
        "two-sided-futility",
        "max-combo",
        "margin-looks",
        "calendar",
        "rate",
        "dunnett",
    )
}
for several in ("holm", "graph", "co-primary"):
    PROTOCOLS[several] = sample_design.KINDS[several]


def same(one, two):
    """Whether two values hold the same numbers all through."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray):
        return np.array_equal(one, two, equal_nan=True)
    if hasattr(one, "__dataclass_fields__"):
        fields = one.__dataclass_fields__
        return all(same(getattr(one, name), getattr(two, name)) for name in fields)
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return one == two or repr(one) == repr(two)


@cache
def rehearsed(name):
    """A protocol's design, its rehearsal, and the rules of the real trial."""
    if name == "aall1331":
        protocol = read_protocol(ROOT / "examples" / "aall1331" / "protocol.yaml")
    else:
        protocol = examine_text(PROTOCOLS[name], "p.yaml").protocol
    design = design_trial(protocol)
    planned = planned_rehearsal(protocol, design)
    return design, planned, trial_rules(design, expected=expected_information(protocol, design))


class TestRules:
    """The real trial and the rehearsed one are decided by the same rules."""

    @pytest.mark.parametrize("name", ["aall1331", *PROTOCOLS])
    def test_rules_are_the_rehearsed_ones(self, name):
        _, planned, rules = rehearsed(name)
        theirs, ours = planned.conduct.stopping, rules.stopping
        names = [each.hypothesis for each in theirs.hypotheses]
        kept = tuple(each for each in ours.hypotheses if each.hypothesis in names)
        assert all(same(one, two) for one, two in zip(theirs.hypotheses, kept, strict=True))
        assert (ours.alpha, ours.stop, ours.together) == (
            theirs.alpha,
            theirs.stop,
            theirs.together,
        )
        counted = dict(zip([e.hypothesis for e in ours.hypotheses], rules.counted, strict=True))
        for tested in planned.conduct.tested:
            assert counted[tested.hypothesis] == tested.information
        if len(kept) == len(ours.hypotheses):  # none that the rehearsal leaves out
            assert same(theirs, ours)
        assert rules.looks == len(planned.conduct.looks)

    def test_populations_are_counted_alike(self):
        path = ROOT / "tests" / "laws" / "protocol-design-of-rehearsal.yaml"
        protocol = examine_text(path.read_text("utf-8"), "p.yaml").protocol
        design = design_trial(protocol)
        planned = planned_rehearsal(protocol, design)
        rules = trial_rules(design, expected=expected_information(protocol, design))
        assert same(planned.conduct.stopping, rules.stopping)
        assert rules.counted == tuple(each.information for each in planned.conduct.tested)


def compare(name, trials, seed):
    """Decide rehearsed trials at once, and look by look from their records."""
    design, planned, rules = rehearsed(name)
    table = play(
        prepare(planned.world, planned.conduct), seed=seed, scenario=0, first=0, last=trials
    )
    evidence = evidence_of(planned.world, planned.conduct, table)
    found = decide(stopping_rules(planned.conduct), evidence)
    finals = final_looks(table)
    names = [each.hypothesis for each in planned.conduct.tested]
    for trial in range(trials):
        past = {}
        for look in range(int(found.stopped[trial]) + 1):
            seen = [
                SeenStatistic(name, z, "", "events", information, None, None, "")
                for name, z, information in zip(
                    names,
                    [None if np.isnan(z) else z for z in evidence.z[trial, look].tolist()],
                    np.nan_to_num(evidence.information[trial, look]).tolist(),
                    strict=True,
                )
            ]
            time = evidence.spending_time
            told = hold_look(
                design,
                rules,
                seen,
                past,
                as_of="2020-01-01",
                number=look + 1,
                final=True if finals[trial, look] else None,
                spending_time=None if time is None else float(time[trial, look]),
            )
            check(told, found, names, trial, look)
            assert told.stop == (look == found.stopped[trial])
            past = added(past, told)


def check(told, found, names, trial, look):
    """Hold one look against what the rehearsal decided."""
    for each in told.hypotheses:
        if each.hypothesis not in names:
            assert each.seen.z is None
            continue
        j = names.index(each.hypothesis)
        where = (trial, look, each.hypothesis)
        assert each.decision == found.decision[trial, look, j], where
        if not each.tested:
            continue
        for ours, theirs in (
            (each.bound, found.bound),
            (each.futility, found.lower),
            (each.harm, found.harm),
        ):
            expected = -np.inf if theirs is None else theirs[trial, look, j]
            if ours is None:
                assert not np.isfinite(expected), where
            else:
                assert ours == pytest.approx(expected, abs=1e-9), where
        if each.drawn is not None and each.bound is not None:
            assert each.drawn.upper[each.place - 1] == pytest.approx(each.bound, abs=1e-8), where


class TestAgainstTheRehearsal:
    """What is decided look by look from a record is what is decided of all trials at once."""

    def test_three_hundred_trials_of_the_flagship(self):
        compare("aall1331", 300, seed=5)

    @pytest.mark.parametrize("name", PROTOCOLS)
    def test_trials_of_every_kind(self, name):
        compare(name, 25, seed=7)


class TestAgainstTheDesign:
    """Bounds are those that the design gives when it is read at the information there is."""

    TEXT = (
        f"{sample_design.SURVIVAL}design:{sample_design.LOOKS}"
        "  futility: {spending: hwang-shih-decani, gamma: -2}\n"
    )

    def test_one_look_moved(self):
        design, rules = designed(self.TEXT)
        drawn = rules.stopping.hypotheses[0].bounds.design
        for fraction in (0.4, 0.55, 0.6):
            (look,) = held(design, rules, [({"H1": (1.0, fraction)}, {})])
            expected = read_at(drawn, fraction)
            (each,) = look.hypotheses
            assert (each.bound, each.futility) == pytest.approx(
                (expected.upper[0], expected.lower[0]), abs=1e-9
            )
            assert each.drawn.information.tolist() == pytest.approx(expected.information.tolist())

    def test_two_looks_moved_and_the_last_short(self):
        design, rules = designed(self.TEXT)
        drawn = rules.stopping.hypotheses[0].bounds.design
        seen = [({"H1": (z, f)}, {}) for z, f in ((1.0, 0.45), (1.3, 0.8), (1.5, 0.95))]
        looks = held(design, rules, seen)
        expected = updated_design(drawn, (0.45, 0.8, 0.95), final=True)
        bounds = [look.hypotheses[0].bound for look in looks]
        assert bounds == pytest.approx(expected.upper.tolist(), abs=1e-9)
        assert looks[-1].final
        assert looks[-1].hypotheses[0].alpha_spent == pytest.approx(0.025, abs=1e-9)

    def test_the_flagship_at_eighty_events(self):
        design, _, rules = rehearsed("aall1331")
        counts = [26, 52, 80]
        seen = [({"H1": (z, n / 131)}, {}) for z, n in zip((0.9, 1.2, 1.645), counts, strict=True)]
        *_, look = held(design, rules, seen)
        each = look.hypotheses[0]
        assert (look.number, look.stop, each.decision) == (3, False, 0)
        drawn = rules.stopping.hypotheses[0].bounds.design
        expected = updated_design(drawn, [n / 131 for n in counts])
        assert each.bound == pytest.approx(expected.upper[2], abs=1e-9)
        (reading,) = design.main.readings  # the looks before it as planned, not whole
        assert each.bound == pytest.approx(reading.efficacy.z, abs=0.005)
        assert each.sentence.startswith(
            "H1 (Blinatumomab prolongs disease-free survival): z 1.65 at 80 of 131 events "
            "(information 61.1%) is below the efficacy bound 2."
        )
        assert each.sentence.endswith("neither is crossed; the rules go on.")

    def test_an_extra_look_leaves_those_to_come(self):
        design, rules = designed(self.TEXT)
        drawn = rules.stopping.hypotheses[0].bounds.design
        looks = held(
            design, rules, [({"H1": (z, f)}, {}) for z, f in ((1.0, 0.5), (1.2, 0.55), (1.4, 0.75))]
        )
        assert [(look.number, look.unplanned) for look in looks] == [
            (1, False),
            (2, True),
            (3, False),
        ]
        last = looks[-1].hypotheses[0].drawn
        assert last.information.tolist() == pytest.approx([0.5, 0.55, 0.75, 1.0])
        expected = updated_design(drawn, (0.5, 0.55, 0.75), which=(0, None, 1))
        assert np.allclose(last.upper, expected.upper, atol=1e-9)
        assert vector(expected.information).size == 4
