"""A rehearsed trial and its second program come to the same decisions, trial by trial.

`plain_trial` makes each trial with NumPy's own Philox and tests it by the public analyses of real
data; decisions follow here from the public design functions.  Nothing of it is shared with
`equipoise.simulate`.
"""

import numpy as np
import pytest

from equipoise.design.multiplicity.adaptive_closed_test import adaptive_closed_test
from equipoise.design.multiplicity.graph import draw_graph
from equipoise.design.multiplicity.group_sequential_graph import group_sequential_graph
from equipoise.design.multiplicity.repeated_p import hypothesis_schedule
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.sequential.rules import FixedFutility, SpendAlpha, StoppingPlan
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
from equipoise.design.survival.world import Piecewise, constant_rate
from equipoise.kernel.arrays import vector
from equipoise.kernel.normal import upper_quantile, upper_tail
from equipoise.monitor.bounds.rules import (
    EFFICACY,
    FUTILITY,
    FixedBounds,
    HypothesisRules,
    StoppingRules,
    UpdatedBounds,
)
from equipoise.protocol.course import Course, CourseState, ReadTime, Transition
from equipoise.simulate.conduct import (
    AfterEvents,
    AtTime,
    ClosedTest,
    Conduct,
    DropArms,
    Enrich,
    Look,
    ReestimateSize,
)
from equipoise.simulate.conduct import Tested as Hypothesis
from equipoise.simulate.rehearse import rehearse_range
from equipoise.simulate.replays.play import prepare
from equipoise.simulate.worlds.world import (
    Cell,
    CourseTruth,
    Enrollment,
    IndependentEndpoints,
    Law,
    Randomization,
    Reporting,
    TimeTruth,
    World,
)
from plain_course import Move, follows
from plain_trial import Changes, Draws, PlainWorld, a_trial, cut, news

SEED, TRIALS = 20, 25
MONTHLY = np.log(2) / 15  # hazard of a median of 15 months
LOST = -np.log(0.95) / 12  # 5% a year
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def piecewise(pieces):
    starts, values = zip(*pieces, strict=True)
    return Piecewise(vector(starts), vector(values))


def world_of(plain, *, arms=None, strata=1, truth=None, by_stratum=True):
    """Write the plain world as the rehearsal's."""
    laws = {
        endpoint: tuple(tuple(Law(piecewise(cell)) for cell in arm) for arm in hazards)
        for endpoint, hazards in plain.hazards.items()
    }
    names = arms or tuple(f"arm {a}" for a in range(len(plain.ratio)))
    cells = tuple(
        Cell(share, stratum, ("marker",) if member else ())
        for share, stratum, member in zip(plain.shares, plain.stratum, plain.members, strict=True)
    )
    lost = tuple(tuple(Law(constant_rate(plain.dropout)) for _ in cells) for _ in names)
    return World(
        arms=names,
        allocation=plain.ratio,
        enrollment=Enrollment(
            plain.patients, piecewise(plain.rates), plain.process, plain.duration
        ),
        truth=truth or IndependentEndpoints(tuple(TimeTruth(e, law) for e, law in laws.items())),
        strata=tuple(f"stratum {s}" for s in range(strata)) if strata > 1 else ("all",),
        populations=("marker",) if any(plain.members) else (),
        cells=cells,
        randomization=Randomization(by_stratum=by_stratum),
        dropout=lost if plain.dropout else (),
        longest_follow_up=plain.longest_follow_up,
        reporting=Reporting(lag=plain.lag),
    )


def rehearsed(world, conduct, scenario=3, trials=TRIALS):
    return rehearse_range(
        prepare(world, conduct), seed=SEED, scenario=scenario, first=0, last=trials
    )


def at_events(*counts, endpoint="os"):
    return tuple(Look((AfterEvents(count, endpoint),)) for count in counts)


