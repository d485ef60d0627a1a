"""What holds of the world and the conduct that follow from any protocol."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_design
from equipoise.design.survival.events import counts_at
from equipoise.design.trial import design_trial
from equipoise.io.protocol.read import examine_text
from equipoise.kernel.arrays import vector
from equipoise.simulate.planned.bounds import expected_events
from equipoise.simulate.planned.laws import rate_of
from equipoise.simulate.planned.planned import planned_rehearsal

LAWS = Path(__file__).parent
REHEARSAL = (LAWS / "protocol-design-of-rehearsal.yaml").read_text("utf-8")
SURVIVAL = sample_design.KINDS["survival-looks"]


def planned(text, scenario="planned"):
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    return planned_rehearsal(reading.protocol, design_trial(reading.protocol), scenario)


def survival(law, time):
    cumulative = float(law.hazard.cumulative(time**law.shape)[0])
    return law.cured + (1 - law.cured) * math.exp(-cumulative)


class TestAsDesigned:
    """The world as planned is the one the design was computed in."""

    @pytest.mark.parametrize(
        "name", ["survival-looks", "calendar", "two-sided", "max-combo", "days"]
    )
    def test_events_are_expected_as_by_the_design(self, name):
        protocol = examine_text(sample_design.KINDS[name], "p").protocol
        design = design_trial(protocol)
        found = planned_rehearsal(protocol, design)
        times = vector([look.time for look in design.main.plan.looks])
        events = expected_events(found.world, found.conduct.tested[0], times)
        patients = found.world.enrollment.patients / design.main.plan.patients
        expected = counts_at(design.main.world, times).total_events * patients
        assert events == pytest.approx(expected, rel=1e-9)

    def test_a_scenario_that_changes_nothing_is_the_plan(self):
        text = f"{SURVIVAL}\nscenarios: {{same: {{}}}}\n"
        one, two = planned(text), planned(text, "same")
        for first, second in zip(
            one.world.truth.endpoints[0].laws, two.world.truth.endpoints[0].laws, strict=True
        ):
            assert np.array_equal(first[0].hazard.values, second[0].hazard.values)
        assert one.truths == two.truths

    def test_looks_are_whole_events_and_bounds_the_design_s(self):
        protocol = examine_text(SURVIVAL, "p").protocol
        design = design_trial(protocol)
        found = planned_rehearsal(protocol, design)
        whole = design.main.whole or design.main.plan
        events = [each.conditions[0].events for each in found.conduct.looks]
        assert events == pytest.approx([look.events for look in whole.looks], abs=1e-9)
        rules = found.conduct.stopping.hypotheses[0].bounds
        assert np.array_equal(rules.design.upper, whole.sequential.upper)
        assert rules.planned == pytest.approx(events[-1], abs=1e-9)


class TestScenarios:
    """A scenario changes what it names, and nothing else."""

    @given(st.floats(0.05, 5.0), st.floats(0.5, 30.0))
    @settings(deadline=None, max_examples=20)
    def test_a_hazard_ratio_multiplies_the_control_s_hazard(self, ratio, start):
        text = (
            f"{SURVIVAL}\nscenarios: {{x: {{endpoints: {{os: {{hazard_ratio: "
            f"[[0, 1], [{start!r}, {ratio!r}]]}}}}}}}}\n"
        )
        control, new = (laws[0] for laws in planned(text, "x").world.truth.endpoints[0].laws)
        times = np.array([0.0, start * 0.999, start, start * 7])
        assert new.hazard.at(times) == pytest.approx(
            control.hazard.at(times) * np.array([1.0, 1.0, ratio, ratio]), rel=1e-12
        )

    @given(st.floats(0.3, 4.0), st.floats(1.0, 60.0), st.floats(0.0, 0.45))
    @settings(deadline=None, max_examples=20)
    def test_a_median_is_the_median_whatever_shape_and_cure(self, shape, median, cured):
        text = (
            f"{SURVIVAL}\nscenarios: {{x: {{endpoints: {{os: {{control: {{median: {median:.6f}}}, "
            f"shape: {shape:.6f}, cured: {cured:.6f}}}}}}}}}\n"
        )
        law = planned(text, "x").world.truth.endpoints[0].laws[0][0]
        assert survival(law, float(f"{median:.6f}")) == pytest.approx(0.5, abs=1e-9)

    @pytest.mark.parametrize("scenario", ["planned", "no_effect", "late", "worst"])
    def test_shares_of_the_kinds_of_patients_add_up_to_1(self, scenario):
        world = planned(REHEARSAL, scenario).world
        patients = design_trial(examine_text(REHEARSAL, "p").protocol).patients_whole
        assert sum(cell.share for cell in world.cells) == pytest.approx(1.0, abs=1e-12)
        positive = sum(cell.share for cell in world.cells if cell.populations)
        assert positive == pytest.approx(0.3 if scenario == "late" else 0.4, abs=1e-12)
        assert world.enrollment.patients == (300 if scenario == "late" else patients)

    def test_the_most_special_word_holds(self):
        """Everyone < level < population < arm, each laid over the one before."""
        late = planned(REHEARSAL, "late").world
        laws = late.truth.endpoints[0].laws
        for place, cell in enumerate(late.cells):
            control, low, high = (each[place] for each in laws)
            after = low.hazard.at(6.0) / control.hazard.at(6.0)
            assert after == pytest.approx(0.4 if cell.populations else 0.5)
            assert survival(high, 24.0) == pytest.approx(0.5, abs=1e-9)
            assert (control.cured, high.cured) == (0.1, 0.2)
            if late.strata[cell.stratum] == "low_risk":
                assert survival(control, 12.0) == pytest.approx(0.7, abs=1e-9)

    def test_the_rest_of_a_scenario_is_carried_over(self):
        late = planned(REHEARSAL, "late").world
        assert late.endpoints == ("dfs", "os", "ttr", "response")
        assert late.truth.endpoints[0].switching.after == "os"
        assert late.truth.endpoints[1].laws[0][0].shape == 1.3
        assert len(late.truth.endpoints[2].competing) == 1
        assert late.truth.endpoints[3].probability[1][0] == 0.5
        assert late.truth.endpoints[3].missing == 0.05
        assert late.truth.correlation[0, 1] == 0.7
        assert late.truth.correlation[0, 2] == 0.3
        assert late.adverse_events[0].term == "Rash"
        assert late.dropout[0][0].hazard.values[0] == pytest.approx(-math.log(0.95) / 12)
        assert late.reporting.mean_delay == (1.0, 0.0, 0.0, 0.0)
        assert late.reporting.lag == pytest.approx(14 / (365.25 / 12))
        assert late.enrollment.rates.values[1] == pytest.approx(2 * late.enrollment.rates.values[0])

    def test_a_conduct_is_the_same_in_every_scenario(self):
        found = [planned(REHEARSAL, scenario).conduct for scenario in ("planned", "late", "worst")]
        assert found[0].looks == found[1].looks == found[2].looks
        assert found[0].tested == found[1].tested == found[2].tested
        assert found[0].adaptations == found[1].adaptations


class TestTruths:
    """A null hypothesis holds where no patient does better, and effects are told where they are."""

    def test_of_hazards_that_are_not_proportional_no_effect_is_told(self):
        text = (
            f"{SURVIVAL}\nscenarios:\n"
            "  late: {endpoints: {os: {hazard_ratio: {0: 1, 4: 0.5}}}}\n"
            "  harm: {endpoints: {os: {hazard_ratio: {0: 1, 4: 1.5}}}}\n"
            "  cure: {endpoints: {os: {cured: 0.2}}}\n"
        )
        told = {name: planned(text, name).truths[0] for name in ("late", "harm", "cure", "planned")}
        assert [told[name].effect for name in ("late", "harm", "cure")] == [None] * 3
        assert [each.null for each in told.values()] == [False, True, False, False]
        assert told["planned"].effect == pytest.approx(math.log(0.7))
        assert told["planned"].direction == "benefit"

    @given(st.floats(0.01, 0.99), st.floats(0.1, 9.0))
    def test_a_rate_has_the_odds_asked_for(self, control, ratio):
        rate = rate_of(control, "odds ratio", ratio)
        assert rate / (1 - rate) == pytest.approx(ratio * control / (1 - control))
