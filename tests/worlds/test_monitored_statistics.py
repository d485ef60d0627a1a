"""What data say of a hypothesis at a look, from no patients at all to every kind of test."""

import math
from dataclasses import replace
from functools import cache
from types import MappingProxyType

import numpy as np
import pytest
from scipy.special import ndtri

import sample_snapshot
from equipoise.analyze.binary import answered_tables
from equipoise.analyze.snapshot import Answers, Followup, Subjects
from equipoise.analyze.stratified_proportions import stratified_miettinen_nurminen
from equipoise.analyze.trial import analyze_trial
from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.statistics.statistics import seen_statistics, statistic_given

TEXT = """
schema: 1
trial: {id: KINDS, title: Tests of every kind, time_unit: month}
arms: [{id: control, label: Control, role: control}, {id: new, label: New, role: experimental}]
variables:
  - {id: risk, label: Risk, type: categorical, levels: [low, high]}
  - {id: age, label: Age, type: continuous}
strata: [risk]
endpoints:
  - {id: os, label: Overall survival, type: time-to-event, events: [death]}
  - {id: hsct, label: Transplant, type: time-to-event, events: [transplant],
     competing: [relapse, death], better: sooner}
  - {id: mrd, label: MRD negative, type: binary, missing: counts as no}
  - {id: score, label: Score, type: continuous, baseline: age}
hypotheses:
  - {id: LR, endpoint: os, effect: {hazard_ratio: 0.6}}
  - {id: STRATIFIED, endpoint: os, test: {method: log-rank, stratified_by: [risk]}}
  - {id: LATE, endpoint: os, test: {method: fleming-harrington, rho: 0, gamma: 1}}
  - {id: COMBO, endpoint: os, test: {method: max-combo}}
  - {id: COX, endpoint: os, test: {method: cox wald}}
  - {id: RMST, endpoint: os, test: {method: restricted mean}}
  - {id: GRAY, endpoint: hsct, test: {method: gray}}
  - {id: MN, endpoint: mrd, test: {method: miettinen-nurminen}}
  - {id: WELCH, endpoint: score, test: {method: welch}}
  - {id: ANCOVA, endpoint: score, test: {method: ancova}}
planning:
  accrual: {duration: 24}
  follow_up: 12
  endpoints: {os: {control: {median: 15}}}
analysis: {restricted_mean_until: 12}
design: {power: 0.9, looks: {information: [0.5, 1]}, multiplicity: {procedure: bonferroni}}
"""
BY_P = {"COMBO", "WELCH", "ANCOVA"}


@cache
def designed(text=TEXT):
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    design = design_trial(reading.protocol)
    return design, trial_rules(design)


def data(design, *, patients=300, **words):
    drawn = sample_snapshot.snapshot(patients=patients, promise=design.protocol, **words)
    hsct = drawn.followups["hsct"]
    os = replace(hsct, endpoint="os", outcome=codes(np.minimum(hsct.outcome, 1)))
    return replace(drawn, followups=MappingProxyType({"hsct": hsct, "os": os}))


def seen(snapshot, text=TEXT):
    design, rules = designed(text)
    found = seen_statistics(snapshot, design, rules)
    return {each.hypothesis: each for each in found}


