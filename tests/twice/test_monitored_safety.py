"""Safety at a cut, programmed a second time: loops over patients, and every course to come."""

import itertools
from datetime import date

import numpy as np
import pytest
from scipy.stats import beta, betabinom, binom

import sample_safety
from equipoise.design.planned.safety import safety_of
from equipoise.kernel.arrays import flags
from equipoise.monitor.safety.bounds import hold_rule
from equipoise.monitor.safety.harms import Harms
from equipoise.monitor.safety.safety import safety_review
from equipoise.protocol.monitoring import MonitoringPromise, SafetyCount
from equipoise.protocol.planning import SafetyRule

COUNTS = (
    SafetyCount("tox", "ae"),
    SafetyCount("bayes", "dlt"),
    SafetyCount("sprt", "ae", "serious", grade_from=4),
    SafetyCount("obf", "trm", within=6.0, arms=("control", "new")),
)


@pytest.fixture(scope="module", params=[1, 2, 3])
def cut(request):
    return sample_safety.cut(seed=request.param, rules=sample_safety.RULES)


@pytest.fixture(scope="module")
def review(cut):
    return safety_review(cut, MonitoringPromise(safety=COUNTS), since=date(2019, 6, 1))


def patients_of(cut, *arms):
    """Safety patients of arms, in the order of their first day of treatment."""
    subjects = cut.snapshot.subjects
    who = [
        i
        for i in range(subjects.size)
        if subjects.received[i] >= 0 and sample_safety.BOTH[subjects.received[i]] in arms
    ]
    return sorted(who, key=lambda i: subjects.treated_from[i])


def test_deaths_and_exposure(cut, review):
    snapshot = cut.snapshot
    subjects, survival = snapshot.subjects, snapshot.followups["os"]
    log = snapshot.adverse_events["ae"]
    for place, arm in enumerate(sample_safety.BOTH):
        who = patients_of(cut, arm)
        found, exposure = review.deaths[place], review.exposure[place]
        dead = [i for i in who if survival.outcome[i]]
        assert (found.patients, found.deaths) == (len(who), len(dead))
        causes = dict.fromkeys(sample_safety.CAUSES[1:], 0)
        for i in dead:
            causes[sample_safety.CAUSES[survival.happening.codes[i]]] += 1
        assert dict(found.by_cause) == causes
        assert found.toxic == len(
            {int(log.subject[k]) for k in range(log.subject.size) if log.fatal[k]} & set(who)
        )
        followed = sum(survival.time[i] for i in who) / 12
        assert exposure.followed == pytest.approx(followed, rel=1e-12)
        days, still = 0, 0
        for i in who:
            first, last = int(subjects.treated_from[i]), int(subjects.treated_until[i])
            if last < 0:
                still += 1
                gone = subjects.randomized[i] + round(survival.time[i] * sample_safety.MONTH)
                last = min(cut.as_of.toordinal(), gone)
            days += max(last - first + 1, 0)
        assert exposure.treated == pytest.approx(days / 365.25, rel=1e-12)
        assert exposure.still_treated == still


def test_new_events(cut, review):
    subjects, log = cut.snapshot.subjects, cut.snapshot.adverse_events["ae"]
    since = date(2019, 6, 1).toordinal()
    for place, arm in enumerate(sample_safety.BOTH):
        who = set(patients_of(cut, arm))
        new = [
            k
            for k in range(log.subject.size)
            if log.subject[k] in who
            and subjects.randomized[log.subject[k]] + round(log.onset[k] * sample_safety.MONTH)
            > since
        ]
        found = review.events[0].new.by_arm[place]
        assert found.events == len(new)
        assert found.patients == len({int(log.subject[k]) for k in new})
        assert found.severe == sum(log.grade[k] >= 3 for k in new)
        assert (found.serious, found.fatal) == (
            sum(log.serious[k] for k in new),
            sum(log.fatal[k] for k in new),
        )


