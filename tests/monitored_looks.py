"""Looks held one after the other, as the record would keep them."""

from functools import cache

from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.look.look import PastLook
from equipoise.monitor.statistics.statistics import statistic_given
from equipoise.simulate.planned.expected import expected_information


@cache
def designed(text):
    """The design of a protocol, and the rules of its trial."""
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    design = design_trial(reading.protocol)
    return design, trial_rules(design, expected=expected_information(reading.protocol, design))


def past_of(look):
    """What the record keeps of a look, by hypothesis."""
    return {
        each.hypothesis: PastLook(
            look.number,
            look.as_of,
            each.seen.z,
            each.seen.information,
            each.seen.score_information,
            each.bound,
            each.futility,
            each.harm,
            each.alpha_spent,
            each.beta_spent,
            each.decision,
            look.spending_time,
            look.unplanned,
        )
        for each in look.hypotheses
    }


def added(past, look):
    """The record with one look more."""
    told = past_of(look)
    return {name: (*past.get(name, ()), told[name]) for name in told}


def held(design, rules, looks):
    """Hold looks in order: each {hypothesis: (z, fraction of the information)} and keywords."""
    past, found = {}, []
    planned = {each.hypothesis: each.bounds.planned for each in rules.stopping.hypotheses}
    for seen, asked in looks:
        told = [
            statistic_given(design, rules, name, z, fraction * planned[name])
            for name, (z, fraction) in seen.items()
        ]
        look = hold_look(design, rules, told, past, as_of="2020-01-01", **asked)
        past, found = added(past, look), [*found, look]
    return found
