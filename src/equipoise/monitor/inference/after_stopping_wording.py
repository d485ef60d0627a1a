"""What inference after stopping says in words: to the committee, and of its conventions."""

from equipoise.monitor.inference.inference import AfterStopping, Inference, Overrun, Told
from equipoise.monitor.inference.sampled_looks import SampledLooks
from equipoise.monitor.look.look import SeenStatistic
from equipoise.monitor.statistics.effect_scale import EffectScale


def why_nothing(seen: SeenStatistic) -> str:
    """Say why nothing can be inferred; empty where it can."""
    if seen.z is None:
        return f"There is no statistic at this look: {seen.why_not or 'no data'}".rstrip(".") + "."
    if seen.score_information is None or not seen.score_information > 0.0:
        return "The information of the estimate is not known at this look, nor any limit from it."
    return ""


LEAST = 1e-4


def small(p_value: float) -> str:
    """Say what a p-value is: two digits of a small one, three places of another.

    >>> small(0.00348), small(0.99721), small(2e-06)
    ('= 0.0035', '= 0.997', '< 0.0001')
    """
    if p_value < LEAST:
        return f"< {LEAST:.4f}"
    return f"= {p_value:.2g}" if p_value < 0.1 else f"= {p_value:.3f}"  # noqa: PLR2004


def value(told: Told, scale: EffectScale | None) -> str:
    """Write a number on the scale that readers know."""
    number = told.theta if scale is None else told.effect
    return "not known" if number is None else f"{number:.3g}"


def interval(each: Inference, scale: EffectScale | None) -> str:
    """Write an estimate with its interval."""
    low, high = value(each.lower, scale), value(each.upper, scale)
    level = f"{100.0 * each.level:g}%"
    return f"{value(each.estimate, scale)} ({level} interval {low} to {high})"


def not_adjusted(naive: Inference, scale: EffectScale | None) -> str:
    """Say what the data say of a hypothesis that no look has tested."""
    name = "effect on the scale of z / √information" if scale is None else scale.measure
    return (
        "Not adjusted for the looks: it was not tested at them. They follow the hypotheses that "
        "were, with which it is correlated, so that where the trial ends for those this estimate "
        f"is selected, too. Unadjusted, the {name} is {interval(naive, scale)}; nothing is claimed "
        "by it."
    )


def sentences_of(found: AfterStopping) -> tuple[str, ...]:
    """Say what was found, for the committee."""
    scale = found.scale
    name = "effect on the scale of z / √information" if scale is None else scale.measure
    best, naive = found.by(found.recommended), found.by("naive")
    said = []
    if best is not None and best.p_value is not None and naive is not None:
        ends = "as if the trial ended at this look" if found.ending == "without crossing" else ""
        where = f", {ends}" if ends else ""
        said.append(
            f"Adjusted for the looks{where}, the {name} is {interval(best, scale)}, one-sided "
            f"p {small(best.p_value)} (stage-wise ordering, median-unbiased); unadjusted it is "
            f"{interval(naive, scale)}."
        )
    if best is not None and found.obeying is not None:
        said.append(_of_obeying(best, found.obeying, scale, name))
    if found.bias is not None and naive is not None and naive.estimate.theta is not None:
        said.append(_of_bias(found, naive.estimate.theta, name))
    repeated = found.by("repeated")
    if repeated is not None and repeated.lower.theta is not None:
        said.append(
            f"The repeated {100.0 * found.level:g}% interval, valid whether or not the trial "
            f"stops here, is {value(repeated.lower, scale)} to {value(repeated.upper, scale)}."
        )
    if found.overrun is not None:
        said.append(_of_overrun(found.overrun, scale, name))
    return tuple(said)


def _of_obeying(
    ignoring: Inference, obeying: Inference, scale: EffectScale | None, name: str
) -> str:
    """Say what bounds of futility that do not bind, and ended the trial, make of the estimate."""
    told = f"{interval(obeying, scale)}, one-sided p {small(obeying.p_value or 0.0)}"
    if told == f"{interval(ignoring, scale)}, one-sided p {small(ignoring.p_value or 0.0)}":
        return (
            "The futility bound that ended the trial is not binding; whether such bounds are "
            "obeyed or left out, the adjusted estimate is the same here."
        )
    return (
        "The futility bound that ended the trial is not binding, and the adjusted estimate leaves "
        "such bounds out. If they are always obeyed, its interval holds the true value less often "
        f"than its level says; read with them obeyed, the {name} is {told}."
    )


def _of_bias(found: AfterStopping, theta: float, name: str) -> str:
    """Say why the naive estimate is too good, and by how much."""
    bias, scale = found.bias or 0.0, found.scale
    expected = theta + bias if scale is None else scale.value(theta + bias)
    truth = theta if scale is None else scale.value(theta)
    root = (found.information or 0.0) ** 0.5
    if abs(bias) * root < 0.005:  # noqa: PLR2004 - of a standard error: nothing to speak of
        return (
            "The unadjusted estimate is as good as unbiased: these looks hardly select what they "
            "end on."
        )
    way = "too good" if bias > 0.0 else "too bad"
    return (
        f"The unadjusted estimate is {way} on average, since estimates that happen to be extreme "
        f"end a trial: were the true {name} {truth:.3g}, trials with these looks would report "
        f"{expected:.3g} on average."
    )


def _of_overrun(overrun: Overrun, scale: EffectScale | None, name: str) -> str:
    """Say what all data say after the look that stopped the trial."""
    each = overrun.deletion
    return (
        f"With the data that came in after the look that stopped the trial (z "
        f"{overrun.z_at_stopping:.3f} then, {overrun.z:.3f} now) the {name} is "
        f"{interval(each, scale)}, one-sided p {small(each.p_value or 0.0)}, that look left out "
        "(deletion)."
    )


def assumptions(
    looks: SampledLooks, overrun: Overrun | None, scale: EffectScale | None, *, wedge: bool = False
) -> tuple[str, ...]:
    """Say what the inference rests on."""
    if looks.obeyed:
        futility = "Lower bounds are taken to end the trial, and obeyed in every method."
    else:
        futility = "Bounds of futility are ignored in every method, as where they are non-binding."
    information = (
        "Information of other looks is in proportion to what the rules count, so that p values "
        "agree with the decision."
    )
    said = [futility, information]
    if wedge:
        said.append("The region of futility between the inner bounds is ignored in every method.")
    later = looks.information.size - looks.at - 1
    if looks.crossed and later:
        said.append(
            f"The {later} later look{'s' if later > 1 else ''} that the trial no longer reached "
            "count as planned in the orderings by likelihood ratio, sample mean and score, in the "
            "bias, and in the bias-adjusted mean, but neither in the stage-wise ordering nor in "
            "the unbiased estimate."
        )
    if not looks.crossed:
        said.append(
            "No bound is crossed: this look is read as the last one the trial was to have, ended "
            "for reasons that the data of this hypothesis do not tell."
        )
    said.append(
        "The orderings by likelihood ratio and by score compare outcomes against the effect in "
        "question; where their confidence set is no interval, its hull is given."
    )
    if overrun is not None:
        said.append(
            "Data after stopping are read by deletion (Whitehead 1992): the look that stopped the "
            "trial is left out; beside it stands the combination of the stage-wise p value with "
            "the later data, weighted by information (Hall & Ding 2008)."
        )
    if scale is not None and scale.null != scale.no_difference:
        said.append(
            f"P values are of the null hypothesis that the {scale.measure} is {scale.null:g}."
        )
    return tuple(said)
