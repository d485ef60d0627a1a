"""The sequential bound a safety rule draws, and how it behaves."""

from equipoise.design.safety.boundary import safety_boundary
from equipoise.design.trial_design import SafetyCheck, SafetyDesign
from equipoise.protocol.planning import SafetyRule


def safety_of(rule: SafetyRule) -> SafetyDesign:
    """Give the bound of a rule, and how often it stops.

    Witness: `safety_boundary`.
    """
    found = safety_boundary(rule)
    bad = found.unacceptable
    return SafetyDesign(
        rule=rule,
        checks=tuple(SafetyCheck(patients, stop_at) for patients, stop_at in found.boundary),
        stops_if_acceptable=found.acceptable.stopping,
        stops_if_unacceptable=bad.stopping if bad else None,
        patients_if_acceptable=found.acceptable.expected_patients,
        patients_if_unacceptable=bad.expected_patients if bad else None,
        assumed=found.assumed,
    )
