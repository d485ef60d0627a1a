"""What contradicts itself in how a claims file is written, so that nothing can be said of it.

What contradicts itself in what the *source* prints is a finding, not a problem: arms that do not
add up, a ratio outside its interval.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from equipoise.appraise.claims.printed import printed
from equipoise.io.claims.fields import calendar_day, counted, exact, length
from equipoise.io.claims.forms import Entry, arms_of_role, compared, entries
from equipoise.io.claims.schema import (
    AtRiskSection,
    ClaimedEndpointSection,
    ClaimsFile,
    CountSection,
    DifferenceSection,
    PlanSection,
    PSection,
    RatioSection,
)
from equipoise.io.protocol.nodes import Path
from equipoise.protocol.contradiction import Contradiction, nearest
from equipoise.protocol.trial import TimeUnit

_LARGEST_ALPHA = 0.5


def claims_contradictions(file: ClaimsFile) -> Iterator[Contradiction]:
    """Find what is wrong in a file whose every text can be read."""
    yield from _arms(file)
    for endpoint, told in file.endpoints.items():
        yield from _endpoint(file, endpoint, told)
    for what, counts in file.counts.items():
        yield from _counts(file, what, counts)
    if file.plan is not None:
        yield from _plan(file.plan)
    if not (file.endpoints or file.counts or file.follow_up):
        remedy = "add what is printed: `endpoints`, `counts`"
        yield Contradiction((), "nothing is claimed", "", remedy)


def _arms(file: ClaimsFile) -> Iterator[Contradiction]:
    if len(file.arms) > 1:
        for role in ("control", "experimental"):
            if all(told.role != role for told in file.arms.values()):
                what = f"no arm has the role {role}"
                remedy = "say of each arm whether it is control or experimental"
                yield Contradiction(("arms",), what, ", ".join(file.arms), remedy)


def _endpoint(
    file: ClaimsFile, endpoint: str, told: ClaimedEndpointSection
) -> Iterator[Contradiction]:
    here: Path = ("endpoints", endpoint)
    held = (told.rates, told.medians, told.hazard_ratio, told.p, told.events, told.differences)
    if not any(held) and told.at_risk is None:
        yield Contradiction(here, "nothing is printed of it", "", "add its numbers, or delete it")
    yield from _moments((*here, "rates"), told.rates, file.trial.time_unit)
    yield from _moments((*here, "differences"), told.differences, file.trial.time_unit)
    for time, row in told.rates.items():
        if not row.__pydantic_extra__:
            remedy = "add them by arm, or delete it"
            yield Contradiction((*here, "rates", time), "no rates stand here", "", remedy)
    ratios = entries(told.hazard_ratio, RatioSection, (*here, "hazard_ratio"))
    yield from _arms_of(file, ratios, needed=True)
    yield from _arms_of(file, entries(told.p, PSection, (*here, "p")), needed=False)
    for time, each in told.differences.items():
        found = entries(each, DifferenceSection, (*here, "differences", time))
        yield from _arms_of(file, found, needed=True)
    if told.at_risk is not None:
        yield from _at_risk(told.at_risk, (*here, "at_risk"), file.trial.time_unit)


def _moments(path: Path, times: Iterable[str], unit: TimeUnit) -> Iterator[Contradiction]:
    seen: dict[float, str] = {}
    for time in times:
        when = length(time).measured_in(unit)
        if when in seen:
            what = f"the same time twice: {seen[when]} {unit}s"
            yield Contradiction((*path, time), what, repr(time), "keep one")
        seen[when] = time


def _arms_of(
    file: ClaimsFile, found: Iterable[Entry[Any]], *, needed: bool
) -> Iterator[Contradiction]:
    """Find comparisons of arms that are none, of an arm with itself, or the wrong way round.

    `needed`: without arms that are named, the only two of the file must be meant.
    """
    for each in found:
        named = {"experimental": each.told.experimental, "control": each.told.control}
        wrong = []
        for role, arm in named.items():
            if arm is not None and arm not in file.arms:
                remedy = nearest(arm, file.arms)
                wrong.append(Contradiction((*each.path, role), "no such arm", repr(arm), remedy))
            elif arm is None and (needed or any(named.values())):
                wrong += _only_arm(file, each.path, role)
        yield from wrong or _two_arms(file, each)


def _two_arms(file: ClaimsFile, each: Entry[Any]) -> Iterator[Contradiction]:
    """Find an arm compared with itself, and a control that is set over an experimental arm."""
    treated, control = compared(file, each.told)
    if treated is None or control is None:
        return
    path = (*each.path, "experimental" if each.told.experimental else "control")
    if treated == control:
        remedy = "name two different arms, as `experimental` and `control`"
        yield Contradiction(path, "an arm is compared with itself", repr(treated), remedy)
    elif file.arms[treated].role == "control" and file.arms[control].role == "experimental":
        what = "a control arm is compared with an experimental arm, the wrong way round"
        remedy = f"write {{value: ..., experimental: {control}, control: {treated}}}"
        if isinstance(each.told, RatioSection):
            remedy += ", with `inverted: yes` if the ratio is printed so"
        yield Contradiction(path, what, f"{treated!r} v {control!r}", remedy)


def _only_arm(file: ClaimsFile, path: Path, role: str) -> Iterator[Contradiction]:
    found = arms_of_role(file, role)
    if len(found) > 1:
        remedy = f"write {{value: ..., {role}: {found[0]}}}"
        what = f"there is more than one {role} arm: say which is meant"
        yield Contradiction(path, what, ", ".join(found), remedy)
    elif not found:
        remedy = "declare the arm under `arms`"
        yield Contradiction(path, f"it compares two arms, and there is no {role} arm", "", remedy)


def _at_risk(told: AtRiskSection, path: Path, unit: TimeUnit) -> Iterator[Contradiction]:
    times = [length(each).measured_in(unit) for each in told.times]
    for index, (before, after) in enumerate(pairwise(times), start=1):
        if after <= before:
            remedy = "order the times, and the numbers with them"
            what = "times of numbers at risk must rise"
            yield Contradiction((*path, "times", index), what, told.times[index], remedy)
    for arm, texts in (told.__pydantic_extra__ or {}).items():
        if len(texts) != len(times):
            what = f"{len(texts)} numbers at risk for {len(times)} times"
            remedy = "give one number a time; leave out the times without one"
            yield Contradiction((*path, arm), what, "", remedy)
        counts = [printed(each, "count").value for each in texts]
        for index, (before, after) in enumerate(pairwise(counts), start=1):
            if after > before:
                what = f"numbers at risk grow, from {texts[index - 1]}: nobody comes in late"
                remedy = "check the digits, and that the numbers are this arm's"
                yield Contradiction((*path, arm, index), what, texts[index], remedy)


def _counts(file: ClaimsFile, what: str, told: CountSection) -> Iterator[Contradiction]:
    here: Path = ("counts", what)
    if not told.__pydantic_extra__ and told.difference is None:
        remedy = "add a count or percentage by arm, or delete it"
        yield Contradiction(here, "no counts stand here", "", remedy)
    found = entries(told.difference, DifferenceSection, (*here, "difference"))
    yield from _arms_of(file, found, needed=True)
    yield from _arms_of(file, entries(told.p, PSection, (*here, "p")), needed=False)
    within = {} if told.of is None else (told.of.__pydantic_extra__ or {})
    for arm, text in (told.__pydantic_extra__ or {}).items():
        if arm in file.arms and arm in within and counted(text)[2] is not None:
            remedy = "keep one of the two"
            yield Contradiction((*here, "of", arm), "of how many is said twice", text, remedy)


def _plan(told: PlanSection) -> Iterator[Contradiction]:
    if told.alpha is not None and exact(told.alpha) > _LARGEST_ALPHA:
        remedy = "write it as a proportion, like 0.025"
        yield Contradiction(("plan", "alpha"), "alpha is at most 0.5", told.alpha, remedy)
    for key in ("power", "information"):
        text = getattr(told, key)
        if text is not None and exact(text) > 1:
            remedy = "write it as a proportion, like 0.85"
            yield Contradiction(("plan", key), f"{key} is at most 1", text, remedy)
    if told.accrual is None:
        if told.data_cut is not None:
            remedy = "add `accrual: {first: ..., last: ...}`, or leave the data cut out"
            what = "a data cut needs the dates of accrual to be measured from"
            yield Contradiction(("plan", "data_cut"), what, told.data_cut, remedy)
        return
    days = [("accrual", "first"), ("accrual", "last"), ("data_cut",)]
    texts = [told.accrual.first, told.accrual.last, told.data_cut]
    given = [(path, text) for path, text in zip(days, texts, strict=True) if text is not None]
    for (_, before), (path, after) in pairwise(given):
        if calendar_day(after, last=True) < calendar_day(before):
            what = f"this day is before {before}"
            yield Contradiction(("plan", *path), what, after, "check both dates")
