"""Which arm of a figure is the experimental one, said by labels and title, never by the answer.

    rule            what speaks                                              experimental is
    control word    one label says placebo, control, observation, ...        the other arm
    without         one label says "no ..."                          (*)     the other arm
    addition        one arm is the other and something more          (*)     the larger one
    with or without the title asks for "... with or without X"       (*)     the arm with X
    more patients   randomized 2:1, and the patients are so                  the arm of two
    title order     of two arms the title says "X versus Y"          (*)     X
    title names     the title names one of them alone                (*)     the one named
    class           what is tested is no chemotherapy, one arm just that     the other arm

(*) silent in trials of non-inferiority, where doing less may be what is tested, and the standard
often stands first.  Rules that speak must agree; a control word alone overrules others.  Where
none speaks or they disagree, the order is not resolved: the arms stay as listed, and it is said.
"""

from collections.abc import Callable
from dataclasses import dataclass

from equipoise.appraise.library.figure import ArmOrder
from equipoise.evidence.label_words import (
    CONTROL_WORDS,
    apart,
    distinct,
    following_choice,
    named,
    plain,
    words,
)

CHEMOTHERAPY = frozenset({"chemo", "ct"})
TWICE = 1.5  # from here on patients are as "2:1" says
TWO_ARMS = ("1:1", "2:1")  # the randomization of trials whose title may set one arm against one


@dataclass(frozen=True, slots=True)
class Candidate:
    """An arm as the index and the demographics name it."""

    label: str
    description: str  # spells abbreviations out; not asked who the control is
    patients: int

    @property
    def words(self) -> frozenset[str]:
        """The words of the label."""
        return words(self.label)

    @property
    def all_words(self) -> frozenset[str]:
        """The words of label and description."""
        return self.words | words(self.description)


@dataclass(frozen=True, slots=True)
class Printed:
    """What the index says of the trial, apart from its results."""

    title: str
    randomized: str
    non_inferiority: bool  # or both
    treatment_class: str


Pair = tuple[Candidate, Candidate]
Rule = Callable[[Pair, Printed], int | None]  # the place of the experimental arm


def arm_order(listed: Pair, printed: Printed) -> ArmOrder:
    """Say which arm is the experimental one, and by which rule.

    Args:
        listed: the arms in the order of the index.
        printed: what the index says of the trial.

    Witness: every figure's order and rule stands in the tests, read against title and labels.

    >>> arms = Candidate("bev_cp", "B+CP", 138), Candidate("placebo_cp", "PI+CP", 138)
    >>> arm_order(arms, Printed("BEYOND", "1:1", False, "Targeted Therapy")).experimental
    'bev_cp'
    """
    spoken = tuple(
        (name, listed[place].label)
        for name, rule in RULES.items()
        if not (printed.non_inferiority and name in SILENT)
        and (place := rule(listed, printed)) is not None
    )
    agreed = len({label for _, label in spoken}) == 1
    if not agreed and not (spoken and spoken[0][0] == "control word"):
        return _listed(listed, spoken)
    if {name for name, _ in spoken} <= BY_TITLE and spoken[0][1] != listed[1].label:
        return _listed(listed, (*spoken, ("the index's own order", listed[1].label)))
    rule, experimental = spoken[0]
    control = next(each.label for each in listed if each.label != experimental)
    sentence = f"{SENTENCES[rule].format(control=control, experimental=experimental)}."
    return ArmOrder(control, experimental, rule, sentence, spoken)


def _listed(listed: Pair, spoken: tuple[tuple[str, str], ...]) -> ArmOrder:
    control, experimental = (each.label for each in listed)
    why = "neither labels nor title say which arm is experimental"
    if spoken:
        why = "the rules disagree: " + "; ".join(f"{rule} says {label}" for rule, label in spoken)
    sentence = f"Not resolved: {why}. The arms stand as the index lists them."
    return ArmOrder(control, experimental, "listed", sentence, spoken)


