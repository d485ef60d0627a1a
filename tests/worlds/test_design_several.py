"""Several primary hypotheses and several arms in one trial, designed from the protocol."""

from math import prod

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from equipoise.cli.design_summary import print_design
from equipoise.design.multiplicity.dunnett import dunnett_critical_value, dunnett_power
from equipoise.design.multiplicity.multi_arm import multi_arm_bounds
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming
from equipoise.design.trial import design_trial
from equipoise.errors import DesignError
from equipoise.io.protocol.read import examine_text

PFS = "{id: PFS, endpoint: pfs, effect: {hazard_ratio: 0.72}}"
OS = "{id: OS, endpoint: os, effect: {hazard_ratio: 0.7}}"
ORR = "{id: ORR, endpoint: orr, effect: {experimental_rate: 0.42}}"
COURSES = {
    "PFS": "pfs: {control: {median: 9}}",
    "OS": "os: {control: {median: 18}}",
    "ORR": "orr: {control: {rate: 0.3}}",
}
TIMED = "accrual: {duration: 24}, follow_up: 12, "


def problems(text: str):
    return [str(each) for each in examine_text(text, "p.yaml").problems]


def designed(text: str):
    reading = examine_text(text, "p.yaml")
    assert reading.problems == ()
    return design_trial(reading.protocol)


def written(
    hypotheses: str,
    multiplicity: str,
    *,
    design: str = "power: 0.9",
    planning: str | None = None,
    arms: str = "{id: b, role: experimental}",
    control: str = "{id: a, role: control}",
    analysis: str = "{}",
) -> str:
    used = ", ".join(
        course for name, course in COURSES.items() if f"endpoint: {name.lower()}" in hypotheses
    )
    planned = f"{TIMED}endpoints: {{{used}}}" if planning is None else planning
    return f"""schema: 1
trial: {{id: T, title: A trial, time_unit: month}}
arms: [{control}, {arms}]
endpoints:
  - {{id: pfs, type: time-to-event, events: [progression, death]}}
  - {{id: os, type: time-to-event, events: [death]}}
  - {{id: orr, type: binary}}
hypotheses: [{hypotheses}]
design: {{{design}, multiplicity: {multiplicity}}}
planning: {{{planned}}}
analysis: {analysis}
"""


def alone(hypothesis: str, alpha: float, **more):
    analysis = f"{{alpha: {alpha!r}}}"
    text = written(hypothesis, "MISSING", analysis=analysis, **more)
    return designed(text.replace(", multiplicity: MISSING", "")).main.plan


LOOKS = "power: 0.9, looks: {information: [0.6, 1]}"


