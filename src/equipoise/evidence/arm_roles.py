"""Which arm of a figure is the control: as asked, or as the labels alone say.

With the names of an arm asked for there is nothing to find out.  Else the rules of `arm_order` that
need labels only speak on every pair: a control word, "no ...", and one arm being another and
something more.  An arm is the control where they say so against every other arm; nothing is
guessed where they are silent or disagree.
"""

from collections.abc import Sequence

from equipoise.appraise.rebuilt.trial import ArmRoles
from equipoise.errors import DataError
from equipoise.evidence.arm_order import Candidate, Printed, arm_order

BY_LABELS = ("control word", "without", "addition")
NO_TITLE = Printed("", "", non_inferiority=False, treatment_class="Chemotherapy")


def roles_of(
    labels: Sequence[str], *, control: str | None = None, experimental: Sequence[str] = ()
) -> ArmRoles:
    """Say which arm is the control, and which are set against it.

    Args:
        labels: of the arms, in the order of the figure.
        control: the one asked for; by the labels, where None.
        experimental: those asked for; all others, where none.

    Raises:
        DataError: an arm asked for is none of the figure's, or the labels do not say which is the
            control.

    Witness: `arm_order` of each pair.

    >>> roles_of(["Placebo", "Drug"]).sentence
    'The label of Placebo says that it is the control.'
    """
    named = tuple(dict.fromkeys(found_label(each, labels) for each in experimental))
    if control is not None:
        chosen = found_label(control, labels)
        if chosen in named:
            raise DataError(f"{chosen!r} is asked for as control and as experimental arm.")
        return _asked(labels, chosen, named)
    if len(labels) == 1:
        if named:
            raise DataError(f"{named[0]!r} is the only curve: there is no control to compare with.")
        sentence = f"There is one curve, {labels[0]}: it is compared with nothing."
        return ArmRoles(None, (), "one curve", (), sentence)
    left = [label for label in labels if label not in named]
    if named and len(left) == 1:
        return _asked(labels, left[0], named)
    return _by_labels(labels, left, named)


def found_label(asked: str, labels: Sequence[str]) -> str:
    """Find an arm by its label, whatever its capitals and spaces.

    Raises:
        DataError: there is none, or more than one; the message lists them.

    >>> found_label("lev+5fu", ["Lev", "Lev+5FU"])
    'Lev+5FU'
    """
    if asked in labels:
        return asked
    like = [label for label in labels if _plain(label) == _plain(asked)]
    if len(like) == 1:
        return like[0]
    raise DataError(f"No arm is called {asked!r}. The figure has {listed(labels)}.")


def listed(labels: Sequence[str]) -> str:
    """Write labels for a message."""
    return ", ".join(repr(label) for label in labels)


def _plain(label: str) -> str:
    return "".join(label.casefold().split())


def _asked(labels: Sequence[str], control: str, named: tuple[str, ...]) -> ArmRoles:
    others = named or tuple(label for label in labels if label != control)
    if not others:
        raise DataError(
            f"{control!r} is the only curve: there is nothing to compare it with. Leave the "
            "control out."
        )
    return ArmRoles(control, _ordered(others, labels), "asked", (), f"{control} is the control.")


def _ordered(some: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    return tuple(label for label in labels if label in some)


def _by_labels(labels: Sequence[str], left: Sequence[str], named: tuple[str, ...]) -> ArmRoles:
    """Take for the control the one arm of which the labels say so against all others."""
    for control in left:
        others = _ordered(named or [label for label in labels if label != control], labels)
        spoken = [_spoken(control, other) for other in others]
        if all(each is not None for each in spoken):
            rules = tuple(dict.fromkeys(each[0] for each in spoken if each))
            sentence = " ".join(dict.fromkeys(each[1] for each in spoken if each))
            return ArmRoles(control, others, "labels", rules, sentence)
    unnamed = all(label.startswith("curve ") for label in labels)
    legend = " No legend names them: name them first, by labels." if unnamed else ""
    raise DataError(
        f"The labels {listed(labels)} do not say which arm is the control. Name it: "
        f"--control {labels[0]!r}, or another (in Python control=).{legend}"
    )


def _spoken(control: str, other: str) -> tuple[str, str] | None:
    """Give the rule by which the labels take one arm for the control, and its sentence."""
    order = arm_order((Candidate(control, "", 1), Candidate(other, "", 1)), NO_TITLE)
    said = order.rule in BY_LABELS and order.control == control
    return (order.rule, order.sentence) if said else None