class TestEveryKind:
    """z, effect and information are those of the analysis of the same data."""

    def test_statistics_are_those_of_the_analysis(self):
        design, rules = designed()
        snapshot = data(design)
        found = seen(snapshot)
        told = {
            verdict.hypothesis.id: verdict.test
            for each in analyze_trial(snapshot).endpoints
            for verdict in each.verdicts
        }
        assert set(found) == set(told) == {each.hypothesis for each in rules.stopping.hypotheses}
        for name, test in told.items():
            expected = -ndtri(test.p_one_sided) if name in BY_P else test.statistic
            assert found[name].z == pytest.approx(expected, rel=1e-12), name
            assert found[name].why_not == ""

    def test_effects_and_their_information(self):
        design, _ = designed()
        analyses = analyze_trial(data(design)).endpoints
        found = seen(data(design))
        ratio = analyses[0].comparisons[0].hazard_ratio
        assert found["LR"].effect == ratio
        assert found["LR"].score_information == pytest.approx(ratio.standard_error**-2, rel=1e-12)
        rate = found["MN"]  # test and estimate near: z stands for the estimate
        assert abs(rate.effect.value) * math.sqrt(rate.score_information) == pytest.approx(
            abs(rate.z)
        )
        assert found["RMST"].effect == analyses[0].comparisons[0].restricted_mean.difference
        assert found["RMST"].information == found["RMST"].score_information
        assert found["GRAY"].effect.scale == "log"
        for name in ("MN", "WELCH", "ANCOVA", "COX", "RMST"):
            each = found[name]
            shown = abs(
                math.log(each.effect.value) if each.effect.scale == "log" else each.effect.value
            )
            near = shown * math.sqrt(each.score_information)
            assert near == pytest.approx(abs(each.z), rel=0.15, abs=0.15), name

    def test_information_is_counted(self):
        design, _ = designed()
        snapshot = data(design)
        found = seen(snapshot)
        within = snapshot.subjects.variables["risk"].codes >= 0  # others leave a stratified test
        deaths = int((snapshot.followups["os"].outcome[within] == 1).sum())
        assert found["LR"].information == found["LATE"].information == deaths
        transplants = snapshot.followups["hsct"].outcome == 1
        assert found["GRAY"].information == transplants[within].sum()
        assert found["MN"].information == 300
        assert found["WELCH"].information == np.isfinite(snapshot.measurements["score"].value).sum()
        assert found["STRATIFIED"].information == deaths

    def test_answers_awaited_are_left_out(self):
        design, _ = designed()
        snapshot = data(design)
        awaited = np.arange(300) % 3 == 0
        given = replace(snapshot.answers["mrd"], awaited=flags(awaited))
        cut = replace(snapshot, answers=MappingProxyType({"mrd": given}))
        assert seen(cut)["MN"].information == 200

    def test_other_tests_of_answers(self):
        exact = TEXT.replace("miettinen-nurminen", "fisher")
        within = TEXT.replace("miettinen-nurminen", "cochran-mantel-haenszel").replace(
            "haenszel}", "haenszel, stratified_by: [risk]}"
        )
        for text in (exact, within):
            design, _ = designed(text)
            snapshot = data(design)
            analysis = next(e for e in analyze_trial(snapshot).endpoints if e.endpoint.id == "mrd")
            test, found = analysis.verdicts[0].test, seen(snapshot, text)["MN"]
            expected = -ndtri(test.p_one_sided) if text is exact else test.statistic
            assert found.z == pytest.approx(expected, rel=1e-12)
            assert found.score_information > 0


class TestNothingThere:
    """Without events, patients or answers there is no statistic, and the reason is told."""

    def test_no_events(self):
        design, _ = designed()
        found = seen(data(design, events=False))
        for name in ("LR", "STRATIFIED", "LATE", "COX", "GRAY", "COMBO"):
            assert found[name].z is None, name
            assert found[name].why_not, name
            assert found[name].information == 0.0

    def test_an_arm_without_patients(self):
        design, _ = designed()
        snapshot = data(design)
        nobody = replace(snapshot.subjects, assigned=codes(np.zeros(300)))
        found = seen(replace(snapshot, subjects=nobody))
        for name, each in found.items():
            assert each.z is None, name
            assert each.why_not, name

    def test_nobody_at_all(self):
        design, _ = designed()
        snapshot = data(design)
        none = Subjects(
            id=(),
            assigned=codes(np.empty(0)),
            received=codes(np.empty(0)),
            variables=MappingProxyType(
                {
                    "risk": replace(snapshot.subjects.variables["risk"], codes=codes(np.empty(0))),
                    "age": vector(np.empty(0)),
                }
            ),
            populations=MappingProxyType({"itt": flags(np.empty(0)), "safety": flags(np.empty(0))}),
        )
        rows = {
            name: Followup(name, *[codes(np.empty(0))], vector(np.empty(0)), codes(np.empty(0)))
            for name in ("os", "hsct")
        }
        empty = replace(
            snapshot,
            subjects=none,
            followups=MappingProxyType(rows),
            answers=MappingProxyType({"mrd": Answers("mrd", codes(np.empty(0)))}),
            measurements=MappingProxyType(
                {"score": replace(snapshot.measurements["score"], value=vector(np.empty(0)))}
            ),
        )
        for name, each in seen(empty).items():
            assert each.z is None, name
            assert each.information == 0.0

    def test_follow_up_shorter_than_the_horizon(self):
        design, _ = designed()
        snapshot = data(design)
        os = snapshot.followups["os"]
        early = replace(
            os,
            time=vector(np.minimum(os.time, 6.0)),
            outcome=codes(np.where(os.time > 6.0, 0, os.outcome)),
        )
        rows = {"os": early, "hsct": snapshot.followups["hsct"]}
        found = seen(replace(snapshot, followups=MappingProxyType(rows)))["RMST"]
        assert found.z is None
        assert "beyond" in found.why_not
        assert found.information == 0.0

    def test_events_in_one_arm_only_have_a_z_and_no_ratio(self):
        design, _ = designed()
        snapshot = data(design)
        os = snapshot.followups["os"]
        spared = snapshot.subjects.assigned[os.subject] == 1
        rows = {
            "os": replace(os, outcome=codes(np.where(spared, 0, os.outcome))),
            "hsct": snapshot.followups["hsct"],
        }
        found = seen(replace(snapshot, followups=MappingProxyType(rows)))["LR"]
        assert found.z > 3
        assert found.score_information > 0
        assert not isinstance(found.effect.value, float)