UPPER = (3.44493808, 2.470278002, 1.997541346)
THREE = Conduct(
    at_events(50, 90, 131),
    (Hypothesis("OS", "os"),),
    StoppingRules((HypothesisRules("OS", FixedBounds(UPPER)),)),
)
ONE = PlainWorld(
    patients=220,
    rates=((0, 220 / 48),),
    hazards={"os": [[((0, MONTHLY),)], [((0, 0.6 * MONTHLY),)]]},
    dropout=LOST,
)
STRATIFIED = PlainWorld(
    patients=200,
    rates=((0, 3.0), (6, 6.0)),
    hazards={
        "os": [
            [((0, MONTHLY),), ((0, 2 * MONTHLY), (9, MONTHLY))],
            [((0, 0.7 * MONTHLY),), ((0, 1.2 * MONTHLY), (9, 0.8 * MONTHLY))],
        ]
    },
    process="even",
    ratio=(1, 2),
    shares=(0.6, 0.4),
    stratum=(0, 1),
    members=(False, False),
    dropout=0.01,
)
DELAYED = PlainWorld(
    patients=180,
    rates=((0, 2.0), (10, 5.0)),
    hazards={"os": [[((0, MONTHLY),)], [((0, MONTHLY), (4, 0.5 * MONTHLY))]]},
    process="uniform",
    duration=40.0,
    lag=0.5,
    longest_follow_up=60.0,
)


class TestOneHypothesis:
    """Looks, statistics and decisions agree to the last event."""

    @pytest.mark.parametrize(
        ("plain", "stratified"), [(ONE, False), (STRATIFIED, True), (DELAYED, False)]
    )
    def test_fixed_bounds(self, plain, stratified):
        world = world_of(plain, strata=1 + max(plain.stratum))
        tested = (Hypothesis("OS", "os", stratified=stratified),)
        found = rehearsed(world, Conduct(THREE.looks, tested, THREE.stopping))
        for trial in range(TRIALS):
            people = a_trial(plain, Draws(SEED, 3, trial))
            known = news(plain, people, "os")
            stopped = None
            for look, count in enumerate((50, 90, 131)):
                at = known[count - 1]
                seen = cut(plain, people, "os", at)
                z, variance, events = seen.z(0, 1, stratified=stratified)
                np.testing.assert_allclose(found.table.time[trial, look], at, **CLOSE)
                np.testing.assert_allclose(found.table.z[trial, look, 0], z, **CLOSE)
                np.testing.assert_allclose(
                    found.table.information[trial, look, 0], variance, **CLOSE
                )
                assert found.table.events[trial, look].sum() == events == count
                assert found.table.patients[trial, look] == sum(p.entry <= at for p in people)
                if stopped is None and (z >= UPPER[look] or look == 2):
                    stopped = look
                    last = EFFICACY if z >= UPPER[look] else FUTILITY
            assert found.decisions.stopped[trial] == stopped
            assert found.decisions.decision[trial, stopped, 0] == last

    def test_calendar_looks_and_bounds_that_follow_the_events(self):
        stopping = StoppingPlan(
            (0.4, 0.7, 1.0),
            0.025,
            efficacy=SpendAlpha(LanDeMetsOBrienFleming()),
            futility=FixedFutility((-0.3, 0.2), binding=False),
        )
        design = group_sequential(stopping, power=0.9)
        rules = HypothesisRules("OS", UpdatedBounds(design, 120.0))
        looks = (Look((AtTime(24.0),)), Look((AtTime(34.0),)), Look((AfterEvents(120, "os"),)))
        conduct = Conduct(looks, (Hypothesis("OS", "os"),), StoppingRules((rules,)))
        found = rehearsed(world_of(DELAYED), conduct)
        for trial in range(TRIALS):
            people = a_trial(DELAYED, Draws(SEED, 3, trial))
            fractions = []
            for look, at in enumerate((24.0, 34.0, news(DELAYED, people, "os")[119])):
                z, _, events = cut(DELAYED, people, "os", at).z(0, 1)
                fractions.append(events / 120.0)
                drawn = updated_design(design, fractions, final=look == 2)
                bound, lower = float(drawn.upper[look]), float(drawn.lower[look])
                verdict = EFFICACY if z >= bound else FUTILITY if z <= lower or look == 2 else 0
                np.testing.assert_allclose(found.decisions.bound[trial, look, 0], bound, atol=1e-7)
                assert found.decisions.decision[trial, look, 0] == verdict
                if verdict:
                    assert found.decisions.stopped[trial] == look
                    break


