"""Whether the numbers planned of patients, events and rates of accrual can go together."""

from collections.abc import Iterator
from dataclasses import replace

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.derive_design import derived_duration, derived_patients
from equipoise.protocol.planning import DesignPromise, PlanningAssumptions
from equipoise.protocol.trial import Protocol

AGREEMENT = 0.005  # relative: rates, duration and patients given as rounded numbers


def number_contradictions(protocol: Protocol, promise: DesignPromise) -> Iterator[Contradiction]:
    """Find more events than patients, and rates that do not bring the patients planned."""
    patients, events = promise.planning.patients, promise.events
    if patients and events and events[0] > patients[0] > 0:
        what = f"{patients[0]:g} patients cannot have so many events"
        remedy = f"plan {events[0]:g} patients or more, or fewer events"
        yield Contradiction(("design", "events"), what, f"{events[0]:g}", remedy)
    yield from _accrual(promise.planning, protocol.trial.time_unit)


def _accrual(planning: PlanningAssumptions, unit: str) -> Iterator[Contradiction]:
    if not planning.accrual_pieces or planning.accrual_relative:
        return
    if not planning.patients or not planning.patients[0] > 0:
        return
    patients, path = planning.patients[0], ("planning", "accrual")
    if not planning.accrual_duration:
        if derived_duration(planning, patients) == float("inf"):
            what = f"the rates end at 0 before {patients:g} patients have come"
            remedy = "let the last rate be above 0, or plan fewer patients"
            yield Contradiction(path, what, "", remedy)
        return
    duration = planning.accrual_duration[0]
    kept = tuple(each for each in planning.accrual_pieces if each[0] < duration)
    came = derived_patients(replace(planning, accrual_pieces=kept), duration)
    if not came > 0:
        what, remedy = "no patients come within its duration", "begin with a rate above 0"
        yield Contradiction(path, what, f"{duration:g} {unit}s", remedy)
    elif abs(came / patients - 1) > AGREEMENT:
        what = f"the rates bring {came:.5g} patients in {duration:g} {unit}s"
        remedy = "leave out rates, duration or patients, so that it follows from the others"
        yield Contradiction(path, what, f"{patients:g} patients planned", remedy)
