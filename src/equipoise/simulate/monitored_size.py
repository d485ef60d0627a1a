"""Whether the trial has the size it needs, from the pooled data of a cut."""

from dataclasses import replace

import numpy as np

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import EquipoiseError
from equipoise.monitor.at_hand import patients_at_hand
from equipoise.monitor.cut import DataCut
from equipoise.monitor.reestimation import Pooled, PooledAnswers, PooledMeasurements, Reestimation
from equipoise.monitor.reestimation_trial import blinded_reestimation
from equipoise.protocol.endpoints import Binary, Continuous

TWO = 2


def reestimated(cut: DataCut, design: TrialDesign) -> tuple[Reestimation | None, str]:
    """Re-estimate the trial's size without telling arms apart, or say why that cannot be.

    Witness: `blinded_reestimation`; law: permuting arms changes nothing.
    """
    lead = design.main
    if lead is None or lead.plan is None:
        return None, "No hypothesis is planned, so that there is no size to revise."
    try:
        return blinded_reestimation(pooled_of(cut, design, lead.hypothesis), design), ""
    except EquipoiseError as refusal:
        return None, str(refusal)


def pooled_of(cut: DataCut, design: TrialDesign, hypothesis: str) -> Pooled:
    """Give the pooled data of a hypothesis's endpoint, as its size is re-estimated from.

    Raises:
        EquipoiseError: There is too little to tell.

    Witness: counts of the snapshot.
    """
    each = design.hypothesis(hypothesis)
    endpoint = design.protocol.endpoint(each.endpoint)
    population = design.protocol.estimand(
        design.protocol.hypothesis(hypothesis).estimand
    ).population
    among = cut.snapshot.subjects.populations[population]
    if isinstance(endpoint, Binary):
        value = cut.snapshot.answers[endpoint.id].value[among]
        known = value[value >= 0]
        yes = int(known.sum())
        return PooledAnswers(yes if endpoint.better == "yes" else known.size - yes, known.size)
    if isinstance(endpoint, Continuous):
        measured = cut.snapshot.measurements[endpoint.id].value[among]
        measured = measured[~np.isnan(measured)]
        spread = float(np.std(measured, ddof=1)) if measured.size >= TWO else 0.0
        return PooledMeasurements(spread, measured.size)
    return replace(patients_at_hand(cut, hypothesis, by="everyone"), arm=None)