class TestMargins:
    """Against a margin z is the score test's at that margin."""

    TEXT = TEXT.replace("{hazard_ratio: 0.6}", "{hazard_ratio: 0.9, margin: 1.3}")

    def test_the_score_at_the_estimate_is_next_to_nothing(self):
        breslow = TEXT.replace("analysis: {", "analysis: {ties: breslow, ")
        design, _ = designed(breslow)
        ratio = seen(data(design), breslow)["LR"].effect.value
        text = breslow.replace("{hazard_ratio: 0.6}", f"{{hazard_ratio: 0.5, margin: {ratio!r}}}")
        design, _ = designed(text)
        found = seen(data(design), text)["LR"]
        assert found.z == pytest.approx(0.0, abs=1e-6)
        assert "against" in found.method

    def test_a_margin_of_one_is_the_log_rank_test(self):
        from equipoise.analyze.contrast import Rows  # noqa: PLC0415
        from equipoise.analyze.log_rank import log_rank  # noqa: PLC0415
        from equipoise.monitor.statistics.margin_score import margin_score  # noqa: PLC0415

        rng = np.random.default_rng(4)
        time, event = rng.integers(1, 20, 200).astype(float), rng.random(200) < 0.6
        side, stratum = rng.integers(0, 2, 200), rng.integers(0, 3, 200)
        entry = np.minimum(rng.integers(0, 5, 200).astype(float), time - 0.5)
        rows = Rows(
            vector(time),
            event,
            codes(event),
            codes(side),
            vector(entry),
            codes(stratum),
            codes(np.arange(200)),
        )
        score, variance = margin_score(rows, 1.0)
        whole = log_rank(time, event, side, stratum=stratum, entry=entry)
        assert variance == pytest.approx(whole.variance[1, 1], rel=1e-12)
        assert score / math.sqrt(variance) == pytest.approx(whole.test.statistic, rel=1e-9)

    def test_a_non_inferiority_margin_moves_z_up(self):
        design, _ = designed()
        assert seen(data(design), self.TEXT)["LR"].z > seen(data(design))["LR"].z

    @pytest.mark.parametrize("strata", [", stratified_by: []", ", stratified_by: [risk]"])
    def test_a_margin_at_the_limit_of_an_interval_has_its_z(self, strata):
        design, _ = designed()
        drawn = data(design)
        comparison = design.protocol.comparisons[0]
        estimand = design.protocol.estimand(design.protocol.hypothesis("MN").estimand)
        tables = answered_tables(drawn, estimand, comparison, ("risk",) if "risk" in strata else ())
        margin = stratified_miettinen_nurminen(tables).interval.lower
        text = TEXT.replace(
            "endpoint: mrd, test: {method: miettinen-nurminen}",
            f"endpoint: mrd, effect: {{experimental_rate: 0.45, margin: {margin!r}}}, "
            f"test: {{method: miettinen-nurminen{strata}}}",
        ).replace("{os: {control", "{mrd: {control: {rate: 0.4}}, os: {control")
        design, _ = designed(text)
        assert seen(data(design), text)["MN"].z == pytest.approx(1.959964, abs=1e-5)


class TestGiven:
    """A z and a count stand in for data."""

    def test_the_ratio_is_that_of_the_count(self):
        design, rules = designed()
        found = statistic_given(design, rules, "LR", 1.645, 80.0)
        assert found.effect.value == pytest.approx(math.exp(-1.645 / math.sqrt(20)), rel=1e-12)
        assert found.score_information == 20.0
        assert found.effect.scale == "log"

    def test_a_transplant_that_comes_sooner_has_a_ratio_above_one(self):
        design, rules = designed()
        assert statistic_given(design, rules, "GRAY", 2.0, 40.0).effect.value > 1
