"""Assurance: the chance of success averaged over what is believed of the effect."""

from equipoise.design.trial_design import Assurance
from equipoise.report.design.context import DesignContext
from equipoise.report.design.printing import as_given, chance, text
from equipoise.report.document import Paragraph, Row, Section, Table
from equipoise.report.format import footnote, sentence


def assurance_section(context: DesignContext) -> Section | None:
    """Write the assurance; None where the protocol states no prior."""
    found = context.design.assurance
    if not found:
        return None
    rows = tuple(_row(context, each) for each in found)
    said = dict.fromkeys(footnote(text(line)) for each in found for line in each.assumed)
    return Section(
        "assurance",
        "Assurance",
        (
            Paragraph(
                "Power is the chance of success if the effect is as planned. Assurance is the "
                "chance of success averaged over how large the effect is believed to be."
            ),
            Table(
                id="assurance-table",
                title=context.marked("Probability of success, averaged over the prior"),
                header=(
                    "Hypothesis",
                    "Prior median",
                    "Prior standard\ndeviation",
                    "Power",
                    "Assurance",
                ),
                rows=rows,
                footnotes=(*said, *context.caveat),
            ),
        ),
    )


def _row(context: DesignContext, each: Assurance) -> Row:
    plan = context.design.hypothesis(each.hypothesis).plan
    of_log = " (of the logarithm)" if each.measure.endswith("ratio") else ""
    return Row(
        (
            f"{each.hypothesis}, {sentence(each.measure).lower()}",
            as_given(each.prior.mean),
            f"{as_given(each.prior.standard_deviation)}{of_log}",
            "–" if plan is None else chance(plan.power, 1),
            chance(each.probability, 1),
        )
    )
