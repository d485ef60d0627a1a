"""P values know the arms they compare, the direction they ask for, and the test they are of."""

import pytest

from appraised_claims import CONTROL, TREATED, claims, counted, p, rate, rates, ratio
from equipoise.appraise.checks.check import Appraisal, appraise
from equipoise.appraise.checks.sidedness import sidedness_of_p
from equipoise.appraise.claims.claim import ClaimedP, ClaimedPlan, Claims
from equipoise.appraise.claims.printed import printed
from equipoise.io.claims.read import claims_of_text

THREE_ARMS = """\
claims: 1
source: A three-arm trial
trial: {name: T, time_unit: month}
arms:
  high_dose: {role: experimental, patients: 150}
  low_dose: {role: experimental, patients: 148}
  placebo: {role: control, patients: 152}
follow_up: 30
"""
PLAN = ClaimedPlan(alpha=0.025, sides=1)


def three_arms(text: str) -> Claims:
    return claims_of_text(THREE_ARMS + text, "three.yaml")


def only(appraisal: Appraisal, relation: str, about: str | None = None):
    (found,) = appraisal.about(relation, about)
    return found


class TestAPKnowsTheArmsItCompares:
    def test_where_there_are_two_they_are_these(self):
        text = THREE_ARMS.replace("  low_dose: {role: experimental, patients: 148}\n", "")
        made = claims_of_text(text + "endpoints: {os: {p: .03}}\n", "two.yaml")
        (value,) = (each for each in made.claimed if isinstance(each, ClaimedP))
        assert (value.experimental, value.control) == ("high_dose", "placebo")

    def test_each_p_is_held_against_its_own_ratio(self):
        made = three_arms(
            "endpoints:\n  os:\n"
            "    hazard_ratio:\n"
            "      - {value: 0.60 (0.44-0.82), experimental: high_dose}\n"
            "      - {value: 0.90 (0.68-1.19), experimental: low_dose}\n"
            "    p:\n"
            "      - {value: .46, experimental: low_dose}\n"
            "      - {value: .001, experimental: high_dose}\n"
        )
        found = appraise(made, trials=0)
        told = {each.sentence for each in found.about("p-of-ratio")}
        assert {each.grade for each in found.about("p-of-ratio")} == {"consistent"}
        assert any(
            each.startswith("OS (High dose v Placebo): the hazard ratio 0.60") for each in told
        )
        assert any(
            each.startswith("OS (Low dose v Placebo): the hazard ratio 0.90") for each in told
        )
        assert found.sidedness["os: low_dose v placebo"].fits == {2}
        assert found.sidedness["os: high_dose v placebo"].fits == {1, 2}

    def test_rates_of_its_own_arms_are_matched(self):
        made = three_arms(
            "endpoints:\n  os:\n"
            "    rates: {24: {high_dose: 80%, low_dose: 62%, placebo: 60%}}\n"
            "    p: [{value: .001, experimental: high_dose, sides: 2},\n"
            "        {value: .001, experimental: low_dose, sides: 2}]\n"
        )
        high, low = appraise(made, trials=10_000).about("p-of-matching-trials")
        assert high.chance != low.chance
        assert "80% v 60%" in high.sentence
        assert "High dose v Placebo" in high.sentence
        assert "62% v 60%" in low.sentence

    def test_counts_of_its_own_arms_are_tested(self):
        made = three_arms(
            "counts:\n  harm:\n    high_dose: 40\n    low_dose: 20\n    placebo: 30\n"
            "    p: [{value: .20, experimental: high_dose}, {value: .90, experimental: low_dose}]\n"
        )
        high, low = appraise(made).about("p-of-proportions")
        assert high.grade == "consistent"
        assert "asks for more in Low dose than in Placebo" in low.sentence

    def test_without_arms_it_is_held_against_nothing_and_that_is_said(self):
        made = three_arms(
            "endpoints: {os: {hazard_ratio: {value: 0.60 (0.44-0.82), "
            "experimental: high_dose}, p: .5}}\n"
        )
        found = appraise(made, trials=0)
        assert not found.about("p-of-ratio")
        silent = only(found, "p-without-arms")
        assert silent.grade == "cannot tell"
        assert "there are 3 arms" in silent.sentence
        assert "`experimental`" in silent.settles

    def test_what_is_believed_names_its_arms(self):
        made = three_arms(
            "plan: {stopped_early: yes, hazard_ratio: .7}\n"
            "endpoints:\n  os:\n    rates: {24: {high_dose: 80%, low_dose: 45%, placebo: 60%}}\n"
        )
        (believed,) = appraise(made).about("early-stopping")
        assert "High dose v Placebo" in believed.sentence  # the other is worse than the control


