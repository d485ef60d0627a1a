"""What comparable trials lead one to expect of the next one, as a page."""

from collections import Counter

from equipoise.analyze.estimates import Absent
from equipoise.appraise.library.priors import ENOUGH, SHARES, ControlSpread, PlanningPriors
from equipoise.report.document import Block, Callout, Document, Paragraph, Row, Section, Table
from equipoise.report.evidence.words import REBUILT, SOURCES
from equipoise.report.format import decimal, percent, ratio, with_interval


def priors_document(priors: PlanningPriors, words: str, software: str) -> Document:
    """Tell the prior of a new trial, what is pooled in it, and the control arms.

    Args:
        priors: of a setting.
        words: the setting, as it was chosen.
        software: name and version.
    """
    return Document(
        title="What comparable trials lead one to expect",
        subtitle=f"The evidence library of Equipoise: {words}",
        facts=(
            ("Figures", f"{len(priors.figures)} of {priors.trials} trials"),
            ("Left out", str(len(priors.left_out))),
            ("Software", software),
        ),
        sections=(_expected(priors), _controls(priors), _figures(priors), _methods(priors)),
    )


def _expected(priors: PlanningPriors) -> Section:
    low, high = priors.interval
    tau = priors.pooled.heterogeneity.tau_squared
    between = tau.mark if isinstance(tau, Absent) else decimal(tau**0.5, 3)
    told = (
        f"The true hazard ratio of a new trial: {ratio(priors.prior.mean)} ({ratio(low)} to "
        f"{ratio(high)}, 95%); below 1 with probability {decimal(priors.favorable, 2)}."
    )
    rows = (
        ("Mean hazard ratio of the trials (95% CI)", with_interval(priors.pooled.effect, ratio)),
        ("Standard deviation between trials, of the logarithm", between),
        ("Prior of a new trial: hazard ratio", f"{priors.prior.mean:.3g}"),
        (
            "Prior of a new trial: standard deviation of the logarithm",
            f"{priors.prior.standard_deviation:.3g}",
        ),
    )
    table = Table("prior", "Hazard ratios, pooled", ("", "Value"), tuple(map(Row, rows)))
    blocks = (Callout(told, "verdict"), Paragraph(REBUILT), table)
    return Section("expected", "What to expect of the next trial", blocks)


def _controls(priors: PlanningPriors) -> Section:
    many = [each for each in priors.control if each.arms >= ENOUGH]
    blocks: list[Block] = []
    if many:
        header = ("", *(f"{100 * share:.0f}%" for share in SHARES), "Arms")
        rows = tuple(
            Row((control_words(each), *control_quantiles(each), str(each.arms))) for each in many
        )
        note = "Each control arm counts once. NR: not reached."
        title = "Quantiles over control arms"
        blocks.append(Table("control-arms", title, header, rows, footnotes=(note,)))
    blocks += [Paragraph(few_arms(each)) for each in priors.control if each.arms < ENOUGH]
    return Section("control", "Control arms", tuple(blocks))


def _figures(priors: PlanningPriors) -> Section:
    told = [Paragraph(f"Pooled: {', '.join(priors.figures)}.")]
    if priors.left_out:
        rows = tuple(Row((each.figure, each.reason)) for each in priors.left_out)
        header = ("Figure", "Why")
        table = Table("left-out", "Figures left out", header, rows, prose=(1,))
        return Section("figures", "Which figures", (*told, table))
    return Section("figures", "Which figures", tuple(told))


def _methods(priors: PlanningPriors) -> Section:
    said = " ".join(priors.assumed)
    pooling = (
        "Hazard ratios are pooled with random effects on the logarithm; a new trial's has the "
        "variance between trials and that of the mean (Higgins, Thompson & Spiegelhalter 2009, "
        "J R Stat Soc A 172: 137)."
    )
    blocks = (Paragraph(f"{pooling} {said}"), *(Paragraph(each) for each in SOURCES))
    return Section("methods", "Methods and sources", blocks)


def control_words(spread: ControlSpread) -> str:
    """Name what differs between control arms."""
    if spread.months is None:
        return "Median, months"
    return f"Free of the event at {spread.months:g} months, %"


def control_quantiles(spread: ControlSpread) -> tuple[str, ...]:
    """Print its quantiles; NR beyond what was reached."""
    held = dict(zip(spread.shares, spread.values, strict=True))
    return tuple(_printed(spread, held[share]) if share in held else "NR" for share in SHARES)


def few_arms(spread: ControlSpread) -> str:
    """Tell the values themselves, where there are too few for quantiles."""
    told = [*(_printed(spread, each) for each in spread.values), *["NR"] * spread.not_reached]
    arms = "1 control arm" if spread.arms == 1 else f"{spread.arms} control arms"
    return f"{control_words(spread)}: {' and '.join(told)} ({arms}, too few for quantiles)."


def left_out_words(priors: PlanningPriors) -> str:
    """Count the figures left out by their reasons."""
    counted = Counter(each.reason.rstrip(".") for each in priors.left_out)
    told = "; ".join(f"{count} ({reason})" for reason, count in counted.items())
    return f"Left out: {told}."


def _printed(spread: ControlSpread, value: float) -> str:
    return decimal(value, 1) if spread.months is None else percent(value)
