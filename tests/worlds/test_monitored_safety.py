"""Safety reviews of data that tell little: the review says so, and invents nothing."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np
import pytest

import sample_safety
from equipoise.errors import DataError, DesignError
from equipoise.kernel.arrays import codes, flags
from equipoise.monitor.safety.exposure import event_rate, rate_ratio
from equipoise.monitor.safety.safety import safety_review
from equipoise.protocol.monitoring import MonitoringPromise, SafetyCount

COUNTS = (
    SafetyCount("tox", "ae"),
    SafetyCount("bayes", "dlt"),
    SafetyCount("sprt", "ae", "any", grade_from=5),
    SafetyCount("obf", "trm", within=6.0),
)
PROMISE = MonitoringPromise(safety=COUNTS)


def changed(cut, **parts):
    return replace(cut, snapshot=replace(cut.snapshot, **parts))


def some_cut(**asked):
    return sample_safety.cut(rules=sample_safety.RULES, **asked)


def test_nobody_was_treated():
    cut = some_cut()
    subjects = cut.snapshot.subjects
    nobody = replace(
        subjects,
        received=codes(np.full(subjects.size, -1)),
        populations=MappingProxyType(
            {**subjects.populations, "safety": flags(np.zeros(subjects.size))}
        ),
    )
    review = safety_review(changed(cut, subjects=nobody), PROMISE)
    assert [arm.patients for arm in review.exposure] == [0, 0]
    assert all(look.treated == 0 and look.rate is None for look in review.boundaries)
    assert review.toxic.arms == ()
    assert review.death_rates == ()


def test_one_arm_has_nobody():
    cut = some_cut()
    subjects = cut.snapshot.subjects
    left = np.where(subjects.received == 1, -1, subjects.received)
    alone = replace(
        subjects,
        received=codes(left),
        populations=MappingProxyType({**subjects.populations, "safety": flags(left >= 0)}),
    )
    review = safety_review(changed(cut, subjects=alone), PROMISE)
    assert [arm.arm.id for arm in review.toxic.arms] == ["control"]
    assert review.events[0].rates[0].ratios == {}
    assert not isinstance(review.toxic.tests["c"].p_two_sided, float)


def test_no_dates():
    review = safety_review(some_cut(dated=False), PROMISE, since=date(2019, 1, 1))
    assert all(arm.treated is None and arm.followed is not None for arm in review.exposure)
    assert review.events[0].new is None
    assert any("time in the trial" in line for line in review.remarks)
    assert any("onset" in line for line in review.remarks)
    assert "order of the data" in review.boundaries[0].assumed[0]


def test_no_adverse_events_and_no_survival():
    cut = some_cut()
    bare = changed(
        cut,
        adverse_events=MappingProxyType({}),
        followups=MappingProxyType({}),
        answers=MappingProxyType({}),
    )
    review = safety_review(bare, PROMISE)
    assert review.events == ()
    assert review.toxic is None
    assert review.mortality == ()
    assert all(look.why_not and look.evaluable == 0 for look in review.boundaries)
    assert all(arm.deaths == 0 and arm.toxic is None for arm in review.deaths)
    assert len(review.remarks) >= 3


def test_relation_is_not_recorded():
    cut = some_cut()
    log = cut.snapshot.adverse_events["ae"]
    less = replace(log, has=log.has - {"related"})
    cut = changed(cut, adverse_events=MappingProxyType({"ae": less}))
    review = safety_review(cut, PROMISE)
    assert "related" in review.boundaries[0].why_not
    assert "relation is not recorded" in review.toxic.called
    assert any("related" in line for line in review.remarks)


def test_grade_5_is_fatal_where_that_is_not_recorded():
    cut = some_cut()
    log = cut.snapshot.adverse_events["ae"]
    none = flags(np.zeros(log.fatal.size))
    less = replace(log, has=log.has - {"fatal"}, fatal=none)
    graded = safety_review(changed(cut, adverse_events=MappingProxyType({"ae": less})), PROMISE)
    whole = safety_review(cut, PROMISE)
    assert graded.deaths == whole.deaths
    assert graded.boundaries[0].harmed == whole.boundaries[0].harmed > 0
    assert "grade 5" in graded.toxic.called
    ungraded = replace(less, has=less.has - {"grade"})
    bare = safety_review(changed(cut, adverse_events=MappingProxyType({"ae": ungraded})), PROMISE)
    assert bare.toxic is None
    assert bare.boundaries[0].why_not


def test_nobody_died():
    cut = some_cut()
    followups = {
        name: replace(
            each,
            outcome=codes(np.zeros(each.outcome.size)),
            happening=None
            if each.happening is None
            else replace(each.happening, codes=codes(np.zeros(each.outcome.size))),
        )
        for name, each in cut.snapshot.followups.items()
    }
    log = cut.snapshot.adverse_events["ae"]
    none = replace(log, fatal=flags(np.zeros(log.fatal.size)))
    cut = changed(
        cut,
        followups=MappingProxyType(followups),
        adverse_events=MappingProxyType({"ae": none}),
    )
    review = safety_review(cut, PROMISE)
    assert [arm.deaths for arm in review.deaths] == [0, 0]
    assert [rate.value for _, rate in review.death_rates] == [0.0, 0.0]
    assert review.toxic.arms[0].causes[0].events == 0


def test_fatal_event_without_a_death_is_said():
    cut = some_cut()
    survival = cut.snapshot.followups["os"]
    alive = replace(
        survival,
        outcome=codes(np.zeros(survival.outcome.size)),
        happening=replace(survival.happening, codes=codes(np.zeros(survival.outcome.size))),
    )
    cut = changed(cut, followups=MappingProxyType({"os": alive}))
    review = safety_review(cut, MonitoringPromise())
    assert any("Reconcile" in line for line in review.remarks)
    assert sum(arm.deaths for arm in review.deaths) == sum(arm.toxic for arm in review.deaths) > 0
    assert sum(arm.causes[0].events for arm in review.toxic.arms) > 0  # timed by their onset


def test_refusals():
    with pytest.raises(DesignError, match="no rule of that name"):
        safety_review(some_cut(), MonitoringPromise(safety=(SafetyCount("none", "ae"),)))
    with pytest.raises(DataError, match="below 0"):
        event_rate(-1, 3.0)
    assert not isinstance(event_rate(0, 0.0).value, float)
    assert not isinstance(rate_ratio((0, 3.0), (0, 4.0)).value, float)
    assert not isinstance(rate_ratio((1, 0.0), (2, 4.0)).value, float)
