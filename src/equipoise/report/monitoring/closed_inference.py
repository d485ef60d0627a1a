"""What could be said of the effect if the trial ended here, adjusted for having looked."""

from collections.abc import Iterator

from equipoise.monitor.inference.inference import AfterStopping, Inference, Told
from equipoise.monitor.look.look import HypothesisLook
from equipoise.report.design.printing import NONE
from equipoise.report.document import Block, Callout, Paragraph, Row, Section, Table
from equipoise.report.format import footnote, level_percent, significant
from equipoise.report.monitoring.closed_context import (
    ClosedContext,
    anchor,
    effect,
    p_of,
    z_of,
)
from equipoise.simulate.monitored.monitored import Outlook

METHODS = {
    "naive": "Unadjusted",
    "stage-wise": "Stage-wise ordering",
    "likelihood ratio": "Likelihood-ratio ordering",
    "sample mean": "Sample-mean ordering",
    "score": "Score ordering",
    "repeated": "Repeated interval",
}
ENDINGS = {
    "efficacy": "The efficacy bound is crossed. This is what may be said of the effect.",
    "futility": "The futility bound is crossed. This is what may be said if the trial ends here.",
    "harm": "A lower bound is crossed. This is what may be said if the trial ends here.",
    "last look": "This is the last look. This is what may be said of the effect.",
    "without crossing": (
        "No bound is crossed. Should the trial end here for other reasons, as by a decision of its "
        "committee, this is what may be said of the effect; nothing is claimed by it."
    ),
}


def inference_section(context: ClosedContext) -> Section:
    """Write what may be said, hypothesis by hypothesis."""
    parts = tuple(_of(context, each) for each in context.tested)
    title = "The effect, adjusted for the looks" if context.look.stop else "If the trial ended here"
    if len(parts) == 1:
        return Section("inference", title, parts[0].blocks)
    return Section("inference", title, (), parts)


def _of(context: ClosedContext, outlook: Outlook) -> Section:
    look, after = context.held(outlook), outlook.after
    if after.why_not:
        blocks: tuple[Block, ...] = (Paragraph(footnote(after.why_not)),)
    else:
        blocks = tuple(_told(context, look, after))
    return Section(anchor(look, "inference"), context.name(look), blocks)


def _told(context: ClosedContext, look: HypothesisLook, after: AfterStopping) -> Iterator[Block]:
    if after.ending is not None:
        yield Paragraph(ENDINGS[after.ending])
    for place, each in enumerate(after.sentences):
        yield Callout(each, "note") if place == 0 else Paragraph(each)
    yield inference_table(context, look, after)
    if after.overrun is not None:
        yield overrun_table(context, look, after)


def number(after: AfterStopping, told: Told) -> str:
    """Print an estimate or limit on the scale that readers know."""
    if after.scale is not None:
        return effect(after.scale, told.effect)
    return NONE if told.theta is None else significant(told.theta)


def _row(after: AfterStopping, each: Inference, name: str, *, strong: bool = False) -> Row:
    low, high = number(after, each.lower), number(after, each.upper)
    return Row(
        (
            name,
            number(after, each.estimate),
            NONE if low == high == NONE else f"{low} to {high}",
            p_of(each.p_value),
            p_of(each.p_two_sided),
        ),
        strong=strong,
    )


def measure_of(after: AfterStopping) -> str:
    """Name what is estimated."""
    return "Effect θ" if after.scale is None else after.scale.measure.capitalize()


def inference_table(context: ClosedContext, look: HypothesisLook, after: AfterStopping) -> Table:
    """Tell estimate, interval and p-value by every method, the recommended first."""
    order = sorted(after.inferences, key=lambda each: each.method != after.recommended)
    rows = [
        _row(after, each, METHODS[each.method], strong=each.method == after.recommended)
        for each in order
    ]
    if after.obeying is not None:
        rows.insert(1, _row(after, after.obeying, "Stage-wise, futility obeyed"))
    for name, told in (
        ("Bias-adjusted mean", after.bias_adjusted),
        ("Unbiased of least variance", after.unbiased),
    ):
        if told.theta is not None:
            rows.append(Row((name, number(after, told), NONE, NONE, NONE)))
    remarks = [footnote(f"{METHODS[each.method]}: {each.remark}") for each in order if each.remark]
    return Table(
        id=anchor(look, "inference-table"),
        title=(
            f"{look.hypothesis}: inference that allows for the looks"
            if after.by(after.recommended)
            else f"{look.hypothesis}: the estimate, not adjusted for the looks"
        ),
        header=(
            "Method",
            measure_of(after),
            f"{level_percent(after.level)} interval",
            "One-sided P",
            "Two-sided P",
        ),
        rows=tuple(rows),
        footnotes=(
            *(("Bold: the method recommended.",) if after.by(after.recommended) else ()),
            *remarks,
            *(footnote(each) for each in after.assumed),
        ),
        estimand=context.estimand(look),
    )


def overrun_table(context: ClosedContext, look: HypothesisLook, after: AfterStopping) -> Table:
    """Tell what all data say after the look that stopped the trial."""
    overrun = after.overrun
    assert overrun is not None  # noqa: S101 - asked by the caller
    return Table(
        id=anchor(look, "overrun-table"),
        title=f"{look.hypothesis}: with the data that came in after the trial was stopped",
        header=(
            "Method",
            measure_of(after),
            f"{level_percent(after.level)} interval",
            "One-sided P",
            "Two-sided P",
        ),
        rows=(
            _row(after, overrun.deletion, "Deletion of the look that stopped", strong=True),
            _row(after, overrun.combination, "Combination of P values"),
            _row(after, overrun.naive, "All data, unadjusted"),
        ),
        footnotes=(
            (
                f"z was {z_of(overrun.z_at_stopping)} at the look that stopped the trial, and is "
                f"{z_of(overrun.z)} with all data."
            ),
        ),
        estimand=context.estimand(look),
    )
