"""What is said of an effect without regard to looks: the estimate seen, with its own interval.

The p-value is that of the test, as in the decision.  Where the data give no estimate on the scale
of the plan, it is z / √I with I = 1 / variance, and (z ± quantile) / √I.
"""

from dataclasses import replace

from equipoise.analyze.estimates import Absent, Estimate, Interval
from equipoise.monitor.inference.after_stopping_wording import not_adjusted
from equipoise.monitor.inference.inference import Inference, Told
from equipoise.monitor.inference.inferred import inferred
from equipoise.monitor.inference.overrunning import without_looks
from equipoise.monitor.inference.sampled_looks import stopped_before
from equipoise.monitor.look.look import HypothesisLook
from equipoise.monitor.statistics.effect_scale import EffectScale

SAME = 1e-9


def advantage_of(effect: Estimate | None, scale: EffectScale) -> float | None:
    """Give how much better than the null value the effect seen is; None on another scale.

    Witness: `EffectScale.advantage`.
    """
    if effect is None or effect.scale != scale.scale or isinstance(effect.value, Absent):
        return None
    return scale.advantage(effect.value) if scale.scale != "log" or effect.value > 0.0 else None


def unadjusted(from_z: Inference, look: HypothesisLook, scale: EffectScale | None) -> Inference:
    """Put the estimate seen, with its own interval, in place of what z gives.

    Args:
        from_z: naive estimate and interval, z / √I and (z ± quantile) / √I.
        look: whose data gave the estimate; one decided earlier has none.
        scale: of the effect.

    Witness: the estimate and interval of the analysis of the same snapshot.
    """
    effect = look.seen.effect
    if scale is None or effect is None or stopped_before(look) is not None:
        return from_z
    advantage = advantage_of(effect, scale)
    limits = None if advantage is None else _limits(effect.interval, scale, from_z.level)
    if limits is None:
        return from_z
    low, high = limits
    ends = sorted((scale.advantage(low), scale.advantage(high)))
    return replace(
        from_z,
        estimate=Told(advantage, float(effect.value)),  # type: ignore[arg-type] # a number by now
        lower=Told(ends[0], low),
        upper=Told(ends[1], high),
        remark=f"estimate and interval are those of the analysis ({effect.interval.method}).",
    )


def _limits(interval: Interval, scale: EffectScale, level: float) -> tuple[float, float] | None:
    """Give both limits where they exist at this level and on this scale."""
    low, high = interval.lower, interval.upper
    if isinstance(low, Absent) or isinstance(high, Absent) or abs(interval.level - level) > SAME:
        return None
    return None if scale.scale == "log" and not low > 0.0 else (float(low), float(high))


def never_tested(look: HypothesisLook) -> bool:
    """Tell whether no look, this one included, held the hypothesis against a bound.

    Witness: the bounds on record.
    """
    return not look.tested and all(each.bound is None for each in look.past)


def untested(
    look: HypothesisLook, scale: EffectScale | None, level: float, information: float
) -> tuple[Inference, str, str]:
    """Give what the data say of a hypothesis never tested, and that nothing of it is adjusted.

    Args:
        look: whose data gave a z.
        scale: of the effect.
        level: of the interval, two-sided.
        information: 1 / variance of the estimate.

    Witness: `without_looks`.
    """
    limits = without_looks(float(look.seen.z or 0.0), information, level=level)
    naive = unadjusted(inferred("naive", limits, scale, level), look, scale)
    return naive, not_adjusted(naive, scale), why_estimates_differ(look, scale)


def why_estimates_differ(look: HypothesisLook, scale: EffectScale | None) -> str:
    """Say how estimates from z stand to the effect seen."""
    told = "P values are one-sided."
    seen = look.seen
    advantage = None if scale is None else advantage_of(seen.effect, scale)
    information = seen.score_information
    if advantage is None or seen.z is None or not information:
        return f"Estimates are of z / √information, no fitted model's. {told}"
    if abs(seen.z - advantage * information**0.5) < SAME * max(1.0, abs(seen.z)):
        return (
            "Information is (z / estimate)², so that adjusted estimates start from the effect seen "
            f"and p values agree with the decision; it is near 1 / its squared error. {told}"
        )
    return (
        "Adjusted estimates are of z / √information, information being 1 / the squared error of "
        "the effect seen: test and estimate are too far apart here for one to stand for the other. "
        f"{told}"
    )