def _control_word(listed: Pair, _printed: Printed) -> int | None:
    return _other([bool(CONTROL_WORDS.search(plain(each.label))) for each in listed])


def _without(listed: Pair, _printed: Printed) -> int | None:
    return _other(["no" in each.words for each in listed])


def _addition(listed: Pair, _printed: Printed) -> int | None:
    if any("no" in each.words for each in listed):
        return None
    for first, second in (
        (listed[0].words, listed[1].words),
        (words(listed[0].description), words(listed[1].description)),
    ):
        if first and first < second:
            return 1
        if second and second < first:
            return 0
    return None


def _with_or_without(listed: Pair, printed: Printed) -> int | None:
    after = following_choice(printed.title)
    if not after:
        return None
    first, second = distinct(listed[0].all_words, listed[1].all_words)
    said = [named(first, after), named(second, after)]
    return None if said[0] == said[1] or "no" in first | second else int(said[1])


def _more_patients(listed: Pair, printed: Printed) -> int | None:
    if printed.randomized != "2:1":
        return None
    first, second = (each.patients for each in listed)
    if first > TWICE * second:
        return 0
    return 1 if second > TWICE * first else None


def _title_order(listed: Pair, printed: Printed) -> int | None:
    sides = apart(printed.title)
    if sides is None or printed.randomized not in TWO_ARMS:
        return None
    stands = [_side(each, other, sides) for each, other in (listed, listed[::-1])]
    for place, (mine, other) in enumerate((listed, listed[::-1])):
        theirs = stands[1 - place]
        if stands[place] == 0 and (theirs == 1 or _unnamed(other, mine, sides)):
            return place
    return None


def _unnamed(arm: Candidate, other: Candidate, sides: tuple[str, str]) -> bool:
    """Tell whether a title calls an arm by none of its own words: "versus chemotherapy"."""
    mine = arm.all_words - other.all_words
    return bool(mine) and not any(named(mine, side) for side in sides)


def _side(arm: Candidate, other: Candidate, sides: tuple[str, str]) -> int | None:
    """Give the side of "versus" on which alone the title names an arm: 0 before, 1 after."""
    mine, others = arm.all_words - other.all_words, other.all_words - arm.all_words
    if mine:
        said = [named(mine, side) for side in sides]
    else:  # the other arm is this one and something more
        said = [named(arm.all_words, side) and not named(others, side) for side in sides]
    return None if said[0] == said[1] else int(said[1])


def _title_names(listed: Pair, printed: Printed) -> int | None:
    if apart(printed.title) is not None or following_choice(printed.title):
        return None
    first, second = distinct(listed[0].all_words, listed[1].all_words)
    said = [named(first, printed.title), named(second, printed.title)]
    return None if said[0] == said[1] else int(said[1])


def _class(listed: Pair, printed: Printed) -> int | None:
    if "Chemotherapy" in printed.treatment_class:
        return None
    return _other([each.words <= CHEMOTHERAPY for each in listed])


def _other(said: list[bool]) -> int | None:
    """Give the place of the one that does not say it, where one alone says it."""
    return None if said[0] == said[1] else int(said[0])


RULES: dict[str, Rule] = {
    "control word": _control_word,
    "without": _without,
    "addition": _addition,
    "with or without": _with_or_without,
    "more patients": _more_patients,
    "title order": _title_order,
    "title names": _title_names,
    "class": _class,
}
SILENT = {"without", "addition", "with or without", "title order", "title names"}
BY_TITLE = {"title order", "title names"}  # alone they do not overrule the index's own order
SENTENCES = {
    "control word": "The label of {control} says that it is the control",
    "without": "{control} goes without what {experimental} is given",
    "addition": "{experimental} is {control} and something more",
    "with or without": "The title asks for more or nothing more, and {experimental} is given more",
    "more patients": "Two in three were randomized to {experimental}",
    "title order": "The title sets {experimental} against {control}, in this order",
    "title names": "The title names {experimental} and not {control}",
    "class": "{control} is chemotherapy alone, and what is tested is of another class",
}
