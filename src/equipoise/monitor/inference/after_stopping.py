"""What is said of a hypothesis if its trial ends at this look, whatever made it end.

The naive estimate is too good where the trial stopped because it was: of θ̂ = z / √I,

    E_θ[θ̂] - θ > 0    where upper bounds may end the trial (Whitehead 1986).

Recommended is the stage-wise ordering (Armitage 1957; Fairbanks & Madsen 1982): it needs nothing
but the looks held, agrees with the decision, and holds as well where the trial ends without
crossing.  The others stand beside it: orderings by likelihood ratio, sample mean and score, the
repeated interval (valid at every look), the bias-adjusted mean and the unbiased estimate.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from equipoise.errors import DesignError, DidNotConverge
from equipoise.kernel.arrays import Vector
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.monitor.inference.after_stopping_wording import (
    assumptions,
    sentences_of,
    why_nothing,
)
from equipoise.monitor.inference.bias_adjusted import bias_adjusted_mean, bias_of_estimate
from equipoise.monitor.inference.inference import (
    AfterStopping,
    Ending,
    Inference,
    Limits,
    Overrun,
    Told,
)
from equipoise.monitor.inference.inferred import inferred, told
from equipoise.monitor.inference.orderings import Ordering, ordered_inference
from equipoise.monitor.inference.overrunning import by_combination, by_deletion, without_looks
from equipoise.monitor.inference.repeated_at import repeated_at
from equipoise.monitor.inference.sampled_looks import SampledLooks, sampled_looks, stopped_before
from equipoise.monitor.inference.stagewise import check_level, looks_that_count, stagewise_inference
from equipoise.monitor.inference.unadjusted import (
    never_tested,
    unadjusted,
    untested,
    why_estimates_differ,
)
from equipoise.monitor.inference.unbiased import unbiased_estimate
from equipoise.monitor.look.look import HypothesisLook, SeenStatistic
from equipoise.monitor.statistics.effect_scale import EffectScale

NOTHING = Limits(None, None, None, None)
ORDERINGS: tuple[Ordering, ...] = ("likelihood ratio", "sample mean", "score")
HULL = "The confidence set is no interval; the limits are of the smallest one that holds it."
NOT_FOUND = "The limits were not found."


def after_stopping(
    look: HypothesisLook,
    scale: EffectScale | None = None,
    *,
    level: float = 0.95,
    overrun: SeenStatistic | None = None,
    futility_obeyed: bool | None = None,
) -> AfterStopping:
    """Give all inference on one hypothesis at a look, as if its trial ended there.

    A hypothesis that an earlier look decided is read there, with the data of this look as what
    came in afterwards.

    Args:
        look: what was seen of the hypothesis, and against what it was held.
        scale: on which its effect is told; None: numbers are of θ = z / √information only.
        level: of the intervals, two-sided.
        overrun: what all data said after this look had crossed a bound; None: nothing came.
        futility_obeyed: whether bounds of futility did end the trial, so that the inference
            obeys them; by default where they are binding.

    Raises:
        DesignError: The level is none, or the information of `overrun` has not grown.

    Witness: mon_stagewise, mon_rci, mon_repeated_p, lr06, lr07; each method's own; coverage by
        simulation (docs/coverage.md).
    """
    check_level(level)
    why = why_nothing(look.seen)
    if why:
        return _nothing(look, scale, level, why)
    information = look.seen.score_information
    assert information is not None  # noqa: S101 - for the type checker: `why_nothing` saw to it
    if never_tested(look):
        alone, said, assumed = untested(look, scale, level, information)
        found = replace(_nothing(look, scale, level, ""), information=information)
        return replace(found, inferences=(alone,), sentences=(said,), assumed=(assumed,))
    if overrun is None and (earlier := stopped_before(look)) is not None and earlier.z is not None:
        overrun = look.seen
    looks = sampled_looks(look, information, futility_obeyed=futility_obeyed)
    later = None
    if overrun is not None:
        later = _overrun(look, overrun, scale, level, futility_obeyed=futility_obeyed)
    inferences = _all_methods(look, looks, scale, level)
    adjusted, unbiased, bias = _points(looks)
    found = AfterStopping(
        hypothesis=look.hypothesis,
        label=look.label,
        why_not="",
        ending=_ending(look),
        z=looks.z,
        information=float(looks.information[looks.at]),
        scale=scale,
        level=level,
        inferences=inferences,
        bias_adjusted=told(adjusted, scale),
        unbiased=told(unbiased, scale),
        bias=bias,
        overrun=later,
        recommended="stage-wise",
        sentences=(),
        assumed=(
            why_estimates_differ(look, scale),
            *assumptions(looks, later, scale, wedge=_has_wedge(look)),
        ),
        obeying=None if looks.obeyed else _obeying(look, information, scale, level),
    )
    return replace(found, sentences=sentences_of(found))


def _obeying(
    look: HypothesisLook, information: float, scale: EffectScale | None, level: float
) -> Inference | None:
    """Obey futility that does not bind, where it ended the trial and was never overruled."""
    stop = stopped_before(look)
    overruled = any(each.decision == FUTILITY and each is not stop for each in look.past)
    if _ending(look) != "futility" or overruled:
        return None
    looks = sampled_looks(look, information, futility_obeyed=True)
    limits, remark = _tried(lambda: _stagewise(looks, level))
    return inferred("stage-wise", limits, scale, level, remark)


def _stagewise(looks: SampledLooks, level: float) -> tuple[Limits, str]:
    """Infer by the stage-wise ordering."""
    lower = looks.lower if looks.obeyed else None
    parts = looks.z, looks.at, looks.information, looks.upper
    each = stagewise_inference(*parts, lower=lower, level=level)
    return Limits(*_first(each.p_value, each.estimate, each.lower, each.upper)), ""


def _has_wedge(look: HypothesisLook) -> bool:
    """Tell whether a two-sided design also stops between two inner bounds."""
    return look.drawn is not None and look.drawn.inner is not None


def _nothing(
    look: HypothesisLook, scale: EffectScale | None, level: float, why: str
) -> AfterStopping:
    """Say why nothing can be said."""
    none = Told(None, None)
    return AfterStopping(
        hypothesis=look.hypothesis,
        label=look.label,
        why_not=why,
        ending=None,
        z=look.seen.z,
        information=None,
        scale=scale,
        level=level,
        inferences=(),
        bias_adjusted=none,
        unbiased=none,
        bias=None,
        overrun=None,
        recommended="stage-wise",
        sentences=(why,) if why else (),
        assumed=(),
    )


def _ending(look: HypothesisLook) -> Ending:
    """Say how the trial of the hypothesis ends."""
    earlier = stopped_before(look)
    decision = look.decision if earlier is None else earlier.decision
    if decision == EFFICACY:
        return "efficacy"
    if decision == HARM:
        return "harm"
    if decision in {CONTINUE, NOT_TESTED}:
        return "without crossing"
    last = look.drawn is not None and look.place == look.drawn.looks and earlier is None
    return "last look" if last else "futility"


def _all_methods(
    look: HypothesisLook, looks: SampledLooks, scale: EffectScale | None, level: float
) -> tuple[Inference, ...]:
    """Infer by every method."""
    here = float(looks.information[looks.at])
    naive = without_looks(looks.z, here, level=level)
    found = [unadjusted(inferred("naive", naive, scale, level), look, scale)]
    lower = looks.lower if looks.obeyed else None
    parts = looks.z, looks.at, looks.information, looks.upper

    def ordered(ordering: Ordering) -> tuple[Limits, str]:
        each = ordered_inference(ordering, *parts, lower=lower, level=level)
        limits = Limits(*_first(each.p_value, each.estimate, each.lower, each.upper))
        return limits, HULL if each.hull[0] else ""

    limits, remark = _tried(lambda: _stagewise(looks, level))
    found.append(inferred("stage-wise", limits, scale, level, remark))
    for ordering in ORDERINGS:
        limits, remark = _tried(lambda ordering=ordering: ordered(ordering))  # type: ignore[misc]
        found.append(inferred(ordering, limits, scale, level, remark))
    limits, remark = repeated_at(look, looks, level)
    found.append(inferred("repeated", limits, scale, level, remark))
    return tuple(found)


def _first(*arrays: Vector) -> list[float | None]:
    values = (float(each[0]) for each in arrays)
    return [value if np.isfinite(value) else None for value in values]


def _tried(method: Callable[[], tuple[Limits, str]]) -> tuple[Limits, str]:
    """Name what no method finds, so that the rest of the look is told."""
    try:
        return method()
    except DidNotConverge:
        return NOTHING, NOT_FOUND


def _points(looks: SampledLooks) -> tuple[float | None, float | None, float | None]:
    """Give the bias-adjusted mean, the unbiased estimate, and the bias of the naive one."""
    information, upper, lower = looks.possible
    rows = [each[None, :] for each in (information, upper, lower)]
    last = np.array([information.size - 1])
    seen, up, down, count = looks_that_count(rows[0], rows[1], rows[2], last)
    here = slice(0, int(count[0]))
    path = seen[0, here], up[0, here], down[0, here]
    estimate = looks.z / float(np.sqrt(looks.information[looks.at]))
    try:
        adjusted = float(bias_adjusted_mean(estimate, *path)[0])
        bias = float(bias_of_estimate(estimate, *path)[0])
    except DidNotConverge:
        adjusted = bias = np.nan
    before = [np.append(each, 0.0)[None, :] for each in looks.before]
    before[0][0, -1] = looks.information[looks.at]
    seen, up, down, count = looks_that_count(before[0], before[1], before[2], np.array([looks.at]))
    here = slice(0, int(count[0]))
    unbiased = unbiased_estimate(
        looks.z, int(count[0]) - 1, seen[0, here], up[0, here], down[0, here]
    )
    values = adjusted, float(unbiased[0]), bias
    kept = [value if np.isfinite(value) else None for value in values]
    return kept[0], kept[1], kept[2]


def _overrun(
    look: HypothesisLook,
    overrun: SeenStatistic,
    scale: EffectScale | None,
    level: float,
    *,
    futility_obeyed: bool | None,
) -> Overrun:
    """Read the data that came in after the trial had stopped, together with those before."""
    z, ends, counted = overrun.z, overrun.score_information, overrun.information
    if z is None or ends is None or not (ends > 0.0 and counted > 0.0):
        raise DesignError(
            f"All data after the look that stopped the trial have z {z} at information {ends}; "
            "give a statistic, with its information above 0."
        )
    here = look.seen.information * ends / counted  # in the unit of the later data
    looks = sampled_looks(look, here, futility_obeyed=futility_obeyed)
    first, rest = float(looks.information[looks.at]), looks.before
    if not ends > first:
        raise DesignError(
            f"Information is {counted:g} with the data after the look that stopped the trial, and "
            f"was {counted * first / ends:g} at that look; give all data, with more of it."
        )

    def combined() -> tuple[Limits, str]:
        return by_combination((looks.z, first), z, ends, rest, level=level), ""

    deleted = by_deletion(z, ends, rest, level=level)
    limits, remark = _tried(combined)
    return Overrun(
        z_at_stopping=looks.z,
        information_at_stopping=first,
        z=z,
        information=ends,
        deletion=inferred("stage-wise", deleted, scale, level),
        combination=inferred("stage-wise", limits, scale, level, remark),
        naive=inferred("naive", without_looks(z, ends, level=level), scale, level),
    )
