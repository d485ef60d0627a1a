"""Every protocol with a design is rehearsed as it says, or says in one sentence why not."""

from pathlib import Path

import numpy as np
import pytest

import sample_design
from equipoise.design.trial import design_trial
from equipoise.errors import SimulationError
from equipoise.io.data.snapshot import read_snapshot
from equipoise.io.protocol.read import examine_text, read_protocol
from equipoise.io.protocol.templates import KINDS, template_text
from equipoise.simulate.planned.planned import planned_rehearsal
from equipoise.simulate.rehearsal import prepare
from equipoise.simulate.rehearse import rehearse_range

ROOT = Path(__file__).parents[2]
LAWS = ROOT / "tests" / "laws"
DESIGNS = {f"template {kind}": template_text(kind) for kind in KINDS if kind != "aall1331"}
DESIGNS |= {path.stem: path.read_text("utf-8") for path in LAWS.glob("protocol-design-*.yaml")}
DESIGNS |= dict(sample_design.KINDS)
REFUSED = {  # by words of the reason
    "protocol-design-by-events": "plans events without patients",
    "events-only": "plans events without patients",
    "mean": "measurements are not rehearsed",
    "mean-fixed": "measurements are not rehearsed",
    "safety": "No hypothesis of SAMPLE is planned",
}
CHANGED = {  # designs whose power the rehearsal is not to agree with, and why
    "protocol-design-by-information": "a fraction is cured: hazards are not proportional",
    "protocol-design-of-rehearsal": "the trial changes its course",
    "protocol-design-of-adaptation": "the trial changes its course",
    "protocol-design-of-several": "power is that of both together",
    "graph": "alpha is passed on from the other hypothesis",
    "holm": "alpha is passed on from the other hypothesis",
}
TRIALS = 300
ASYMPTOTIC = 0.02  # by which asymptotic power runs above what is rehearsed, at most


def rejected(planned, trials, seed=1, scenario=0):
    """Play trials; give the share that claims each hypothesis, and where trials stopped."""
    played = rehearse_range(
        prepare(planned.world, planned.conduct),
        seed=seed,
        scenario=scenario,
        first=0,
        last=trials,
        estimates=False,
    )
    claimed = (played.decisions.decision == 1).any(axis=1).mean(axis=0)
    stopped = np.bincount(played.decisions.stopped, minlength=len(planned.conduct.looks)) / trials
    names = [each.hypothesis for each in planned.conduct.tested]
    return dict(zip(names, claimed.tolist(), strict=True)), stopped, played


class TestEveryDesign:
    """What is planned is what is rehearsed: power as designed, and alpha without effect."""

    @pytest.mark.parametrize("name", DESIGNS)
    def test_is_rehearsed_or_says_why_not(self, name):
        protocol = examine_text(DESIGNS[name], "p.yaml").protocol
        design = design_trial(protocol)
        if name in REFUSED:
            with pytest.raises(SimulationError, match=REFUSED[name]):
                planned_rehearsal(protocol, design)
            return
        planned = planned_rehearsal(protocol, design)
        shares, _, _ = rejected(planned, TRIALS)
        for each in design.hypotheses:
            named = dict(planned.left_out)
            assert (each.hypothesis in shares) != (each.hypothesis in named)
            assert all(named.values())
        main = design.main
        if name not in CHANGED:
            power = (main.whole or main.plan).power
            error = np.sqrt(power * (1 - power) / TRIALS)
            assert power - ASYMPTOTIC - 4 * error < shares[main.hypothesis] < power + 4 * error

    @pytest.mark.parametrize("name", [each for each in DESIGNS if each not in REFUSED])
    def test_without_effect_every_null_hypothesis_is_true(self, name):
        protocol = examine_text(DESIGNS[name], "p.yaml").protocol
        planned = planned_rehearsal(protocol, design_trial(protocol), "no effect")
        margins = {each.hypothesis for each in planned.conduct.tested if each.margin}
        for truth in planned.truths:
            assert truth.null == (truth.hypothesis not in margins)
            assert truth.effect == 0.0
        if margins:
            at_margin = planned_rehearsal(protocol, design_trial(protocol), "at_margin")
            assert all(each.null for each in at_margin.truths)


@pytest.fixture(scope="module")
def trial():
    """AALL1331 and its design."""
    protocol = read_protocol(ROOT / "examples" / "aall1331")
    return protocol, design_trial(protocol)