class TestGraph:
    """Two hypotheses that pass alpha on are claimed as by the public graph of one trial."""

    def test_progression_then_survival(self):
        plain = PlainWorld(
            patients=200,
            rates=((0, 8.0),),
            hazards={
                "pfs": [[((0, 2 * MONTHLY),)], [((0, 1.3 * MONTHLY),)]],
                "os": [[((0, MONTHLY),)], [((0, 0.7 * MONTHLY),)]],
            },
            dropout=LOST,
        )
        plan = StoppingPlan((0.6, 1.0), 0.0125, efficacy=SpendAlpha(LanDeMetsOBrienFleming()))
        design = group_sequential(plan, power=0.9)
        graph = draw_graph({"PFS": 0.5, "OS": 0.5}, {"PFS": {"OS": 1}, "OS": {"PFS": 1}})
        rules = tuple(
            HypothesisRules(name, UpdatedBounds(design, n))
            for name, n in (("PFS", 160.0), ("OS", 125.0))
        )
        looks = (
            Look((AfterEvents(96, "pfs"), AfterEvents(75, "os"))),
            Look((AfterEvents(160, "pfs"), AfterEvents(125, "os"))),
        )
        tested = (Hypothesis("PFS", "pfs"), Hypothesis("OS", "os"))
        conduct = Conduct(looks, tested, StoppingRules(rules, graph=graph))
        found = rehearsed(world_of(plain), conduct)
        spending = LanDeMetsOBrienFleming()
        for trial in range(TRIALS):
            people = a_trial(plain, Draws(SEED, 3, trial))
            z, counts = np.zeros((2, 2)), np.zeros((2, 2))
            for look, (first, second) in enumerate(((96, 75), (160, 125))):
                at = max(
                    news(plain, people, "pfs")[first - 1], news(plain, people, "os")[second - 1]
                )
                np.testing.assert_allclose(found.table.time[trial, look], at, **CLOSE)
                for j, endpoint in enumerate(("pfs", "os")):
                    z[look, j], _, counts[look, j] = cut(plain, people, endpoint, at).z(0, 1)
            np.testing.assert_allclose(found.table.z[trial], z, **CLOSE)
            fractions = counts / np.array([160.0, 125.0])
            schedules = [hypothesis_schedule(last_spends_all(spending, f), f) for f in fractions.T]
            told = group_sequential_graph(graph, schedules, z).rejected_at
            claimed = found.decisions.decision[trial] == EFFICACY
            ours = [int(np.argmax(c)) + 1 if c.any() else None for c in claimed.T]
            stop = found.decisions.stopped[trial]
            assert ours == [r if r is not None and r <= stop + 1 else None for r in told]
            if None not in told:
                assert stop == max(told) - 1
            elif stop == 0:  # all the information of one may be there at the first look
                assert (fractions[0] >= 1).any()


def last_spends_all(spending, fractions):
    def spent(time, alpha):
        return np.where(
            np.asarray(time) >= fractions[-1], alpha, spending(np.minimum(time, 1), alpha)
        )

    return spent


class TestCourse:
    """A disease that runs through states is read alike by both programs."""

    def test_relapse_and_death(self):
        before, after = ((0, 0.08), (6, 0.03)), ((0, 0.05), (6, 0.02))
        dying, later = ((0, 0.01),), ((0, 0.15), (4, 0.05))
        moves = (
            Move("remission", "relapse", (before, after)),
            Move("remission", "dead", (dying, dying)),
            Move("relapse", "dead", (later, later), since_entry=True),
        )
        plain = PlainWorld(220, ((0, 6.0),), dropout=0.005, course=follows(moves))
        states = tuple(CourseState(s, s) for s in ("remission", "relapse", "dead"))
        transitions = (
            Transition("remission", "relapse", before, by_arm=(("e", after),)),
            Transition("remission", "dead", dying),
            Transition("relapse", "dead", later, clock="since entry"),
        )
        readings = (
            ReadTime("dfs", (("relapse", "relapse"), ("dead", "death"))),
            ReadTime("os", (("dead", "death"),)),
        )
        start = tuple((arm, (("remission", 1.0),)) for arm in ("c", "e"))
        truth = CourseTruth(Course(states, start, transitions, readings))
        looks = at_events(60, 110, endpoint="dfs")
        bounds = FixedBounds((2.96, 1.97))
        rules = StoppingRules((HypothesisRules("DFS", bounds), HypothesisRules("OS", bounds)))
        conduct = Conduct(looks, (Hypothesis("DFS", "dfs"), Hypothesis("OS", "os")), rules)
        found = rehearsed(world_of(plain, arms=("c", "e"), truth=truth), conduct)
        for trial in range(TRIALS):
            people = a_trial(plain, Draws(SEED, 3, trial))
            for look, count in enumerate((60, 110)):
                at = news(plain, people, "dfs")[count - 1]
                np.testing.assert_allclose(found.table.time[trial, look], at, **CLOSE)
                for j, endpoint in enumerate(("dfs", "os")):
                    z, _, events = cut(plain, people, endpoint, at).z(0, 1)
                    np.testing.assert_allclose(found.table.z[trial, look, j], z, **CLOSE)
                    assert found.table.events[trial, look, j].sum() == events
                    claimed = found.decisions.decision[trial, : look + 1, j] == EFFICACY
                    if found.decisions.stopped[trial] >= look and not claimed[:look].any():
                        assert claimed[look] == (z >= bounds.upper[look])


