"""A whole look from the data of a cut: what the committee sees, and what everyone may.

The open part is made first and of data without arms; the committee's part is added to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from equipoise.analyze.progress import Progress, only_notices
from equipoise.analyze.results import TrialAnalysis
from equipoise.analyze.trial import analyze_trial
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DataError, EquipoiseError
from equipoise.monitor.committee import committee_snapshot, without_verdicts
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.cut.late_reporting import ReportedLate
from equipoise.monitor.future.forecast_results import Forecast
from equipoise.monitor.look.look import TrialRules
from equipoise.monitor.masking import Masking
from equipoise.monitor.pooled.trial import pooled_trial
from equipoise.monitor.safety.bounds import safety_boundaries
from equipoise.monitor.safety.safety import safety_review
from equipoise.simulate.monitored.answers import foretold_answers
from equipoise.simulate.monitored.look import Held, outlook_of, said_of
from equipoise.simulate.monitored.models import Projection
from equipoise.simulate.monitored.monitored import ForetoldRest, Kept, MonitoredTrial, OpenLook
from equipoise.simulate.monitored.rest import (
    blinded_forecast,
    forecast_by_arm,
    rests_of,
    why_not_drawn,
)
from equipoise.simulate.monitored.size import reestimated

NOT_ASKED = "No replicates were asked for."
Foretelling: TypeAlias = Callable[[DataCut, TrialDesign, Projection], Forecast]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a look rests on beside its data."""

    projection: Projection
    masking: Masking
    kept: Kept
    late: ReportedLate | None = None
    last_cut: date | None = None  # of the look before


def open_look(
    cut: DataCut,
    design: TrialDesign,
    projection: Projection,
    *,
    rules: TrialRules | None = None,
    look: int | None = None,
) -> OpenLook:
    """Tell all that may be known outside the committee; arms are not looked at.

    Witness: law: permuting the arms of patients changes nothing.
    """
    pooled = pooled_trial(cut, design=design, rules=rules, look=look)
    found, why = _foretold(blinded_forecast, cut, design, projection)
    resized, why_not = reestimated(cut, design)
    answers, unanswered = foretold_answers(cut, design, projection, pooled)
    return OpenLook(pooled, found, why, resized, why_not, answers, unanswered)


def whole_look(
    cut: DataCut,
    design: TrialDesign,
    held: Held,
    beside: Beside,
    progress: Progress = only_notices,
) -> MonitoredTrial:
    """Tell all that the committee of a trial needs at a look that was decided.

    Witness: its parts.
    """
    projection = beside.projection
    progress("Accrual, follow-up and events, pooled")
    opened = open_look(cut, design, projection, rules=held.rules, look=held.look.number)
    progress("Conditional and predictive power")
    outlooks = tuple(outlook_of(design, each, stopped=held.after) for each in held.look.hypotheses)
    progress("The dates to come")
    found, why = _foretold(forecast_by_arm, cut, design, projection)
    rests: tuple[ForetoldRest, ...] = ()
    if found is not None and not held.look.stop:
        rests = rests_of(cut, design, held.rules, held.look, projection, progress)
    progress("Safety")
    seen = replace(cut, snapshot=committee_snapshot(cut.snapshot, beside.masking))
    promise = design.protocol.monitoring
    progress("Analysis by arm")
    said = said_of(held)
    return MonitoredTrial(
        protocol=design.protocol,
        design=design,
        as_of=cut.as_of.isoformat(),
        rules=held.rules,
        look=held.look,
        outlooks=outlooks,
        cut=cut,
        opened=opened,
        forecast=found,
        why_no_forecast=why,
        rests=rests,
        safety=safety_review(seen, replace(promise, safety=()), since=beside.last_cut),
        safety_looks=safety_boundaries(cut, promise, designed=design.safety),
        analysis=_analyzed(seen),
        late=beside.late,
        masking=beside.masking,
        kept=beside.kept,
        assumed=said,
    )


def _analyzed(seen: DataCut) -> TrialAnalysis | None:
    """Analyze everything by arm; None while an arm has nobody to analyze."""
    try:
        return without_verdicts(analyze_trial(seen.snapshot))
    except DataError:
        return None


def _foretold(
    foretell: Foretelling, cut: DataCut, design: TrialDesign, projection: Projection
) -> tuple[Forecast | None, str]:
    if projection.promise.replicates < 1:
        return None, NOT_ASKED
    why = why_not_drawn(design)
    if why:
        return None, why
    try:
        return foretell(cut, design, projection), ""
    except EquipoiseError as refusal:
        return None, str(refusal)