class TestAALL1331:
    """The flagship in its four scenarios."""

    def test_has_the_four_scenarios(self, trial):
        names = [each.id for each in trial[0].rehearsal.scenarios]
        assert names == ["planned", "no_effect", "late_separation", "as_published"]

    def test_as_planned_it_stops_as_designed(self, trial):
        protocol, design = trial
        trials = 5000
        planned = planned_rehearsal(protocol, design)
        assert [each.conditions[0].events for each in planned.conduct.looks] == [
            26,
            52,
            79,
            105,
            131,
        ]
        shares, stopped, _ = rejected(planned, trials)
        looks = design.main.whole.looks
        power = sum(look.efficacy_alternative for look in looks)
        assert abs(shares["H1"] - power) < 3 * np.sqrt(power * (1 - power) / trials)
        for found, look in zip(stopped[:-1], looks, strict=False):
            expected = look.efficacy_alternative + look.futility_alternative
            slack = 3 * np.sqrt(expected * (1 - expected) / trials)
            assert abs(found - expected) < slack + 0.01  # the walk is normal only nearly so

    def test_without_effect_it_errs_as_designed(self, trial):
        protocol, design = trial
        trials = 5000
        shares, stopped, _ = rejected(planned_rehearsal(protocol, design, "no_effect"), trials)
        looks = design.main.whole.looks
        size = sum(look.efficacy_null for look in looks)
        assert abs(shares["H1"] - size) < 3 * np.sqrt(size * (1 - size) / trials) + 0.002
        assert shares["H2"] <= shares["H1"]  # never before H1
        assert stopped[0] == pytest.approx(
            looks[0].futility_null + looks[0].efficacy_null, abs=0.02
        )

    def test_as_published_the_last_look_is_hardly_reached(self, trial):
        planned = planned_rehearsal(*trial, "as_published")
        assert planned.world.endpoints == ("dfs", "os", "mrd", "hsct")
        assert planned.assumed[0] == "Course: A truth for rehearsal, not an estimate."
        assert planned.world.adverse_events
        assert [each.null for each in planned.truths] == [False, False]
        shares, _, played = rejected(planned, 1000)
        reached = played.table.reached.mean(axis=0)
        assert reached[2] == 1.0
        assert reached[4] < 0.25  # 131 events come in few trials within ten years
        assert 0.4 < shares["H1"] < 0.8

    def test_late_separation_costs_power(self, trial):
        planned = planned_rehearsal(*trial, "late_separation")
        assert [(each.null, each.effect) for each in planned.truths] == [(False, None)] * 2
        law = planned.world.truth.endpoints[0].laws[1][0]
        control = planned.world.truth.endpoints[0].laws[0][0]
        assert (law.hazard.values / control.hazard.values[0]).tolist() == [1.0, 0.5]
        assert law.hazard.starts.tolist() == [0.0, 4.0]


def test_patients_are_drawn_from_real_ones():
    """A rehearsal from the colon trial's patients, whose two arms differ as observed."""
    text = (ROOT / "examples" / "colon" / "protocol.yaml").read_text("utf-8")
    text = text.replace("  - id: H1\n", "  - id: H1\n    effect: {hazard_ratio: 0.7}\n", 1).replace(
        "analysis:\n",
        "design: {sized_for: H1, power: 0.8, looks: {number: 2}, multiplicity: {procedure: holm}}\n"
        "planning:\n  accrual: {duration: 3 years}\n  follow_up: 5 years\n"
        "  strata: {node-group: {1 to 4 nodes: 0.73, more than 4 nodes: 0.27}}\n"
        "  endpoints: {dfs: {control: {median: 4 years}}}\n"
        "scenarios: {real: {resampled: by arm}, alike: {resampled: pooled}}\n"
        "analysis:\n",
        1,
    )
    protocol = examine_text(text, "p.yaml").protocol
    data = read_snapshot(protocol, ROOT / "examples" / "colon" / "data")
    design = design_trial(protocol)
    planned = planned_rehearsal(protocol, design, "real", data=data)
    truth = planned.world.truth
    assert truth.arm.size == data.subjects.size
    assert truth.endpoints == ("dfs", "os", "recurrence")
    followup = data.followups["os"]
    order = np.argsort(followup.subject)
    assert np.array_equal(truth.time[1], followup.time[order])
    assert np.array_equal(np.bincount(truth.arm), np.bincount(data.subjects.assigned))
    real, _, _ = rejected(planned, 200)
    alike = planned_rehearsal(protocol, design, "alike", data=data)
    assert all(each.null for each in alike.truths)
    pooled, _, _ = rejected(alike, 200)
    assert real["H1"] > 0.5
    assert pooled["H1"] < 0.1