class TestAdaptive:
    """Trials that change their course do so alike, and end alike, in both programs."""

    def test_the_best_of_three_arms_goes_on(self):
        plain = PlainWorld(
            patients=240,
            rates=((0, 6.0),),
            hazards={"os": [[((0, ratio * MONTHLY),)] for ratio in (1, 0.9, 0.7, 0.6)]},
            ratio=(2, 1, 1, 1),
            dropout=LOST,
        )
        design = group_sequential(StoppingPlan((0.4, 0.7, 1.0)), power=0.9)
        names, bounds = ("A", "B", "C"), FixedBounds(tuple(design.upper.tolist()))
        conduct = Conduct(
            at_events(60, 105, 150),
            tuple(Hypothesis(name, "os", experimental=a) for a, name in enumerate(names, 1)),
            StoppingRules(tuple(HypothesisRules(name, bounds) for name in names)),
            adaptations=(DropArms(1, keep=2), DropArms(2, keep=1)),
            closed_test=ClosedTest(design, "simes"),
        )
        found = rehearsed(world_of(plain), conduct)
        for trial in range(TRIALS):
            closes, scores, p, here = {}, [], [], [1, 2, 3]
            stopped, told = None, None
            for look, count in enumerate((60, 105, 150)):
                people = a_trial(plain, Draws(SEED, 3, trial), Changes(240, closes))
                at = news(plain, people, "os")[count - 1]
                np.testing.assert_allclose(found.table.time[trial, look], at, **CLOSE)
                seen = cut(plain, people, "os", at)
                now = {arm: seen.z(0, arm) for arm in (1, 2, 3)}
                scores.append({arm: (z * v**0.5, v) for arm, (z, v, _) in now.items()})
                p.append([stage_p(scores, arm) if arm in here else np.nan for arm in (1, 2, 3)])
                test = adaptive_closed_test(design, p, "simes")
                told = test.rejected_at
                singles = {arm: test.combined[SINGLE[arm], look] for arm in here}
                if look == 2 or all(told[arm - 1] is not None for arm in here):
                    stopped = look
                    break
                waiting = [arm for arm in here if told[arm - 1] is None]
                best = sorted(waiting, key=lambda arm: -singles[arm])[: 2 - look]
                for arm in set(here) - set(best):
                    if arm in waiting:
                        closes[arm] = np.nextafter(at, np.inf)
                here = [arm for arm in here if arm not in closes]
            assert found.decisions.stopped[trial] == stopped
            claimed = (found.decisions.decision[trial] == EFFICACY).T
            assert tuple(int(np.argmax(c)) + 1 if c.any() else None for c in claimed) == told


SINGLE = {
    1: 3,
    2: 5,
    3: 6,
}  # rows of {1}, {2}, {3} among all intersections: 111, 110, 101, 100, ...


def stage_p(scores, arm):
    """Give the p-value of the news since the look before."""
    score, variance = scores[-1][arm]
    if len(scores) > 1:
        score, variance = score - scores[-2][arm][0], variance - scores[-2][arm][1]
    return upper_tail(score / variance**0.5)


