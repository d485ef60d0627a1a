"""Accrual, follow-up, lag, harms and deaths counted a second time, patient by patient."""

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import sample_record
from equipoise.analyze.adverse_events import adverse_event_analysis
from equipoise.analyze.follow_up import reverse_kaplan_meier
from equipoise.kernel.arrays import flags
from equipoise.monitor.pooled.harms import pooled_harms
from equipoise.monitor.pooled.snapshot import without_arms
from equipoise.monitor.pooled.trial import pooled_trial
from equipoise.monitor.record.lines import extended, opened

AS_OF = date(2021, 3, 15)
SNAPSHOT = sample_record.dated(3, 80)
TOLD = pooled_trial(sample_record.cut_of(SNAPSHOT, AS_OF))
DAYS = [date.fromordinal(day) for day in SNAPSHOT.subjects.randomized.tolist()]


def test_accrual():
    accrual = TOLD.accrual
    assert (accrual.first, accrual.latest) == (min(DAYS), max(DAYS))
    assert accrual.cumulative[-1] == 80
    by_month = Counter(f"{day:%Y-%m}" for day in DAYS)
    assert {each.month: each.patients for each in accrual.months if each.patients} == by_month
    assert accrual.months[-1].month == "2021-03"
    for day, known in zip(accrual.day.tolist(), accrual.cumulative.tolist(), strict=True):
        assert known == sum(each.toordinal() <= day for each in DAYS)
    for each in accrual.months:
        assert each.cumulative == sum(f"{day:%Y-%m}" <= each.month for day in DAYS)
        assert each.planned is None
    risk = SNAPSHOT.subjects.variables["risk"]
    counts = Counter(risk.levels[code] if code >= 0 else "missing" for code in risk.codes)
    told = {"stratum not recorded": "missing"}
    assert {told.get(name, name): count for name, count in accrual.strata} == counts
    assert accrual.cut == pytest.approx((AS_OF - min(DAYS)).days / (365.25 / 12))


def test_lag_and_follow_up():
    held, lags = SNAPSHOT.followups["hsct"], []
    for subject, time, outcome in zip(held.subject, held.time, held.outcome, strict=True):
        if outcome == 0:
            seen = DAYS[subject].toordinal() + int(time * 365.25 / 12 + 1e-6)
            lags.append(max(AS_OF.toordinal() - seen, 0))
    (found,) = TOLD.lags
    assert found.patients == len(lags)
    assert found.longest == max(lags)
    assert found.median == np.quantile(lags, 0.5, method="averaged_inverted_cdf")
    assert found.within == tuple((k, sum(lag <= k * 30.4375 for lag in lags)) for k in (3, 6, 12))
    (follow_up,) = TOLD.follow_up
    curve = reverse_kaplan_meier(held.time, held.outcome > 0)
    assert follow_up.median.value == curve.quantile(0.5).value
    assert follow_up.longest == held.time.max()
    assert follow_up.patients == 80


def test_harms_are_those_of_the_arms_added_up():
    log, (told,) = SNAPSHOT.adverse_events["ae"], TOLD.harms
    safe = SNAPSHOT.subjects.populations["safety"]
    assert told.patients == int(safe.sum())
    by_arm = adverse_event_analysis(SNAPSHOT, SNAPSHOT.protocol.estimand("ae"))
    expected = {
        (row.kind, row.label, row.system_organ_class): row
        for row in (*by_arm.overview, *by_arm.rows)
    }
    assert len(expected) == len(told.lines) > 10
    for line in told.lines:
        row = expected[line.kind, line.label, line.system_organ_class]
        assert line.patients == sum(each.patients for each in row.by_arm.values())
        assert line.events == sum(each.events for each in row.by_arm.values())
        assert line.fatal == line.by_worst_grade.get(5, 0)  # not recorded: grade 5 by CTCAE
    for line in told.lines:
        if line.kind != "preferred term":
            continue
        term, group = (log.term.levels.index(line.label), line.system_organ_class)
        system = log.system_organ_class.levels.index(group)
        here = (log.term.codes == term) & (log.system_organ_class.codes == system)
        here &= safe[log.subject]
        assert line.serious == len(set(log.subject[here & log.serious]))
        assert line.severe == len(set(log.subject[here & (log.grade >= 3)]))


def test_terms_that_are_never_serious_are_still_told():
    pooled = without_arms(SNAPSHOT)
    log = pooled.adverse_events["ae"]
    quiet = replace(log, serious=flags(np.zeros(log.serious.size)))
    told = pooled_harms(
        replace(pooled, adverse_events={"ae": quiet}), pooled.protocol.estimand("ae")
    )
    assert {line.serious for line in told.lines} == {0}
    assert len(told.lines) > 10


def test_what_became_of_everyone():
    assert TOLD.withdrawals == {"toxicity": 6, "moved": 3}
    assert list(TOLD.withdrawals) == ["toxicity", "moved"]
    assert TOLD.completed is None
    held = SNAPSHOT.followups["hsct"]
    (log,) = SNAPSHOT.adverse_events.values()
    died = {int(one) for one, how in zip(held.subject, held.outcome, strict=True) if how == 3}
    fatal = {int(one) for one, grade in zip(log.subject, log.grade, strict=True) if grade >= 5}
    assert TOLD.deaths.deaths == len(died | fatal)  # grade 5 by CTCAE is fatal
    assert TOLD.deaths.by_cause["death"] == len(died)
    assert TOLD.populations == (("All randomized", 80), ("Treated", TOLD.harms[0].patients))


def test_endpoints_of_everyone():
    by_kind = {type(each).__name__: each for each in TOLD.endpoints}
    value = SNAPSHOT.answers["mrd"].value
    binary = by_kind["BinaryAnalysis"].arms[0]
    assert (binary.responders, binary.patients) == (int((value == 1).sum()), 80)
    assert binary.missing == int((value < 0).sum())
    score = SNAPSHOT.measurements["score"].value
    mean = by_kind["ContinuousAnalysis"].arms[0].summary
    assert mean.mean == pytest.approx(np.nanmean(score), rel=1e-14)
    assert mean.standard_deviation == pytest.approx(np.nanstd(score, ddof=1), rel=1e-13)
    causes = by_kind["CompetingRisksAnalysis"].arms[0].causes
    outcome = SNAPSHOT.followups["hsct"].outcome
    assert [each.events for each in causes] == [int((outcome == k).sum()) for k in (1, 2, 3)]


def test_extending_a_record_writes_the_same_chain():
    first = sample_record.entry(SNAPSHOT)
    second = sample_record.entry(SNAPSHOT, 2, "2019-12-31")
    opening = sample_record.opening(SNAPSHOT)
    assert extended(extended(opened(opening), first), second) == extended(
        opened(opening), first, second
    )
