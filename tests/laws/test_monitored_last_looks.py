"""Which look is the last: none spends all of alpha on a guess."""

import pytest

import sample_design
from equipoise.verbs import monitor_statistics
from monitored_looks import designed, held

TWO = f"{sample_design.SURVIVAL}design:\n  power: 0.9\n  looks: {{information: [0.5, 1]}}\n"


def looks(fraction, **said):
    design, rules = designed(TWO)
    first, then = held(design, rules, [({"H1": (1.0, 0.5)}, {}), ({"H1": (2.05, fraction)}, said)])
    assert not first.final
    return then


@pytest.mark.parametrize("fraction", [0.76, 0.85, 0.89])
def test_with_information_still_to_come_a_look_spends_what_its_function_gives(fraction):
    look = looks(fraction)
    one = look.hypotheses[0]
    assert (look.final, look.unplanned, look.stop) == (False, True, False)
    assert one.alpha_spent < 0.022
    assert one.bound > 2.05
    assert any("say beforehand that it is final" in each for each in look.remarks)


@pytest.mark.parametrize("fraction", [0.91, 0.96, 1.0, 1.1])
def test_with_nearly_all_of_it_the_look_is_the_last(fraction):
    look = looks(fraction)
    assert look.final
    assert look.hypotheses[0].alpha_spent == pytest.approx(0.025, abs=1e-9)


def test_whoever_says_so_ends_the_trial_wherever_it_is():
    look = looks(0.76, final=True)
    assert look.final
    assert look.hypotheses[0].alpha_spent == pytest.approx(0.025, abs=1e-9)


def test_the_last_look_after_such_a_one_is_the_last():
    design, rules = designed(TWO)
    found = held(
        design,
        rules,
        [({"H1": (1.0, 0.5)}, {}), ({"H1": (2.05, 0.8)}, {}), ({"H1": (2.1, 1.0)}, {})],
    )
    assert [look.final for look in found] == [False, False, True]
    assert [look.number for look in found] == [1, 2, 3]
    assert found[-1].hypotheses[0].alpha_spent == pytest.approx(0.025, abs=1e-9)


def test_numbers_alone_are_read_likewise(tmp_path):
    file = tmp_path / "protocol.yaml"
    file.write_text(TWO, encoding="utf-8")
    planned = designed(TWO)[1].stopping.hypotheses[0].bounds.planned
    told = monitor_statistics(file, 2.05, round(0.8 * planned))
    assert not told.look.final
    assert monitor_statistics(file, 2.05, round(0.8 * planned), final=True).look.final


THREE = f"{sample_design.SURVIVAL}design:\n  power: 0.9\n  looks: {{information: [0.4, 0.7, 1]}}\n"


@pytest.mark.parametrize("fraction", [0.45, 0.46, 0.72, 0.95])
def test_an_extra_look_held_again_is_an_extra_look(fraction):
    """What it is does not hang on its number, nor on the information of the corrected data."""
    design, rules = designed(THREE)
    before = [({"H1": (1.0, 0.4)}, {})]
    *_, as_held = held(design, rules, [*before, ({"H1": (1.2, 0.45)}, {})])
    assert (as_held.number, as_held.unplanned) == (2, True)
    repeated = {"number": as_held.number, "unplanned": as_held.unplanned}
    *_, again = held(design, rules, [*before, ({"H1": (1.2, fraction)}, repeated)])
    assert (again.number, again.unplanned, again.final) == (2, True, False)
    if fraction == 0.45:
        assert again.sentence == as_held.sentence
        for one, other in zip(again.hypotheses, as_held.hypotheses, strict=True):
            assert (one.bound, one.alpha_spent) == (other.bound, other.alpha_spent)
    elsewhere = held(design, rules, [*before, ({"H1": (1.2, fraction)}, {"number": 2})])[-1]
    assert not elsewhere.unplanned  # so numbered it would have stood for the second planned look


def test_an_extra_look_with_all_the_information_is_the_last():
    design, rules = designed(THREE)
    asked = {"number": 2, "unplanned": True}
    *_, look = held(design, rules, [({"H1": (1.0, 0.4)}, {}), ({"H1": (2.0, 1.0)}, asked)])
    assert (look.unplanned, look.final, look.why_final) == (True, True, "all information is there")
    assert look.hypotheses[0].alpha_spent == pytest.approx(0.025, abs=1e-9)
