"""Which figures of a setting count: each patient once, so that what is pooled is independent.

A trial with three arms has several figures that share a control, a factorial trial compares the
same patients twice, and a trial is published again when it is older.  Of figures that share
patients one is kept, chosen before any ratio is looked at: the one with most patients, then the
later publication, then the one the index lists first.

Of one trial, figures stand on different patients only where one publication draws them for
different subgroups, or for the several trials that it reports.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.appraise.library.figure import Figure


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A figure that is not used, and why."""

    figure: str
    reason: str


def counted_once(
    figures: Sequence[Figure],
) -> tuple[tuple[Figure, ...], tuple[LeftOut, ...]]:
    """Choose among figures of one endpoint those that count; the others come with the reason.

    Witness: three arms, a factorial trial, subgroups and two publications of the library, by hand.
    """
    reasons = {each.id: reason for each in figures if (reason := _unfit(each))}
    fit = [each for each in figures if each.id not in reasons]
    kept: list[Figure] = []
    for each in sorted(fit, key=lambda each: (-each.patients, -each.year, each.id)):
        twin = next((other for other in kept if _share_patients(each, other)), None)
        if twin is None:
            kept.append(each)
        else:
            reasons[each.id] = _counted_in(each, twin)
    return (
        tuple(each for each in figures if each.id not in reasons),
        tuple(LeftOut(each.id, reasons[each.id]) for each in figures if each.id in reasons),
    )


def trial_of(figure: Figure) -> tuple[str, str]:
    """Name the trial of a figure; a publication of several trials is one figure a trial."""
    several = len(_registrations(figure)) > 1
    return figure.registration or figure.trial, figure.control.label if several else ""


def _unfit(figure: Figure) -> str:
    if not figure.order.resolved:
        return "the labels do not tell which arm is experimental"
    if figure.doubts:
        return figure.doubts[0]
    if min(figure.event[figure.arm == side].sum() for side in (0, 1)) == 0:
        return "an arm has no events"
    return ""


def _share_patients(one: Figure, other: Figure) -> bool:
    if not _registrations(one) & _registrations(other):
        return False
    if one.pubmed != other.pubmed:
        return True
    if one.subgroup and other.subgroup and one.subgroup != other.subgroup:
        return False
    return trial_of(one) == trial_of(other)


def _registrations(figure: Figure) -> frozenset[str]:
    named = re.split(r"\s*[/,]\s*", figure.registration) if figure.registration else [figure.trial]
    return frozenset(each.casefold() for each in named)


def _counted_in(figure: Figure, twin: Figure) -> str:
    if figure.pubmed != twin.pubmed:
        when = "later" if twin.year > figure.year else "elsewhere"
        more = "with more patients" if twin.patients > figure.patients else when
        return f"the same trial is published {more} in {twin.id}"
    return f"patients of it count already in {twin.id}, of the same trial"