class TestEachHasItsPower:
    """The trial takes the largest of what each needs at its own alpha, and says which that is."""

    def test_the_largest_decides(self):
        design = designed(written(f"{PFS}, {OS}", "{procedure: bonferroni}", design=LOOKS))
        one, two = alone(PFS, 0.0125, design=LOOKS), alone(OS, 0.0125, design=LOOKS)
        assert [each.patients for each in design.sizing.alone] == pytest.approx(
            [one.patients, two.patients]
        )
        assert design.sizing.driven_by == design.main.hypothesis == "OS"
        assert design.patients == pytest.approx(two.patients)
        assert design.hypothesis("PFS").plan.power > 0.9
        assert "OS decides the size" in design.paragraphs[0]

    def test_a_hypothesis_named_decides_alone(self):
        text = written(
            f"{PFS}, {OS}", "{procedure: bonferroni}", design="power: 0.9, sized_for: PFS"
        )
        design = designed(text)
        assert design.sizing is None
        assert design.patients == pytest.approx(alone(PFS, 0.0125).patients)
        assert design.hypothesis("OS").plan.power < 0.9

    def test_shares_of_alpha_are_those_of_the_start(self):
        rule = "{weights: {PFS: 0.2, OS: 0.8}, transitions: {PFS: {OS: 1}, OS: {PFS: 1}}}"
        design = designed(written(f"{PFS}, {OS}", rule))
        assert [each.alpha for each in design.sizing.alone] == pytest.approx([0.005, 0.02])

    def test_no_one_falls_short_though_looks_come_at_other_information(self):
        near = OS.replace("0.7}", "0.6276}")  # needs about as many as PFS, with fewer events
        design = designed(written(f"{PFS}, {near}", "{procedure: bonferroni}", design=LOOKS))
        assert min(each.plan.power for each in design.hypotheses) >= 0.9 - 1e-9

    def test_accrual_duration_and_follow_up(self):
        courses = f"endpoints: {{{COURSES['PFS']}, {COURSES['OS']}}}"
        rates = f"accrual: {{rate: 40}}, follow_up: 12, {courses}"
        design = designed(written(f"{PFS}, {OS}", "{procedure: holm}", planning=rates))
        longest = max(each.duration for each in design.sizing.alone)
        assert design.main.plan.looks[-1].time == pytest.approx(longest)
        given = f"patients: 900, accrual: {{duration: 24}}, {courses}"
        design = designed(written(f"{PFS}, {OS}", "{procedure: holm}", planning=given))
        assert design.patients == pytest.approx(900)
        assert design.main.plan.solved_for == "follow-up"
        assert min(each.plan.power for each in design.hypotheses) >= 0.9 - 1e-9

    def test_events_alone_are_each_one_s_own(self):
        design = designed(written(f"{PFS}, {OS}", "{procedure: bonferroni}", planning=""))
        assert [each.plan.events for each in design.hypotheses] == pytest.approx(
            [4 * (norm.isf(0.0125) + norm.isf(0.1)) ** 2 / np.log(r) ** 2 for r in (0.72, 0.7)]
        )

    def test_answers_share_the_patients_of_times_to_events(self):
        design = designed(written(f"{PFS}, {ORR}", "{procedure: bonferroni}", design=LOOKS))
        assert design.main.hypothesis == "ORR"
        assert design.hypothesis("PFS").plan.patients == pytest.approx(design.patients)
        assert len(design.hypothesis("PFS").plan.looks) == len(design.main.plan.looks)

    def test_the_table_of_alternatives_is_sized_for_all(self):
        several = PFS.replace("0.72", "[0.72, 0.6]")
        design = designed(
            written(f"{several}, {OS}", "{procedure: holm}", design="power: [0.9, 0.8]")
        )
        rows = design.alternatives.rows
        assert design.alternatives.hypothesis == "PFS"
        assert [row.settings for row in rows][1] == (("hazard ratio", 0.72), ("power", 0.8))
        again = designed(written(f"{PFS}, {OS}", "{procedure: holm}", design="power: 0.8"))
        assert rows[0].patients == pytest.approx(design.patients)
        assert rows[1].patients == pytest.approx(again.patients)
        assert rows[1].power == pytest.approx(again.hypothesis("PFS").plan.power)

    def test_one_that_cannot_be_planned_is_named(self):
        courses = f"endpoints: {{{COURSES['PFS']}, {COURSES['OS']}}}"
        given = f"patients: 200, accrual: {{duration: 24}}, {courses}"
        with pytest.raises(DesignError, match=r"^PFS: "):
            designed(written(f"{PFS}, {OS}", "{procedure: holm}", planning=given))


