"""Whether the trial has the size it needs, from the pooled data of a cut."""

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import EquipoiseError
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.reestimation.data import pooled_data
from equipoise.monitor.reestimation.reestimation import Reestimation
from equipoise.monitor.reestimation.trial import blinded_reestimation


def reestimated(cut: DataCut, design: TrialDesign) -> tuple[Reestimation | None, str]:
    """Re-estimate the trial's size without telling arms apart, or say why that cannot be.

    Witness: `blinded_reestimation`; law: permuting arms changes nothing.
    """
    try:
        return blinded_reestimation(pooled_data(cut, design), design), ""
    except EquipoiseError as refusal:
        return None, str(refusal)