class TestMoreAdaptive:
    """Sizes chosen anew and populations left, by formulas written down again."""

    def test_events_and_patients_raised(self):
        plain = PlainWorld(
            patients=200,
            rates=((0, 6.0),),
            hazards={"os": [[((0, MONTHLY),)], [((0, 0.72 * MONTHLY),)]]},
        )
        design = group_sequential(StoppingPlan((0.5, 1.0)), power=0.8)
        b = float(design.upper[1])
        rule = ReestimateSize(1, "OS", target=0.9, promising=(0.2, 0.9), most=1.6)
        conduct = Conduct(
            at_events(50, 100),
            (Hypothesis("OS", "os"),),
            StoppingRules((HypothesisRules("OS", UpdatedBounds(design, 100.0)),)),
            adaptations=(rule,),
        )
        found = rehearsed(world_of(plain), conduct)
        raised = 0
        for trial in range(TRIALS):
            people = a_trial(plain, Draws(SEED, 3, trial))
            at = news(plain, people, "os")[49]
            z, variance, _ = cut(plain, people, "os", at).z(0, 1)
            patients, events = 200, 100
            half = np.sqrt(0.5)
            critical = (b - z * half) / half
            power = 1 - upper_tail(z / half * half - critical)
            going_on = z < design.upper[0]
            if going_on and 0.2 <= power < 0.9:
                rest = ((critical + upper_quantile(0.1)) / (z / half)) ** 2
                rest = min(max(rest, 0.5), 1.1)
                events = int(np.ceil(50 + 100 * rest - 1e-9))
                if rest > 0.5 and sum(p.entry <= at for p in people) < 200:
                    patients = int(np.ceil(200 * (0.5 + rest) - 1e-9))
                raised += rest > 0.5
            assert found.patients[trial] == patients
            assert found.decisions.stopped[trial] == int(going_on)
            if not going_on:
                continue
            people = a_trial(plain, Draws(SEED, 3, trial), Changes(patients))
            at = news(plain, people, "os")[events - 1]
            np.testing.assert_allclose(found.table.time[trial, 1], at, **CLOSE)
            last, whole, _ = cut(plain, people, "os", at).z(0, 1)
            if events > 100:
                new = (last * whole**0.5 - z * variance**0.5) / (whole - variance) ** 0.5
                last = half * z + half * new
            assert (found.decisions.decision[trial, 1, 0] == EFFICACY) == (last >= b)
        assert raised > 2

    def test_only_patients_with_the_marker_go_on(self):
        plain = PlainWorld(
            patients=220,
            rates=((0, 6.0),),
            hazards={
                "os": [
                    [((0, MONTHLY),), ((0, MONTHLY),)],
                    [((0, MONTHLY),), ((0, 0.6 * MONTHLY),)],
                ]
            },
            shares=(0.5, 0.5),
            stratum=(0, 0),
            members=(False, True),
        )
        design = group_sequential(StoppingPlan((0.5, 1.0)), power=0.8)
        bounds = FixedBounds(tuple(design.upper.tolist()))
        rule = Enrich(1, "marker", "all", "marker", full_below=1.0, subgroup_above=0.5)
        conduct = Conduct(
            at_events(60, 130),
            (Hypothesis("all", "os"), Hypothesis("marker", "os", population="marker")),
            StoppingRules((HypothesisRules("all", bounds), HypothesisRules("marker", bounds))),
            adaptations=(rule,),
            closed_test=ClosedTest(design, "bonferroni"),
        )
        found = rehearsed(world_of(plain), conduct)
        left = 0
        for trial in range(TRIALS):
            people = a_trial(plain, Draws(SEED, 3, trial))
            at = news(plain, people, "os")[59]
            first = both(plain, cut(plain, people, "os", at))
            p = [[upper_tail(z) for z, _ in first]]
            test = adaptive_closed_test(design, p, "bonferroni")
            over = None not in test.rejected_at
            undecided = [each is None for each in test.rejected_at]
            enriched = all(undecided) and first[0][0] < 1.0 and first[1][0] >= 0.5
            assert (found.enriched[trial] == 0) == enriched
            left += enriched
            if over:
                continue
            closes = {0: np.nextafter(at, np.inf)} if enriched else {}
            people = a_trial(plain, Draws(SEED, 3, trial), Changes(220, {}, closes))
            at = news(plain, people, "os")[129]
            np.testing.assert_allclose(found.table.time[trial, 1], at, **CLOSE)
            second = both(plain, cut(plain, people, "os", at))
            news_since = [
                upper_tail((z * v**0.5 - y * u**0.5) / (v - u) ** 0.5)
                for (z, v), (y, u) in zip(second, first, strict=True)
            ]
            p.append([np.nan if enriched else news_since[0], news_since[1]])
            told = adaptive_closed_test(design, p, "bonferroni").rejected_at
            claimed = (found.decisions.decision[trial] == EFFICACY).T
            assert tuple(int(np.argmax(c)) + 1 if c.any() else None for c in claimed) == told
        assert left > 2


def both(plain, seen):
    """Give (z, variance) in all patients, and in those with the marker."""
    told = seen.z(0, 1), seen.z(0, 1, world=plain, members=True)
    return [(z, variance) for z, variance, _ in told]