class TestCoPrimary:
    """All must be met, each at the full alpha, and the power is that of all together."""

    def test_independent_endpoints_multiply(self):
        design = designed(written(f"{PFS}, {OS}, {ORR}", "{procedure: co-primary}", design=LOOKS))
        success, powers = design.multiplicity.success, [h.plan.power for h in design.hypotheses]
        assert success.every == pytest.approx(0.9, abs=1e-8)
        assert prod(powers) == pytest.approx(0.9, abs=1e-8)
        assert success.every_at_most == pytest.approx(min(powers))
        assert all(each.alpha == 0.025 for each in design.hypotheses)

    def test_one_look_is_the_multivariate_normal(self):
        rule = "{procedure: co-primary, correlation: 0.5}"
        design = designed(written(f"{PFS}, {OS}", rule))
        limits = norm.ppf([each.plan.power for each in design.hypotheses])
        joint = multivariate_normal(cov=[[1, 0.5], [0.5, 1]]).cdf(limits)
        assert joint == pytest.approx(0.9, abs=1e-7)
        assert design.multiplicity.success.trials is None

    def test_correlation_saves_patients(self):
        sizes = [
            designed(written(f"{PFS}, {OS}", f"{{procedure: co-primary{more}}}", design=LOOKS))
            for more in ("", ", correlation: 0.5", ", correlation: 0.9")
        ]
        independent, some, strong = (each.patients for each in sizes)
        assert (
            independent
            > some
            > strong
            > designed(
                written(OS, "MISSING", design=LOOKS).replace(", multiplicity: MISSING", "")
            ).patients
            - 1e-6
        )
        for each in sizes[1:]:
            success = each.multiplicity.success
            assert success.every == pytest.approx(0.9, abs=1e-4)
            assert success.every_if_independent <= success.every <= success.every_at_most

    def test_the_power_of_a_given_size_is_told_beside_the_one_promised(self):
        given = f"patients: 500, {TIMED}endpoints: {{{COURSES['PFS']}, {COURSES['OS']}}}"
        design = designed(written(f"{PFS}, {OS}", "{procedure: co-primary}", planning=given))
        powers = [each.plan.power for each in design.hypotheses]
        assert design.multiplicity.success.every == pytest.approx(prod(powers))
        assert design.main.promised_power is None
        assert any("90% being promised" in text for text in design.paragraphs)

    def test_what_follows_waits_for_all(self):
        later = ORR.replace("effect", "role: secondary, effect")
        design = designed(written(f"{later}, {PFS}, {OS}", "{procedure: co-primary}", design=LOOKS))
        level = design.multiplicity.levels[-1]
        assert (level.hypothesis, level.after, level.alpha) == ("ORR", ("PFS", "OS"), 0.025)
        chances = {name: chance for name, chance, _ in design.multiplicity.success.each}
        assert chances["ORR"] <= design.multiplicity.success.every
        assert chances["ORR"] == pytest.approx(
            design.multiplicity.success.every * design.hypothesis("ORR").plan.power, abs=0.003
        )

    def test_one_alone_is_not_co_primary(self):
        found = problems(written(OS, "{procedure: co-primary}"))
        assert "co-primary are several hypotheses" in found[0]

    def test_a_correlation_is_one(self):
        found = problems(written(f"{PFS}, {OS}", "{procedure: co-primary, correlation: 1.2}"))
        assert "a correlation lies between -1 and 1, found 1.2" in found[0]

    def test_a_correlation_that_no_statistics_have(self):
        rule = "{procedure: co-primary, correlation: -0.9}"
        with pytest.raises(DesignError, match="No statistics have these correlations"):
            designed(written(f"{PFS}, {OS}, {ORR}", rule))


ARMS = "{id: b, role: experimental}, {id: c, role: experimental}"
TWO = (
    "{id: B, endpoint: os, comparison: b_vs_a, effect: {hazard_ratio: 0.7}}, "
    "{id: C, endpoint: os, comparison: c_vs_a, effect: {hazard_ratio: 0.65}}"
)
OS_TIMED = f"{TIMED}endpoints: {{{COURSES['OS']}}}"


