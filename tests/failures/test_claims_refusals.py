"""What is wrong in a claims file is told with line, column, value and remedy."""

import pytest

from equipoise.errors import ClaimError
from equipoise.io.claims.read import claims_of_text, read_claims
from equipoise.verbs import appraise, appraise_numbers

HEAD = """\
claims: 1
source: A source
trial: {name: T, time_unit: year}
arms:
  new: {role: experimental, patients: 105}
  old: {role: control, patients: 103}
"""
DFS = "endpoints:\n  dfs: "
CASES = {
    "a percentage over 100": (
        "counts:\n  hsct: {new: 109%, old: 45%}\n",
        (8, 15),
        "a percentage over 100, found '109%'; check the digits and the decimal point",
    ),
    "an arm that nobody declared": (
        "counts:\n  hsct: {nwe: 79%, old: 45%}\n",
        (8, 10),
        "no such arm or key, found 'nwe'; write 'new'",
    ),
    "a key misspelled beside arms": (
        "counts:\n  hsct: {new: 79%, signficant: yes}\n",
        (8, 20),
        "write 'significant'",
    ),
    "an unknown key": (DFS + "{hazard: .7}\n", (8, 9), "unknown key in endpoints.dfs"),
    "a P over 1": (DFS + "{p: 5}\n", (8, 12), "a P value over 1, found '5'"),
    "numbers at risk that grow": (
        DFS + "{at_risk: {times: [0, 1, 2], new: [105, 60, 61]}}\n",
        (8, 52),
        "numbers at risk grow, from 60: nobody comes in late, found 61",
    ),
    "numbers at risk for other times": (
        DFS + "{at_risk: {times: [0, 1], new: [105, 60, 31]}}\n",
        (8, 39),
        "3 numbers at risk for 2 times",
    ),
    "one time twice": (
        DFS + "{rates: {2: {new: 59%}, 24 months: {new: 60%}}}\n",
        (8, 43),
        "the same time twice",
    ),
    "a median by nobody": (DFS + "{medians: {nee: 7.7}}\n", (8, 19), "no such arm"),
    "half a patient": (DFS + "{events: 10.5}\n", (8, 17), "this is no count of patients"),
    "a limit before its beginning": (
        DFS + "{hazard_ratio: 0.70 (1.03-0.47)}\n",
        (8, 23),
        "an interval ends below its beginning",
    ),
    "a data cut without accrual": (
        "plan: {data_cut: 2020-09-30}\nendpoints:\n  dfs: {p: .05}\n",
        (7, 18),
        "a data cut needs the dates of accrual",
    ),
    "an alpha in percent": ("plan: {alpha: 2.5}\n" + DFS + "{p: .05}\n", (7, 15), "alpha is at"),
    "accrual backward": (
        "plan: {accrual: {first: 2019-09-18, last: 2014-12}}\n" + DFS + "{p: .05}\n",
        (7, 43),
        "this day is before 2019-09-18",
    ),
    "an endpoint without numbers": (DFS + "{label: X}\n", (8, 8), "nothing is printed of it"),
    "nothing claimed": ("patients: 208\n", (1, 1), "nothing is claimed"),
    "of how many, twice": (
        "counts:\n  hsct: {new: 74/102, of: {new: 105}}\n",
        (8, 33),
        "of how many is said twice",
    ),
    "a list for a number": (DFS + "{p: [.05, .06]}\n", (8, 13), "a mapping belongs here"),
    "a key without a value": (DFS + "{p: }\n", (8, 9), "'p' has no value"),
    "rates without their time": (
        DFS + "{rates: {new: 59%, old: 41%}}\n",
        (8, 17),
        "rates stand below their time, found 'new'; write their time first: {2: {new: ...}}",
    ),
    "a time in words": (
        DFS + "{rates: {two years: {new: 59%}}}\n",
        (8, 17),
        "a time belongs here, found 'two years'; write 2, or 24 months",
    ),
    "a median in fortnights": (
        DFS + "{medians: {new: 7 fortnights}}\n",
        (8, 24),
        "a time belongs here, found '7 fortnights'; write it as printed, such as 7.7, 17 months",
    ),
    "a number cut by its comma": (
        "counts:\n  hsct: {new: 1,234, old: 45}\n",
        (8, 17),
        "found '234'; quote a number that holds a comma: \"1,234\"",
    ),
    "a P of an arm that nobody declared": (
        DFS + "{p: {value: .05, experimental: nww}}\n",
        (8, 39),
        "endpoints.dfs.p.experimental: no such arm, found 'nww'; write 'new'",
    ),
    "a P of the control as experimental": (
        DFS + "{p: [{value: .05, experimental: old}]}\n",
        (8, 40),
        "an arm is compared with itself, found 'old'; name two different arms",
    ),
    "a P of counts of no such arm": (
        "counts:\n  hsct: {new: 79%, old: 45%, p: {value: .05, control: odl}}\n",
        (8, 55),
        "counts.hsct.p.control: no such arm, found 'odl'; write 'old'",
    ),
    "a ratio of the control as experimental": (
        DFS + "{hazard_ratio: {value: .7, experimental: old}}\n",
        (8, 49),
        "an arm is compared with itself, found 'old'",
    ),
    "a rate below 0": (
        DFS + "{rates: {2: {new: -5%}}}\n",
        (8, 26),
        "a percentage or a proportion is not below 0, found '-5%'; check its sign",
    ),
    "a ratio below 0": (DFS + "{hazard_ratio: -0.7}\n", (8, 23), "a ratio is not below 0"),
    "a P in words": (DFS + "{p: NS}\n", (8, 12), "a P value belongs here, found 'NS'"),
    "a sidedness of three": (DFS + "{p: {value: .05, sides: 3}}\n", (8, 32), "use one of '1', '2'"),
    "patients in words": (
        "patients: two hundred\n" + DFS + "{p: .05}\n",
        (7, 11),
        "a count belongs here, found 'two hundred'",
    ),
    "a standard error over 100": (
        DFS + "{rates: {2: {new: 59% ± 120}}}\n",
        (8, 26),
        "a percentage over 100, found '59% ± 120'",
    ),
    "a range of follow-up backward": (
        "follow_up: {median: 2, range: 5-1}\n" + DFS + "{p: .05}\n",
        (7, 31),
        "an interval ends below its beginning, found '5-1'",
    ),
    "a share as a count": (
        "counts:\n  hsct: {new: .79, old: 45%}\n",
        (8, 15),
        "write a whole number, or a percentage with its sign",
    ),
    "one arm twice": (
        DFS + "{rates: {2: {new: 59%, new: 60%}}}\n",
        (8, 31),
        "the same key twice, found 'new'",
    ),
    "text that is not YAML": (DFS + "{p: .05\n", (9, 1), "not valid YAML"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_told_at_its_place(case):
    text, place, said = CASES[case]
    with pytest.raises(ClaimError) as refused:
        claims_of_text(HEAD + text, "claims.yaml")
    found = {(each.line, each.column): str(each) for each in refused.value.problems}
    assert place in found, found
    assert said in found[place]
    assert found[place].startswith("claims.yaml:")
    assert all(each.remedy for each in refused.value.problems)


def test_no_control_arm():
    text = HEAD.replace("role: control", "role: experimental") + DFS + "{hazard_ratio: .7}\n"
    with pytest.raises(ClaimError, match="no arm has the role control"):
        claims_of_text(text, "claims.yaml")


def test_two_experimental_arms_must_be_told_apart():
    text = HEAD + "  newer: {role: experimental}\n" + DFS
    with pytest.raises(ClaimError, match="more than one experimental arm"):
        claims_of_text(text + "{hazard_ratio: .7}\n", "claims.yaml")
    told = claims_of_text(
        text + "{hazard_ratio: {value: .7, experimental: newer}}\n", "claims.yaml"
    )
    assert told.claimed[0].experimental == "newer"


def test_a_p_of_one_of_two_controls_must_say_which():
    text = HEAD + "  older: {role: control}\n" + DFS
    with pytest.raises(ClaimError, match="more than one control arm: say which is meant"):
        claims_of_text(text + "{p: {value: .05, experimental: new}}\n", "claims.yaml")


def test_a_percentage_may_say_of_how_many():
    told = claims_of_text(HEAD + "counts:\n  hsct: {new: 79% of 102, old: 45%}\n", "claims.yaml")
    assert told.claimed[0].of.text == "102"


def test_every_mistake_is_told_at_once():
    text = HEAD + DFS + "{p: 5}\ncounts:\n  hsct: {new: 109%}\n"
    with pytest.raises(ClaimError) as refused:
        claims_of_text(text, "claims.yaml")
    assert [each.line for each in refused.value.problems] == [8, 10]


def test_an_arm_cannot_be_called_like_a_key():
    text = HEAD.replace("new:", "p:") + DFS + "{events: {p: 3, old: 4}}\n"
    with pytest.raises(ClaimError, match="the word has a meaning of its own"):
        claims_of_text(text, "claims.yaml")


def test_files_that_are_none(tmp_path):
    with pytest.raises(ClaimError, match="there is no such file; name the YAML file that holds"):
        read_claims(tmp_path / "absent.yaml")
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    with pytest.raises(ClaimError, match=r"see docs/appraise.md"):
        read_claims(empty)


def test_claims_about_other_trials_or_arms_are_not_held_against_each_other():
    first = claims_of_text(HEAD + DFS + "{p: .05}\n", "first.yaml")
    other = claims_of_text(HEAD.replace("name: T", "name: U") + DFS + "{p: .05}\n", "other.yaml")
    with pytest.raises(ClaimError, match="appraise them apart"):
        appraise(first, other, trials=0)
    text = HEAD.replace("new", "newest").replace("old", "older") + DFS + "{p: .05}\n"
    with pytest.raises(ClaimError, match="Call the same arms by the same id"):
        appraise(first, claims_of_text(text, "other.yaml"), trials=0)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "There is nothing to check"),
        ({"p": ".05"}, "There is nothing to check"),
        ({"percent": "79", "rates": "59 v 41"}, "two claims"),
        ({"percent": "79", "patients": "105 103"}, "one number of patients"),
        ({"rates": "59.3%"}, "Rates are of two arms"),
        ({"rates": "59 v 41 v 3"}, "one an arm, belongs here"),
        ({"hazard_ratio": ".7 (.9-.5)"}, "ends below its beginning"),
        ({"percent": "109", "patients": "105"}, "over 100"),
        ({"rates": "59 v 41", "time": float("nan")}, "above 0"),
        ({"rates": "59 v 41", "p": ".05", "alpha": "2.5"}, "at most 0.5"),
    ],
)
def test_numbers_that_cannot_be_checked(typed, said):
    with pytest.raises(ClaimError, match=said):
        appraise_numbers(**typed)
