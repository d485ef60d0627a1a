"""What a reader of a rehearsal should know happened: nothing to count, looks that never came due.

Told of the protocol's own design, scenario by scenario.
"""

from collections.abc import Iterator

from equipoise.design.wording.numbers import Clock, percent
from equipoise.protocol.trial import Protocol
from equipoise.simulate.characteristics.characteristics import OperatingCharacteristics
from equipoise.simulate.conduct import AfterEvents, Conduct, DropArms

RARELY = 0.005  # of trials in which a look may not come due without a word


def remarks_of(
    protocol: Protocol, conduct: Conduct, found: OperatingCharacteristics
) -> tuple[str, ...]:
    """Say in sentences what happened in one scenario that is easily overlooked."""
    return (
        *_without_events(protocol, found),
        *_not_due(protocol, conduct, found),
        *_never_tested(found),
        *_dropped(protocol, conduct, found),
    )


def _without_events(protocol: Protocol, found: OperatingCharacteristics) -> Iterator[str]:
    for name, events in zip(found.endpoints, found.events, strict=True):
        if events is not None and events.mean.value == 0.0:
            yield f"Nobody has an event of {protocol.endpoint(name).label}."


def _not_due(
    protocol: Protocol, conduct: Conduct, found: OperatingCharacteristics
) -> Iterator[str]:
    for look in found.looks:
        if look.condition_met.value >= 1.0 - RARELY:
            continue
        end = conduct.maximum_duration
        within = f" within {Clock(protocol.trial).length(end)}" if end < float("inf") else ""
        if not look.condition_met.count:
            yield f"Look {look.look} never came due{within}."
            continue
        told = f"Look {look.look} came due in {percent(look.condition_met.value)} of trials{within}"
        yield (
            f"{told}, counting trials that had stopped by then as if they had gone on; in the "
            "others the trial ended at that time, and the data then were its final analysis."
            if within
            else f"{told}, counting trials that had stopped by then as if they had gone on."
        )


def _never_tested(found: OperatingCharacteristics) -> Iterator[str]:
    for at, each in enumerate(found.hypotheses):
        if all(look.carried.z[at] is None for look in found.looks):
            yield f"{each.hypothesis} was never tested: there was nothing to test it on."


def _dropped(
    protocol: Protocol, conduct: Conduct, found: OperatingCharacteristics
) -> Iterator[str]:
    first = min((e.look for e in conduct.adaptations if isinstance(e, DropArms)), default=None)
    if first is None:
        return
    gone = {each.arm for each in found.arms if each.dropped.count}
    waited = {
        condition.arms
        for look in conduct.looks[first:]
        for condition in look.conditions
        if isinstance(condition, AfterEvents) and gone & set(condition.arms)
    }
    for arms in sorted(waited):
        names = " and ".join(protocol.arm(each).label for each in arms)
        lost = " or ".join(protocol.arm(each).label for each in arms if each in gone)
        yield (
            f"Looks wait for events of {names}, also where {lost} was dropped; name other looks "
            "under `conduct`."
        )
