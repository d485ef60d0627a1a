"""What a claims file prints of one endpoint, for the arms of a figure.

Arms of the figure are those of the claims by id or by label, whatever capitals, signs and spaces.
P values name no arms, so they are of the only two arms of the claims, or left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from equipoise.appraise.claims.claim import (
    Claimed,
    ClaimedAtRisk,
    ClaimedCount,
    ClaimedDifference,
    ClaimedEvents,
    ClaimedFollowUp,
    ClaimedP,
    ClaimedRatio,
    Claims,
)
from equipoise.errors import ClaimError

PAIR = 2


@dataclass(frozen=True, slots=True)
class ClaimsOfFigure:
    """The claims of one endpoint, and which arm of the figure is which of theirs."""

    source: str  # short name
    endpoint: str  # label
    ids: Mapping[str, str]  # label in the figure → id in the claims
    claimed: tuple[Claimed, ...]
    patients: Mapping[str, int]  # label in the figure → as printed
    events: Mapping[str, int]
    at_risk: Mapping[str, ClaimedAtRisk]
    left_out: tuple[str, ...]  # sentences


def claims_of_figure(claims: Claims, endpoint: str | None, labels: Sequence[str]) -> ClaimsOfFigure:
    """Take what is printed of an endpoint for the arms of a figure.

    Args:
        claims: in the figure's unit of time.
        endpoint: its id; the only one, where None.
        labels: of the arms compared.

    Raises:
        ClaimError: there is no such endpoint, or an arm is none of the claims'.

    Witness: law (the same numbers, by the figure's labels).
    """
    chosen = _endpoint(claims, endpoint)
    ids = _matched(claims, labels)
    own = {arm: label for label, arm in ids.items()}
    mine = [each for each in claims.claimed if _about(each) == chosen]
    events = [each for each in mine if isinstance(each, ClaimedEvents)]
    tables = [each for each in mine if isinstance(each, ClaimedAtRisk)]
    others = [each for each in mine if not isinstance(each, ClaimedEvents | ClaimedAtRisk)]
    kept = [each for each in others if _of_these(each, own, claims)]
    return ClaimsOfFigure(
        source=claims.source,
        endpoint=dict(claims.labels).get(chosen, chosen),
        ids=ids,
        claimed=tuple(kept),
        patients={
            own[arm.id]: int(arm.patients.value)
            for arm in claims.arms
            if arm.id in own and arm.patients is not None and arm.patients.relation == "="
        },
        events={
            own[each.arm]: int(each.events.value)
            for each in events
            if each.arm in own and each.events.relation == "="
        },
        at_risk={own[each.arm]: each for each in tables if each.arm in own},
        left_out=_left_out(claims, len(others) - len(kept), events),
    )


def _endpoint(claims: Claims, asked: str | None) -> str:
    """Find the endpoint.

    Raises:
        ClaimError: there is none, or more than one to choose from.
    """
    counted = {each.what for each in claims.claimed if isinstance(each, ClaimedCount)}
    known = dict.fromkeys(_about(each) for each in claims.claimed)
    known = {name: None for name in known if name and name not in counted}
    listed = ", ".join(known) or "none"
    if asked is None:
        if len(known) == 1:
            return next(iter(known))
        raise ClaimError(
            f"{claims.source} prints several endpoints ({listed}). Say which the figure shows: "
            "--endpoint ID (in Python endpoint=)."
        )
    if asked not in known:
        raise ClaimError(f"{claims.source} has no endpoint {asked!r}. It has {listed}.")
    return asked


def _about(each: Claimed) -> str:
    """Give the endpoint of a claim; empty where it is of none."""
    match each:
        case ClaimedP() | ClaimedDifference():
            return each.about
        case ClaimedFollowUp():
            return ""
        case ClaimedCount():
            return each.what
    return each.endpoint


def _matched(claims: Claims, labels: Sequence[str]) -> dict[str, str]:
    """Find each arm of the figure among those of the claims.

    Raises:
        ClaimError: one is none of them, or two are the same.
    """
    found: dict[str, str] = {}
    for label in labels:
        for arm in claims.arms:
            if (
                _plain(label) in {_plain(arm.id), _plain(arm.label)}
                and arm.id not in found.values()
            ):
                found[label] = arm.id
                break
    if len(found) == len(labels):
        return found
    missing = ", ".join(repr(label) for label in labels if label not in found)
    named = "; ".join(f"{arm.id} ({arm.label})" for arm in claims.arms)
    raise ClaimError(
        f"{claims.source} has no arm {missing}. Its arms are {named}. Name the curves alike by "
        "labels, write the figure's names into the claims, or compare only arms that are in both "
        "(--experimental)."
    )


def _plain(label: str) -> str:
    return "".join(letter for letter in label.casefold() if letter.isalnum())


def _of_these(each: Claimed, own: Mapping[str, str], claims: Claims) -> bool:
    """Tell whether a claim is of the arms of the figure."""
    match each:
        case ClaimedRatio() | ClaimedDifference():
            return each.experimental in own and each.control in own
        case ClaimedP():
            return len(claims.arms) == PAIR
        case ClaimedFollowUp() | ClaimedCount():
            return False
    return each.arm in own


def _left_out(claims: Claims, others: int, events: Sequence[ClaimedEvents]) -> tuple[str, ...]:
    """Say what of the claims is not used."""
    told = []
    if others:
        told.append(
            f"{others} printed numbers of {claims.source} are of other arms, or of arms not named, "
            "and left out."
        )
    if any(each.arm is None for each in events):
        told.append(f"{claims.source} prints events of all arms together; these are left out.")
    return tuple(told)