class TestSeveralArms:
    """Patients are those of all arms; a comparison has its two arms' patients and events."""

    @pytest.mark.parametrize(
        ("sizes", "share"), [((1, 1, 1), 2 / 3), ((2, 1, 1), 3 / 4), ((2, 3, 3), 5 / 8)]
    )
    def test_a_comparison_has_its_share_of_the_patients(self, sizes, share):
        control, one, two = (f", allocation: {size}" for size in sizes)
        design = designed(
            written(
                TWO,
                "{procedure: bonferroni}",
                planning=f"patients: 800, {OS_TIMED}",
                design="solve_for: power",
                control=f"{{id: a, role: control{control}}}",
                arms=f"{{id: b, role: experimental{one}}}, {{id: c, role: experimental{two}}}",
            )
        )
        pair = alone(
            OS,
            0.0125,
            planning=f"patients: {800 * share!r}, {OS_TIMED}",
            design="solve_for: power",
            control=f"{{id: a, role: control{control}}}",
            arms=f"{{id: b, role: experimental{one}}}",
        )
        plan = design.hypothesis("B").plan
        assert plan.patients == pytest.approx(800 * share)
        assert plan.events == pytest.approx(pair.events)
        assert plan.power == pytest.approx(pair.power)
        assert [arm.patients for arm in design.arms] == pytest.approx(
            [800 * size / sum(sizes) for size in sizes]
        )
        assert design.patients == pytest.approx(800)

    def test_rates_of_accrual_are_those_of_all_arms(self):
        planning = f"accrual: {{rate: 45}}, follow_up: 12, endpoints: {{{COURSES['OS']}}}"
        three = designed(written(TWO, "{procedure: bonferroni}", planning=planning, arms=ARMS))
        pair = alone(OS, 0.0125, planning=planning.replace("45", "30"))
        assert three.main.plan.patients == pytest.approx(pair.patients)
        assert three.main.plan.looks[-1].time == pytest.approx(pair.looks[-1].time)
        assert three.patients == pytest.approx(45 * three.main.world.accrual.duration)

    def test_whole_patients_keep_the_allocation(self):
        design = designed(written(TWO, "{procedure: bonferroni}", arms=ARMS))
        assert len({arm.whole for arm in design.arms}) == 1
        assert design.patients_whole >= design.patients

    def test_the_screen_tells_all_arms(self, capsys):
        print_design(designed(written(TWO, "{procedure: dunnett}", arms=ARMS)), None)
        told = " ".join(capsys.readouterr().out.split())
        assert "With all its arms the trial has" in told
        assert "Dunnett's test" in told
        assert "it steps down as arms are found better" in told

    def test_what_is_told_of_two_arms_is_called_so(self, capsys):
        print_design(designed(written(TWO, "{procedure: dunnett}", arms=ARMS, design=LOOKS)), None)
        told = " ".join(capsys.readouterr().out.split())
        assert "What the comparison of two arms takes on average" in told
        assert "Under no effect the comparison of two arms takes" in told
        assert "for all arms together by Lan-DeMets spending of O'Brien-Fleming type" in told

    def test_averages_of_all_arms_are_left_out(self):
        several = TWO.replace("0.65", "[0.65]").replace("0.7}", "[0.7, 0.75]}")
        design = designed(written(several, "{procedure: bonferroni}", arms=ARMS))
        for row in design.alternatives.rows:
            assert row.patients_whole >= row.patients
            assert row.expected_patients is None


