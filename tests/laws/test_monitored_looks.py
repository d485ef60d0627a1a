"""What holds of every course of looks, however many there are and whenever they come."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_design
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector
from equipoise.kernel.sequential import stopping_probability
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, NOT_TESTED
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.statistics.statistics import statistic_given
from monitored_looks import designed, held

PLAIN = f"{sample_design.SURVIVAL}design:{sample_design.LOOKS}"
FUTILE = f"{PLAIN}  futility: {{spending: hwang-shih-decani, gamma: -2}}\n"
BINDING = f"{PLAIN}  futility: {{spending: hwang-shih-decani, gamma: -2, binding: true}}\n"
SEQUENCE = sample_design.THREE + (
    "design:\n  power: 0.9\n  looks: {information: [0.5, 0.75, 1]}\n"
    "  multiplicity: {procedure: fixed sequence, order: [H1, H2, H3]}\n"
)


@st.composite
def courses(draw):
    """Information at any number of looks, the last at, before or past what was planned."""
    steps = draw(st.lists(st.floats(0.03, 0.4), min_size=1, max_size=6))
    fractions = np.cumsum(steps)
    return [float(f) for f in fractions if f < 1.0][:6] or [0.5]


class TestAlpha:
    """The type I error of the bounds as they were held is what they say they have spent."""

    @given(courses(), st.sampled_from([PLAIN, FUTILE]))
    @settings(deadline=None, max_examples=25)
    def test_bounds_spend_what_they_say(self, fractions, text):
        design, rules = designed(text)
        looks = held(
            design,
            rules,
            [
                (
                    {"H1": (1.6 + 0.01 * k, f)},
                    {"final": True} if k + 1 == len(fractions) else {"final": False},
                )
                for k, f in enumerate(fractions)
            ],
        )
        told = [look.hypotheses[0] for look in looks]
        kept = [each for each in told if each.tested]
        upper = vector([each.bound if each.bound is not None else np.inf for each in kept])
        information = vector([each.fraction for each in kept])
        nowhere = vector(np.full(len(kept), -np.inf))
        spent = np.cumsum(stopping_probability(upper, nowhere, information).upper)
        assert spent == pytest.approx([each.alpha_spent for each in kept], abs=1e-8)
        assert spent[-1] == pytest.approx(0.025, abs=1e-8)
        assert (np.diff(spent) >= -1e-12).all()

    @given(courses())
    @settings(deadline=None, max_examples=15)
    def test_bounds_of_the_past_do_not_move(self, fractions):
        design, rules = designed(FUTILE)
        try:
            looks = held(design, rules, [({"H1": (1.6, f)}, {"final": False}) for f in fractions])
        except DesignError as refusal:  # a hair before the plan's end, futility meets efficacy
            if fractions[-1] > 0.95 and "or end the trial at that look" in str(refusal):
                return
            raise
        last = looks[-1].hypotheses[0]
        if last.drawn is None or last.place != len(looks):
            return
        for k, look in enumerate(looks):
            bound = look.hypotheses[0].bound
            if bound is not None:
                assert last.drawn.upper[k] == pytest.approx(bound, abs=1e-7)
        assert not [words for words in looks[-1].remarks if "was held against" in words]


class TestWhoDecides:
    """A claim is made where z reaches the bound, and nowhere else."""

    @given(st.floats(-3, 6), st.floats(0.3, 0.7))
    @settings(deadline=None, max_examples=40)
    def test_one_look(self, z, fraction):
        design, rules = designed(FUTILE)
        (look,) = held(design, rules, [({"H1": (z, fraction)}, {})])
        (each,) = look.hypotheses
        expected = EFFICACY if z >= each.bound else FUTILITY if z <= each.futility else CONTINUE
        assert each.decision == expected
        assert look.stop == (expected != CONTINUE)
        assert each.effect_bound < 1 < each.p_bound + 1

    def test_the_more_extreme_the_claim_the_more_is_claimed(self):
        design, rules = designed(SEQUENCE)
        order = []
        for z in (1.0, 2.5, 4.0):
            (look,) = held(design, rules, [({"H1": (z, 0.75), "H2": (z, 0.75)}, {})])
            order.append([each.decision == EFFICACY for each in look.hypotheses[:2]])
        assert order == [[False, False], [True, False], [True, True]] or order[-1] == [True, True]
        assert order[0] == [False, False]


class TestGraph:
    """Alpha passes on within the look, and not before."""

    def test_a_fixed_sequence_waits(self):
        design, rules = designed(SEQUENCE)
        first, second = held(
            design,
            rules,
            [
                ({"H1": (1.0, 0.5), "H2": (5.0, 0.5)}, {}),
                ({"H1": (4.0, 0.75), "H2": (5.0, 0.75)}, {}),
            ],
        )
        waiting = first.hypotheses[1]
        assert waiting.decision == NOT_TESTED
        assert waiting.level == 0.0
        assert "no alpha until H1 is claimed" in waiting.sentence
        passed = second.hypotheses[1]
        assert passed.decision == EFFICACY
        assert passed.level == 0.025
        assert "passes on to H2" in second.hypotheses[0].sentence
        assert passed.place == 2  # its bounds are as if it had had alpha from the first look

    def test_what_was_claimed_is_not_decided_again(self):
        design, rules = designed(SEQUENCE)
        _, second = held(
            design,
            rules,
            [
                ({"H1": (4.0, 0.5), "H2": (1.0, 0.5)}, {}),
                ({"H1": (-1.0, 0.75), "H2": (1.0, 0.75)}, {}),
            ],
        )
        assert second.hypotheses[0].decision == NOT_TESTED
        assert "benefit was found at look 1" in second.hypotheses[0].sentence
        assert second.hypotheses[1].level == 0.025


class TestFutility:
    """Going on after futility keeps the type I error, unless the bound is binding."""

    def test_not_binding_is_open_again(self):
        design, rules = designed(FUTILE)
        first, second = held(design, rules, [({"H1": (-1.0, 0.5)}, {}), ({"H1": (4.0, 0.75)}, {})])
        assert first.hypotheses[0].decision == FUTILITY
        assert "may also go on" in first.hypotheses[0].sentence
        assert second.hypotheses[0].decision == EFFICACY
        assert any("not binding" in words for words in second.remarks)

    def test_binding_stays_given_up(self):
        design, rules = designed(BINDING)
        first, second = held(design, rules, [({"H1": (-1.0, 0.5)}, {}), ({"H1": (4.0, 0.75)}, {})])
        assert "rely on that" in first.hypotheses[0].sentence
        assert second.hypotheses[0].decision == NOT_TESTED
        assert "given up for futility at look 1" in second.hypotheses[0].sentence


class TestWords:
    """Sentences say what is decided, with the numbers it was decided by."""

    @pytest.mark.parametrize(
        ("name", "z", "words"),
        [
            ("harm", -3.0, "the rules stop for harm"),
            ("two-sided", -3.5, "in favor of the control arm"),
            ("two-sided", 1.0, "above the lower efficacy bound \u22122.96: neither is crossed"),
            ("two-sided-wedge", 0.1, "lies between the futility bounds \u22120.55 and 0.55"),
            ("two-sided-futility", 0.2, "is at or below the futility bound 0.50"),
            ("survival-gap", 1.0, "efficacy is not tested at this look"),
            ("rate", 3.5, "patients with a known answer (information 50%) reaches"),
        ],
    )
    def test_one_look(self, name, z, words):
        design, rules = designed(sample_design.KINDS[name].replace("[120, 200]", "[120]"))
        (look,) = held(design, rules, [({"H1": (z, 0.5)}, {})])
        assert words in look.hypotheses[0].sentence

    def test_co_primary_hypotheses_wait_for_each_other(self):
        design, rules = designed(sample_design.KINDS["co-primary"])
        first, second = held(
            design,
            rules,
            [
                ({"H1": (3.5, 0.5), "H2": (1.0, 0.5)}, {}),
                ({"H1": (3.5, 0.75), "H2": (3.0, 0.75)}, {}),
            ],
        )
        assert "nothing is claimed unless H2 is met, too" in first.hypotheses[0].sentence
        assert "claimed" not in first.sentence
        assert "(H1, H2) are met" in second.hypotheses[1].sentence
        assert "H1, H2 are claimed" in second.sentence


class TestEnding:
    """The last look spends all that is left, and says why it is the last."""

    def test_over_and_under_running(self):
        design, rules = designed(PLAIN)
        for fraction, words, why in (
            (1.07, "more information than planned", "planned"),
            (0.93, "wherever it comes", "planned"),
        ):
            *_, last = held(
                design,
                rules,
                [({"H1": (1.0, f)}, {}) for f in (0.5, 0.75, fraction)],
            )
            assert (last.number, last.final, last.why_final) == (3, True, why)
            assert any(words in each for each in last.remarks)
            assert last.hypotheses[0].alpha_spent == pytest.approx(0.025, abs=1e-9)
            assert last.stop

    def test_stopped_for_other_reasons(self):
        design, rules = designed(PLAIN)
        asked = [({"H1": (1.0, 0.5)}, {}), ({"H1": (2.0, 0.61)}, {"stopped_for": "slow accrual"})]
        *_, last = held(design, rules, asked)
        assert (last.final, last.why_final, last.stop) == (True, "stopped", True)
        assert "slow accrual" in last.sentence
        assert last.hypotheses[0].decision == EFFICACY  # all of alpha: bound 1.96
        asked[1][1]["final"] = False
        *_, kept = held(design, rules, asked)
        assert not kept.final
        assert kept.hypotheses[0].decision == CONTINUE
        assert any("not spent in full" in each for each in kept.remarks)

    def test_all_there_at_the_first_look(self):
        design, rules = designed(PLAIN)
        (look,) = held(design, rules, [({"H1": (2.0, 1.0)}, {})])
        assert look.final
        assert look.hypotheses[0].bound == pytest.approx(1.959964, abs=1e-6)

    def test_a_skipped_look_is_told(self):
        design, rules = designed(PLAIN)
        (look,) = held(design, rules, [({"H1": (1.0, 0.74)}, {})])
        assert look.number == 2
        assert any("look 1 was left out" in words for words in look.remarks)


class TestNothingExpected:
    """Where nothing is expected of a hypothesis, it spends when the leading one does."""

    def test_spending_time_is_the_leading_fraction(self):
        design, _ = designed(SEQUENCE)
        rules = trial_rules(design)
        assert "H3" in {each.hypothesis for each in rules.stopping.hypotheses}
        assert any("nothing is assumed of its endpoint" in words for words in rules.assumed)

    def test_bounds_do_not_depend_on_its_scale(self):
        text = SEQUENCE.replace("effect: {hazard_ratio: 0.75}", "role: secondary").replace(
            "    os: {control: {median: 20}}\n", ""
        )
        design, _ = designed(text)
        rules = trial_rules(design)
        planned = rules.stopping.hypotheses[0].bounds.planned
        seen = [
            statistic_given(design, rules, "H1", 4.0, 0.5 * planned),
            statistic_given(design, rules, "H2", 1.0, 20),
        ]
        look = hold_look(design, rules, seen, {}, as_of="2020-01-01")
        second = look.hypotheses[1]
        assert second.bound == pytest.approx(look.hypotheses[0].bound, abs=1e-9)
        assert second.fraction == pytest.approx(0.5)
        assert "20 events" in second.sentence
