"""When the answers of the looks to come are known, arms together; or why that is not foretold."""

from math import ceil

from equipoise.design.trial_design import TrialDesign
from equipoise.errors import EquipoiseError
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.forecast_of_answers import AnswersForecast, forecast_answers
from equipoise.monitor.pooled.trial import PooledTrial
from equipoise.protocol.endpoints import Binary, Continuous
from equipoise.simulate.monitored.models import Projection

SMALL = 1e-6  # of a patient


def foretold_answers(
    cut: DataCut, design: TrialDesign, projection: Projection, pooled: PooledTrial
) -> tuple[AnswersForecast | None, str]:
    """Foretell the answers of the leading hypothesis, where it is about answers; and else say why.

    Witness: `forecast_answers`.
    """
    lead, promise = design.main, projection.promise
    if lead is None or promise.replicates < 1:
        return None, ""
    endpoint = design.protocol.endpoint(lead.endpoint)
    if not isinstance(endpoint, Binary | Continuous):
        return None, ""
    known = next((e for e in pooled.information if e.hypothesis == lead.hypothesis), None)
    if known is None or known.known is None or known.counted != "patients":
        return None, "" if known is None else known.why_not
    patients = cut.snapshot.subjects.size + projection.to_come
    counts = sorted({min(ceil(each - SMALL), patients) for each in known.planned_looks})
    targets = [each for each in counts if each > known.known] or counts[-1:]
    try:
        found = forecast_answers(
            cut.snapshot,
            endpoint.id,
            targets,
            as_of=cut.as_of,
            opened=cut.first_randomized,
            to_come=projection.to_come,
            hypothesis=lead.hypothesis,
            replicates=promise.replicates,
            seed=promise.seed,
            level=promise.level,
        )
    except EquipoiseError as refusal:
        return None, str(refusal)
    return found, ""
