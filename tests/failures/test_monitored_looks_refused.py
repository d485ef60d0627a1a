"""Looks that cannot be held say why, and what to do."""

import pytest

import sample_design
from equipoise.errors import DataError, DesignError
from equipoise.monitor.bounds.planned_rules import trial_rules
from equipoise.monitor.bounds.rules import CONTINUE, FUTILITY, NOT_TESTED
from equipoise.monitor.look.hold import hold_look
from equipoise.monitor.look.look import PastLook, SeenStatistic
from equipoise.monitor.statistics.statistics import statistic_given
from monitored_looks import added, designed, held

PLAIN = f"{sample_design.SURVIVAL}design:{sample_design.LOOKS}"
CALENDAR = (
    sample_design.SURVIVAL.replace("  follow_up: 12\n", "")
    + "design: {power: 0.9, looks: {calendar: [20, 30, 36], spending_by: calendar}}\n"
)
FIXED = sample_design.KINDS["survival-fixed"]


def past(*numbers, **words):
    return {
        "H1": tuple(
            PastLook(
                n,
                "2019-01-01",
                1.0,
                60.0 + 10 * n,
                None,
                3.0,
                None,
                None,
                0.001,
                None,
                CONTINUE,
                **words,
            )
            for n in numbers
        )
    }


class TestRefusals:
    """What is wrong is told with the number found and the remedy."""

    def hold(self, text=PLAIN, *, before=None, z=1.0, fraction=0.5, **words):
        design, rules = designed(text)
        planned = rules.stopping.hypotheses[0].bounds.planned
        seen = [statistic_given(design, rules, "H1", z, fraction * planned)]
        return hold_look(design, rules, seen, before or {}, as_of="2020-01-01", **words)

    @pytest.mark.parametrize("number", [1, 2, 0, -1])
    def test_a_look_that_was_held(self, number):
        with pytest.raises(DesignError, match="cannot be held after look 2"):
            self.hold(before=past(1, 2), number=number, fraction=0.75)

    def test_a_look_past_the_last(self):
        with pytest.raises(DesignError, match="past the last of 3 planned looks"):
            self.hold(number=4)

    def test_a_last_look_by_its_number_alone(self):
        with pytest.raises(DesignError, match="`final=True` if the trial ends"):
            self.hold(number=3, fraction=0.6)

    def test_a_last_look_that_is_not_to_be_one(self):
        with pytest.raises(DesignError, match="leave `final` out"):
            self.hold(fraction=1.02, final=False)

    def test_calendar_spending_needs_a_time(self):
        with pytest.raises(DesignError, match="give `spending_time`"):
            self.hold(CALENDAR)
        assert self.hold(CALENDAR, spending_time=20 / 36).number == 1

    def test_records_that_contradict_themselves(self):
        with pytest.raises(DesignError, match="in order, from 1"):
            self.hold(before=past(2, 1))
        other = {"H9": past(1)["H1"]}
        with pytest.raises(DesignError, match="which the rules do not decide"):
            self.hold(before=other)
        odd = {
            "H1": (
                past(1)["H1"][0].__class__(1, "", 1.0, 60.0, None, 3.0, None, None, None, None, 7),
            )
        }
        with pytest.raises(DesignError, match="which is none"):
            self.hold(before=odd)

    def test_statistics_that_are_none(self):
        design, rules = designed(PLAIN)
        for z, information in ((float("nan"), 80.0), (1.0, -1.0), (1.0, 0.0), (1.0, float("inf"))):
            with pytest.raises(DataError, match="give a finite z"):
                statistic_given(design, rules, "H1", z, information)
        with pytest.raises(DataError, match="not decided at looks"):
            statistic_given(design, rules, "H7", 1.0, 80.0)
        wrong = SeenStatistic("H1", float("nan"), "", "events", 80.0, None, None, "")
        with pytest.raises(DesignError, match="give finite numbers"):
            hold_look(design, rules, [wrong], {}, as_of="2020-01-01")
        twice = [statistic_given(design, rules, "H1", 1.0, 80.0)] * 2
        with pytest.raises(DesignError, match="at most"):
            hold_look(design, rules, twice, {}, as_of="2020-01-01")

    def test_expectations_that_do_not_fit(self):
        design, _ = designed(PLAIN)
        with pytest.raises(DesignError, match="no hypothesis"):
            trial_rules(design, expected={"H9": [1.0, 2.0, 3.0]})
        with pytest.raises(DesignError, match="at 2 looks"):
            trial_rules(design, expected={"H1": [1.0, 2.0]})

    def test_nothing_planned(self):
        from equipoise.design.trial import design_trial  # noqa: PLC0415
        from equipoise.io.protocol.read import examine_text  # noqa: PLC0415

        protocol = examine_text(sample_design.KINDS["safety"], "p.yaml").protocol
        with pytest.raises(DesignError, match="no rule tells"):
            trial_rules(design_trial(protocol))


class TestDegenerate:
    """Looks at which next to nothing is known are held all the same."""

    def test_no_statistic_at_all(self):
        design, rules = designed(PLAIN)
        look = hold_look(design, rules, [], {}, as_of="2020-01-01")
        (each,) = look.hypotheses
        assert (look.number, each.decision, look.stop) == (1, NOT_TESTED, False)
        assert "for want of a statistic" in each.sentence
        # and the next look still has all of alpha
        seen = [statistic_given(design, rules, "H1", 1.0, 0.75 * each.planned)]
        second = hold_look(design, rules, seen, added({}, look), as_of="2020-02-01")
        assert second.number == 2
        assert second.hypotheses[0].place == 1

    def test_no_more_information_than_before(self):
        design, rules = designed(PLAIN)
        _, second = held(
            design, rules, [({"H1": (1.0, 0.5)}, {}), ({"H1": (1.0, 0.5)}, {"number": 2})]
        )
        assert second.hypotheses[0].decision == NOT_TESTED
        assert "no more information" in second.hypotheses[0].sentence

    def test_one_look(self):
        design, rules = designed(FIXED)
        (look,) = held(design, rules, [({"H1": (1.9, 1.0)}, {})])
        assert (look.final, look.hypotheses[0].decision) == (True, FUTILITY)
        assert "no claim is made" in look.hypotheses[0].sentence
        assert look.sentence == "Look 1 is the last: nothing is claimed."
        (early,) = held(design, rules, [({"H1": (2.5, 0.4)}, {"final": False})])
        assert not early.final
        assert early.unplanned

    def test_a_last_look_without_a_statistic(self):
        design, rules = designed(PLAIN)
        look = hold_look(design, rules, [], {}, as_of="2020-01-01", final=True)
        assert look.stop
        assert look.hypotheses[0].decision == NOT_TESTED

    def test_after_the_last_look(self):
        design, rules = designed(PLAIN)
        *_, later = held(
            design,
            rules,
            [({"H1": (1.0, 0.5)}, {}), ({"H1": (1.0, 1.0)}, {}), ({"H1": (3.0, 1.1)}, {})],
        )
        assert later.hypotheses[0].decision == NOT_TESTED