class TestDirection:
    @pytest.mark.parametrize(
        ("treated", "control", "text"), [("26", "31", ".80"), ("31", "26", ".76")]
    )
    def test_a_p_for_the_other_direction_does_not_agree(self, treated, control, text):
        made = claims(
            counted("mrd", TREATED, treated),
            counted("mrd", CONTROL, control),
            p("mrd", text),
            sizes=(105, 103),
        )
        found = only(appraise(made), "p-of-proportions")
        assert found.grade == "possible"
        assert "agrees" not in found.sentence
        more, fewer = (TREATED, CONTROL) if treated > control else (CONTROL, TREATED)
        assert f"asks for more in {fewer} than in {more}, while {more} has more" in found.sentence
        assert found.sides == {1}

    def test_stated_as_two_sided_it_is_unlikely(self):
        made = claims(
            counted("mrd", TREATED, "10"),
            counted("mrd", CONTROL, "40"),
            p("mrd", ".99", sides=2),
            sizes=(105, 103),
        )
        assert only(appraise(made), "p-of-proportions").grade == "unlikely"

    def test_a_ratio_above_one_is_told_for_whom_it_speaks(self):
        made = claims(ratio("os", "1.43", "0.97-2.13"), p("os", ".036"))
        found = only(appraise(made), "p-of-ratio")
        assert found.grade == "possible"
        assert f"is one-sided in favor of {CONTROL}" in found.sentence
        assert "only just" not in found.sentence
        assert found.sides == {1}
        two = only(appraise(claims(ratio("os", "1.43", "0.97-2.13"), p("os", ".07"))), "p-of-ratio")
        assert f"in favor of {TREATED}" in two.sentence
        assert (two.grade, two.sides) == ("consistent", {2})

    def test_significant_for_the_control_is_not_earned_for_the_treatment(self):
        made = claims(
            ratio("os", "1.60", "1.10-2.33"), p("os", ".01"), plan=PLAN, significant=("os",)
        )
        found = only(appraise(made), "significance")
        assert found.grade == "possible"
        assert f"favors {CONTROL}, not {TREATED}" in found.sentence

    def test_no_shrinkage_where_nothing_favors_the_treatment(self):
        plan = ClaimedPlan(stopped_early=True)
        made = claims(ratio("os", "1.10", "0.80-1.51"), plan=plan)
        assert not appraise(made).about("early-stopping")


class TestSignificantIsSaidOfTheMainTest:
    def made(self, *more: object, **said: object) -> Claims:
        plan = ClaimedPlan(alpha=0.025, sides=1, information=0.5)
        return claims(*rates("os", 2, "79%", "59%"), *more, plan=plan, **said)

    def test_not_of_rates_at_a_time(self):
        landmark = ClaimedP("os", printed(".30", "P"), time=2.0, sides=2)
        found = appraise(self.made(landmark, p("os", ".001", 2), significant=("os",)), trials=0)
        assert only(found, "significance").grade == "consistent"
        assert "P .001 meets it" in only(found, "significance").sentence

    def test_of_rates_at_a_time_where_nothing_else_is_printed(self):
        landmark = ClaimedP("os", printed(".30", "P"), time=2.0, sides=2)
        found = only(appraise(self.made(landmark, significant=("os",)), trials=0), "significance")
        assert found.grade == "possible"
        assert "OS at 2 years" in found.sentence
        assert "which is of the test of curves and not of this one" in found.sentence

    def test_of_the_p_that_is_called_so(self):
        landmark = ClaimedP("os", printed(".30", "P"), time=2.0, sides=2, significant=True)
        main = ClaimedP("os", printed(".20", "P"), sides=2, significant=False)
        found = only(
            appraise(self.made(landmark, main, significant=("os",)), trials=0), "significance"
        )
        assert "P .30" in found.sentence

    def test_a_p_of_counts_is_held_against_no_boundary(self):
        made = self.made(
            counted("mrd", TREATED, "60", of="105"),
            counted("mrd", CONTROL, "45", of="103"),
            p("mrd", ".06", 2),
            significant=("mrd",),
        )
        found = only(appraise(made, trials=0), "significance")
        assert found.grade == "possible"
        assert "O'Brien" not in found.sentence

    def test_each_p_has_its_own_sidedness(self):
        landmark = ClaimedP("os", printed(".001", "P"), time=2.0)
        made = self.made(landmark, ratio("os", "0.62", "0.39-0.98"), p("os", ".02"))
        found = appraise(made, trials=0)
        assert found.sidedness["os"].fits == {1}
        assert set(found.sidedness) == {"os", "os: at 2 years"}
        assert sidedness_of_p(found.sidedness, landmark).p is landmark


def test_a_p_at_a_time_that_its_rates_do_not_give_may_be_of_the_curves():
    landmark = ClaimedP("os", printed(".90", "P"), time=2.0)
    seen = rate("os", TREATED, 2, "79%", "4%"), rate("os", CONTROL, 2, "59%", "5%")
    found = only(appraise(claims(*seen, landmark), trials=0), "p-of-rates")
    assert found.grade == "possible"
    assert found.sentence.endswith("It may be of the whole curves.")
    assert found.sides is None


def test_significant_without_a_planned_alpha_cannot_be_told():
    made = claims(ratio("os", "0.62", "0.39-0.98"), p("os", ".02"), significant=("os",))
    found = only(appraise(made), "significance")
    assert found.grade == "cannot tell"
    assert "no planned alpha" in found.sentence