def test_harms_and_checks(cut, review):
    snapshot = cut.snapshot
    log, trm = snapshot.adverse_events["ae"], snapshot.followups["trm"]
    rows = range(log.subject.size)
    judged = {
        "tox": lambda i: any(log.subject[k] == i and log.fatal[k] and log.related[k] for k in rows),
        "sprt": lambda i: any(
            log.subject[k] == i and (log.serious[k] or log.grade[k] >= 4) for k in rows
        ),
        "bayes": lambda i: (None, False, True)[snapshot.answers["dlt"].value[i] + 1],
        "obf": lambda i: (
            True
            if trm.outcome[i] == 1 and trm.time[i] <= 6 + 1e-9
            else (False if trm.outcome[i] == 2 or trm.time[i] >= 6 - 1e-9 else None)
        ),
    }
    for look in review.boundaries:
        who = patients_of(cut, *look.arms)
        harmed = [judged[look.rule.id](i) for i in who]
        known = [each for each in harmed if each is not None]
        assert (look.treated, look.evaluable, look.harmed) == (len(who), len(known), sum(known))
        bound = {check.patients: check.stop_at for check in safety_of(look.rule).checks}
        held = [n for n in sorted(bound) if n <= len(known)]
        assert [check.patients for check in look.checks] == held
        assert [check.harmed for check in look.checks] == [sum(known[:n]) for n in held]
        reached = [n for n in held if sum(known[:n]) >= bound[n]]
        assert (look.crossed.patients if look.crossed else None) == (reached or [None])[0]
        a, b = look.rule.prior or (1, 1)
        above = beta(a + sum(known), b + len(known) - sum(known)).sf(look.rule.acceptable)
        assert look.above_acceptable == pytest.approx(above, rel=1e-9)


METHODS = ["pocock", "o'brien-fleming", "beta-binomial", "max-sprt"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("seen", "harmed"), [(0, 0), (5, 1), (9, 2), (12, 2)])
def test_chance_to_cross_later_by_every_course(method, seen, harmed):
    level = 0.9 if method == "beta-binomial" else 0.1
    rule = SafetyRule("r", "Harm", 0.2, level, 14, method, every=2, unacceptable=0.5)
    design = safety_of(rule)
    bound = {check.patients: check.stop_at for check in design.checks}
    course = [False] * (seen - harmed) + [True] * harmed  # late harms: nothing crossed before
    if any(sum(course[:n]) >= bound.get(n, 99) for n in range(1, seen + 1)):
        pytest.skip("crossed already")
    harms = Harms(
        tuple(map(str, range(seen))),
        flags([True] * seen),
        flags(course),
        flags([False] * seen),
        "",
        (),
    )
    look = hold_rule(design, harms, SafetyCount("r", "ae"), ("new",))
    left = 14 - seen

    def crossing(rate):
        total = 0.0
        for rest in itertools.product((0, 1), repeat=left):
            counts = harmed + np.cumsum((0, *rest))
            if any(counts[n - seen] >= bound.get(n, 99) for n in range(seen + 1, 15)):
                total += rate ** sum(rest) * (1 - rate) ** (left - sum(rest))
        return total

    if left == 0:
        assert look.crossing_if_acceptable is None
        return
    assert look.crossing_if_acceptable == pytest.approx(crossing(0.2), abs=1e-12)
    assert look.crossing_if_unacceptable == pytest.approx(crossing(0.5), abs=1e-12)
    by_harms = np.zeros(left + 1)  # how many courses cross with so many harms
    for rest in itertools.product((0, 1), repeat=left):
        counts = harmed + np.cumsum((0, *rest))
        if any(counts[n - seen] >= bound.get(n, 99) for n in range(seen + 1, 15)):
            by_harms[sum(rest)] += 1
    crossing_courses = by_harms / binom(left, 0.5).pmf(np.arange(left + 1)) * 0.5**left
    chances = betabinom(left, 1 + harmed, 1 + seen - harmed).pmf(np.arange(left + 1))
    assert look.crossing_predicted == pytest.approx(crossing_courses @ chances, abs=1e-12)