class TestDunnett:
    def test_one_look_is_tested_at_the_critical_value(self):
        design = designed(written(TWO, "{procedure: dunnett}", arms=ARMS))
        critical = dunnett_critical_value([[1, 0.5], [0.5, 1]], 0.025)
        first, after = design.multiplicity.levels[:2]
        assert first.z[0] == pytest.approx(critical, abs=1e-8)
        assert (after.after, after.alpha) == (("C",), pytest.approx(0.025))
        assert design.main.alpha == pytest.approx(norm.sf(critical), abs=1e-9)

    def test_success_is_dunnett_s_power(self):
        design = designed(written(TWO, "{procedure: dunnett}", arms=ARMS))
        drift = [
            norm.isf(each.planned_alpha) + norm.ppf(each.plan.power) for each in design.hypotheses
        ]
        exact = dunnett_power(drift, [[1, 0.5], [0.5, 1]], 0.025)
        success = design.multiplicity.success
        assert abs(success.some - exact.some) < 4 * success.some_error
        assert success.every > exact.every  # it steps down

    def test_unequal_arms_and_two_sides(self):
        two_sided = "{alpha: 0.05, alternative: two-sided}"
        design = designed(
            written(
                TWO,
                "{procedure: dunnett}",
                control="{id: a, role: control, allocation: 2}",
                arms=ARMS,
                analysis=two_sided,
            )
        )
        critical = dunnett_critical_value([[1, 1 / 3], [1 / 3, 1]], 0.05, sides=2)
        assert design.multiplicity.levels[0].z[0] == pytest.approx(critical, abs=1e-8)

    def test_several_looks_have_the_bounds_of_all_arms(self):
        design = designed(written(TWO, "{procedure: dunnett}", arms=ARMS, design=LOOKS))
        bounds = multi_arm_bounds(2, [0.6, 1.0], LanDeMetsOBrienFleming()).upper
        assert [look.efficacy.z for look in design.main.plan.looks] == pytest.approx(bounds)
        assert design.main.plan.power == pytest.approx(0.9)
        assert design.multiplicity.levels[1].z == pytest.approx(
            multi_arm_bounds(1, [0.6, 1.0], LanDeMetsOBrienFleming()).upper
        )

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            ({"hypotheses": TWO.replace("c_vs_a", "b_vs_a")}, "different arms, each once"),
            ({"hypotheses": TWO.split(", {id: C", maxsplit=1)[0]}, "several arms with one control"),
            (
                {"hypotheses": TWO.replace("os, comparison: c", "pfs, comparison: c")},
                "one endpoint",
            ),
            ({"design": LOOKS.replace("information: [0.6, 1]", "calendar: [30, 36]")}, "fractions"),
            ({"design": LOOKS, "analysis": "{alternative: two-sided}"}, "one-sided"),
            (
                {"design": LOOKS, "arms": ARMS.replace("id: c,", "id: c, allocation: 2,")},
                "equal size",
            ),
        ],
    )
    def test_what_it_is_not_for(self, changed, words):
        asked = {"hypotheses": TWO, "multiplicity": "{procedure: dunnett}", "arms": ARMS, **changed}
        if "design" in changed and "calendar" in changed["design"]:
            asked["planning"] = f"accrual: {{duration: 24}}, endpoints: {{{COURSES['OS']}}}"
        found = problems(written(**asked))
        assert any(words in each for each in found), found

    def test_a_rule_that_does_not_spend(self):
        peto = LOOKS + ", efficacy: {boundary: haybittle-peto}"
        with pytest.raises(DesignError, match="Dunnett's bounds over several looks"):
            designed(written(TWO, "{procedure: dunnett}", arms=ARMS, design=peto))


class TestSuccessOfSeveral:
    """Alpha that is passed on is counted, and what is known exactly agrees."""

    def test_a_fixed_sequence_of_independent_endpoints_multiplies(self):
        design = designed(written(f"{PFS}, {OS}", "{procedure: fixed sequence}", design=LOOKS))
        first, second = (each.plan.power for each in design.hypotheses)
        success = design.multiplicity.success
        assert abs(success.every - first * second) <= 4 * success.every_error
        assert success.some == pytest.approx(first)

    def test_bonferroni_passes_nothing_on(self):
        design = designed(written(f"{PFS}, {OS}", "{procedure: bonferroni}", design=LOOKS))
        for name, chance, error in design.multiplicity.success.each:
            assert chance == design.hypothesis(name).plan.power
            assert error == 0

    @pytest.mark.parametrize("procedure", ["holm", "hochberg", "hommel"])
    def test_passing_on_helps_each(self, procedure):
        given = f"patients: 400, {TIMED}endpoints: {{{COURSES['PFS']}, {COURSES['OS']}}}"
        rule = f"{{procedure: {procedure}}}"
        design = designed(written(f"{PFS}, {OS}", rule, planning=given, design="solve_for: power"))
        success = design.multiplicity.success
        for name, chance, _ in success.each:
            assert chance > design.hypothesis(name).plan.power
        powers = [each.plan.power for each in design.hypotheses]
        bonferroni = 1 - prod(1 - power for power in powers)
        if procedure == "holm":
            assert abs(success.some - bonferroni) < 4 * success.some_error
        else:
            assert success.some > bonferroni + 4 * success.some_error

    def test_the_same_seed_gives_the_same_numbers(self):
        text = written(f"{PFS}, {OS}", "{procedure: holm}", design=LOOKS)
        assert designed(text).multiplicity.success == designed(text).multiplicity.success

    def test_futility_keeps_each_one_s_power(self):
        futile = LOOKS + ", futility: {spending: hwang-shih-decani, gamma: -4}"
        design = designed(written(f"{PFS}, {OS}", "{procedure: bonferroni}", design=futile))
        chances = {name: chance for name, chance, _ in design.multiplicity.success.each}
        assert chances[design.main.hypothesis] == pytest.approx(design.main.plan.power)
