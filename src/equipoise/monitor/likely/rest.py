"""What is still to come of one hypothesis, seen from a look.

A design is read at the look, so that what follows is

    S_j - S_t ~ N(θ (t_j - t), t_j - t),    θ = E[Z] at information fraction 1.
"""

from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.sequential.conditional_power import Futility, bounds, mean_score
from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.reading import SAME, at_other, ratio_at_other
from equipoise.kernel.arrays import Matrix, Vector, vector
from equipoise.kernel.conditional_power import conditional_stopping_for_drifts
from equipoise.kernel.normal import upper_quantile, upper_tails
from equipoise.kernel.sequential import StoppingProbability
from equipoise.monitor.bounds.rules import EFFICACY, FUTILITY, HARM
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.statistics.effect_scale import EffectScale

LAST = "This is the last look at this hypothesis: nothing is to come."


@dataclass(frozen=True, slots=True)
class Rest:
    """A trial at one of its looks, with looks to come."""

    drawn: GroupSequential
    look: int  # of `drawn`, from 1; not its last
    z: float
    slope: float | None  # drift per advantage of the effect; None: not known

    @property
    def at(self) -> float:
        """Information fraction now."""
        return float(self.drawn.information[self.look - 1])

    @property
    def end(self) -> float:
        """Information fraction at the last look."""
        return float(self.drawn.information[-1])

    @property
    def later(self) -> Vector:
        """(later looks) information fractions."""
        return self.drawn.information[self.look :]

    @property
    def trend(self) -> float:
        """The drift seen so far."""
        return self.z / float(np.sqrt(self.at))

    @property
    def last_bound(self) -> float:
        """The efficacy bound on z of the last look."""
        return float(self.drawn.upper[-1])

    @property
    def fixed_bound(self) -> float:
        """The critical value on z of one final analysis at the same alpha."""
        return upper_quantile(upper_alpha(self.drawn))

    def drift_of_design(self) -> Vector:
        """Give (later looks,) the mean drift from now to each of them, as designed."""
        mean = mean_score(self.drawn, self.look, self.z, "design")
        return np.asarray((mean[self.look :] - mean[self.look - 1]) / (self.later - self.at))

    def stops(self, drifts: Matrix, futility: Futility) -> StoppingProbability:
        """Give (drifts, later looks) chances of stopping first at each look.

        Args:
            drifts: (drifts,), or (drifts, later looks) where they change.
            futility: whether futility bounds stop the trial.

        Witness: `conditional_stops`, drift by drift.
        """
        later = bounds(self.drawn, futility).after(self.look)
        return conditional_stopping_for_drifts(later, self.at, self.z, drifts)

    def ends_above(self, critical: float, drifts: Vector) -> Vector:
        """Give (drifts,) the chance that z at the last look, whatever comes before, is so high.

        Args:
            critical: z at the last look.
            drifts: (drifts,) mean drift from now to the last look.

        Witness: closed form; `conditional_power` with `final_only`.
        """
        return upper_tails(self.needed_drift(critical) * self._root - drifts * self._root)

    def needed_drift(self, critical: float) -> float:
        """Give the drift that the rest must show for z at the last look to be just critical."""
        return needed(self.z, self.at, critical, self.end)

    @property
    def _root(self) -> float:
        return float(np.sqrt(self.end - self.at))


def needed(z: float, now: float, critical: float, then: float) -> float:
    """Give the drift seen between two looks that leads from z to the critical value.

    Witness: closed form.
    """
    return float((critical * np.sqrt(then) - z * np.sqrt(now)) / (then - now))


def why_no_rest(look: HypothesisLook) -> str:
    """Say why nothing can be foretold of a hypothesis from this look; empty where it can."""
    decided = decided_before(look)
    if decided:
        return decided
    if look.seen.z is None:
        why = look.seen.why_not or "no data"
        return f"There is no statistic at this look: {why.rstrip('.')}."
    if look.drawn is None:
        if not look.level > 0.0:
            return "The hypothesis has no alpha yet, so there is no bound to cross."
        return "No bounds are drawn for this hypothesis, so none can be crossed."
    if look.place > 0:
        return LAST if look.place >= look.drawn.looks else ""
    return why_no_rest_untested(look, look.drawn)


def why_no_rest_untested(look: HypothesisLook, drawn: GroupSequential) -> str:
    """Say the same of a hypothesis that has a statistic, but is not tested at this look."""
    if not look.fraction > SAME:
        return "There is no information at this look yet."
    if look.fraction >= drawn.information[-1] - SAME:
        return LAST
    tested = [each.information for each in look.past if each.bound is not None]
    if tested and look.fraction * look.planned <= max(tested) * (1.0 + SAME):
        return "There is no more information at this look than at one before; see that one."
    return ""


def decided_before(look: HypothesisLook) -> str:
    """Say at which look a hypothesis was decided; empty where it is open, or may be so again."""
    if look.place > 0:
        return ""
    for each in look.past:
        if each.decision == EFFICACY:
            return f"Efficacy was claimed at look {each.look}."
        given_up = each.decision in {FUTILITY, HARM}
        if given_up and (look.drawn is None or look.drawn.binding):
            return f"The hypothesis was given up at look {each.look}."
    return ""


def rest_of(look: HypothesisLook, scale: EffectScale) -> Rest:
    """Give the rest of a hypothesis that `why_no_rest` says nothing against."""
    drawn, place = look.drawn, look.place
    assert drawn is not None  # noqa: S101 - for the type checker
    assert look.seen.z is not None  # noqa: S101 - likewise
    if place < 1:
        drawn, place = with_look(drawn, look.fraction)
    at = float(drawn.information[place - 1])
    return Rest(drawn, place, look.seen.z, slope_of(drawn, scale, look.seen.score_information, at))


def slope_of(
    drawn: GroupSequential, scale: EffectScale, score_information: float | None, at: float
) -> float | None:
    """Give the drift per advantage: the design's, or else that of the information observed."""
    planned = scale.planned_advantage
    if planned is not None and drawn.drift > 0.0:
        return drawn.drift / planned
    if score_information is not None and score_information > 0.0:
        return float(np.sqrt(score_information / at))
    return None


def with_look(drawn: GroupSequential, at: float) -> tuple[GroupSequential, int]:
    """Put a look without bounds into a design, and say which it is, from 1."""
    near = np.flatnonzero(np.abs(drawn.information - at) <= SAME)
    if near.size:
        return drawn, int(near[0]) + 1
    place = int(np.searchsorted(drawn.information, at))
    information = np.insert(drawn.information, place, at)

    def unbounded(side: Vector, nothing: float) -> Vector:
        return vector(np.insert(side, place, nothing))

    asked = replace(
        drawn.asked,
        drift_shape=at_other(drawn.asked.drift_shape, drawn.information, information),
        alternative_information=ratio_at_other(drawn.asked, drawn.information, information),
    )
    inner = None if drawn.inner is None else np.insert(drawn.inner, place, np.nan, axis=0)
    added = replace(
        drawn,
        asked=asked,
        information=vector(information),
        upper=unbounded(drawn.upper, np.inf),
        lower=unbounded(drawn.lower, -np.inf),
        inner=inner,
    )
    return added, place + 1


def upper_alpha(drawn: GroupSequential) -> float:
    """Give what of alpha is spent on the experimental arm's side."""
    stopping = drawn.asked.stopping
    lower = getattr(stopping.efficacy, "alpha_lower", None)
    if lower is not None:
        return stopping.alpha - float(lower)
    return stopping.alpha / stopping.sides
