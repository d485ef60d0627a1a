"""Trials in progress, made up: patients at hand, models of their future, looks so far."""

from datetime import date, timedelta

import numpy as np

from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.future import FutureModel, PatientsAtHand, RateDraws
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.look.look import Look, PastLook, SeenStatistic

FIRST = date(2020, 1, 1)
DAYS = 365.25 / 12
HAZARD = np.log(2) / 12
NOBODY = Look(0, False, "", FIRST.isoformat(), (), False, "", None, ())  # noqa: FBT003 - a value

PROTOCOL = """
schema: 1
trial: {{id: REST, title: A trial in progress, time_unit: month}}
arms: [{{id: control, role: control}}, {{id: new, role: experimental}}]
variables: [{{id: risk, type: categorical, levels: [low, high]}}]
strata: [risk]
endpoints:
  - {{id: pfs, type: time-to-event, events: [progression, death]}}
  - {{id: os, type: time-to-event, events: [death]}}
hypotheses:
  - {{id: H1, endpoint: pfs, role: primary, test: {test}, effect: {{hazard_ratio: {ratio}}}}}
  - {{id: H2, endpoint: os, role: secondary, effect: {{hazard_ratio: {ratio}}}}}
design:
  power: 0.9
  looks: {{information: {looks}}}
  efficacy: {{spending: lan-demets-obrien-fleming}}
  {futility}
  multiplicity: {{procedure: fixed sequence, order: [H1, H2]}}
planning:
  patients: {patients}
  accrual: {{duration: 24}}
  follow_up: 24
  strata: {{risk: {{low: 0.5, high: 0.5}}}}
  endpoints:
    pfs: {{control: {{median: 12}}}}
    os: {{control: {{median: 20}}}}
conduct: {{maximum_duration: 120 months, stop: primary decided {conduct}}}
analysis: {{alternative: one-sided, restricted_mean_until: 10}}
"""


def design_of(
    *,
    looks="[0.5, 0.75, 1]",
    ratio=0.7,
    patients=500,
    test="{method: log-rank}",
    futility="",
    conduct="",
):
    """A designed trial of two hypotheses, the second after the first."""
    text = PROTOCOL.format(
        looks=looks, ratio=ratio, patients=patients, test=test, futility=futility, conduct=conduct
    )
    examined = examine_text(text, "rest")
    assert examined.protocol is not None, examined.problems
    return design_trial(examined.protocol)


def rules_of(design):
    return trial_rules(design)


def cut_at(time):
    """A data cut; its snapshot is not read by what is tested here."""
    day = FIRST + timedelta(days=round(time * DAYS))
    return DataCut(day, None, (), 0, FIRST, day, ())


def nobody(groups):
    """A trial before its first patient."""
    none = vector(np.empty(0)), flags(np.empty(0)), codes(np.empty(0))
    return PatientsAtHand(
        0.0, none[0], none[0], none[1], none[1], none[2], groups, none[2], none[2]
    )


def at_hand(  # noqa: PLR0913 - a trial is so many things
    patients,
    events,
    *,
    seed=0,
    ratio=0.7,
    hazard=HAZARD,
    duration=24.0,
    dropout=0.0,
    lag=0.0,
    strata=1,
):
    """Patients of a trial cut at a number of events, some unseen for `lag`; how many to come."""
    random = np.random.default_rng(seed)
    entry = np.sort(random.uniform(0.0, duration, patients))
    entry[0] = 0.0
    arm, stratum = random.integers(0, 2, patients), random.integers(0, strata, patients)
    time = random.exponential(1.0 / (hazard * np.where(arm == 1, ratio, 1.0)))
    loss = random.exponential(1.0 / dropout, patients) if dropout else np.full(patients, np.inf)
    counted = entry + np.where(time <= loss, time, np.inf)
    cut = float(np.sort(counted)[events - 1]) + 1e-6
    here = entry <= cut
    entry, arm, stratum, time, loss = (each[here] for each in (entry, arm, stratum, time, loss))
    followed = cut - entry
    event = (time <= loss) & (time <= followed)
    lost = ~event & (loss <= followed)
    seen = np.maximum(followed - lag * random.random(entry.size), 0.0)
    known = np.where(event, time, np.where(lost, loss, seen))
    group = arm * strata + stratum
    hand = PatientsAtHand(
        cut,
        vector(entry),
        vector(known),
        flags(event),
        flags(lost),
        codes(group),
        tuple(f"group {each}" for each in range(2 * strata)),
        codes(arm),
        codes(stratum),
    )
    return hand, patients - entry.size


def known_rate(value):
    return RateDraws(vector([0.0]), np.array([[value]]))


def model_of(to_come, *, ratio=0.7, hazard=HAZARD, accrual=500 / 24, dropout=0.0, strata=1):
    """A future known for certain, with proportional hazards."""
    hazards = [hazard] * strata + [hazard * ratio] * strata
    return FutureModel(
        event=tuple(known_rate(each) for each in hazards),
        dropout=tuple(known_rate(dropout) for _ in hazards),
        shape=tuple(vector([1.0]) for _ in hazards),
        accrual=known_rate(accrual),
        to_come=to_come,
        shares=vector(np.full(2 * strata, 0.5 / strata)),
        assumed=("Known for certain.",),
    )


def seen_of(name, z, information):
    return SeenStatistic(name, z, "", "events", information, None, None, "log-rank")


def looked(design, rules, evidence, cut):
    """Hold looks one after the other; evidence is (H1's z, its information, H2's) by look."""
    past = {"H1": (), "H2": ()}
    for look in evidence:
        found = hold_look(
            design,
            rules,
            [seen_of("H1", look[0], look[1]), seen_of("H2", look[2], look[3])],
            past,
            as_of=cut.as_of,
        )
        past = {
            each.hypothesis: (*past[each.hypothesis], on_record(each, found))
            for each in found.hypotheses
        }
    return found


def on_record(each, look):
    return PastLook(
        look.number,
        look.as_of,
        each.seen.z,
        each.seen.information,
        None,
        each.bound,
        each.futility,
        each.harm,
        each.alpha_spent,
        each.beta_spent,
        each.decision,
        look.spending_time,
        look.unplanned,
    )
