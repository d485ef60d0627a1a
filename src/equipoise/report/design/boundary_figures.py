"""The figures of the boundaries, told in numbers for who cannot see them."""

from equipoise.design.plan import Plan
from equipoise.design.trial_design import HypothesisDesign
from equipoise.design.wording.looks import is_mirrored, is_wedge
from equipoise.report.design.context import DesignContext, anchor, count_at, counted
from equipoise.report.design.printing import NOT_TESTED, at_bound, whole_or_not, z_value
from equipoise.report.document import Block, Figure
from equipoise.report.figures.boundary import BoundaryText, boundary_figure
from equipoise.report.figures.boundary_effect import boundary_effect_figure
from equipoise.report.format import sentence


def figures_of(context: DesignContext, main: HypothesisDesign, plan: Plan) -> list[Block]:
    """Draw the boundaries on both scales."""
    words = BoundaryText(
        identifier=anchor(main, "boundary-effect-plot"),
        title=f"{main.hypothesis}: boundaries as the {plan.effect.name} estimated there",
        axis=counted(plan).capitalize(),
        effect=plan.effect.name,
        alternative_text=_told(main, plan),
        estimand=context.estimand(main),
    )
    planned = f"planned: {context.effect(main, plan)}"
    return [figure_of(context, main, plan), boundary_effect_figure(plan, words, planned)]


def figure_of(context: DesignContext, main: HypothesisDesign, plan: Plan) -> Figure:
    """Draw the boundaries, told in words for who cannot see them."""
    return boundary_figure(
        plan,
        [each for each in main.readings if each.efficacy or each.futility],
        BoundaryText(
            identifier=anchor(main, "boundary-plot"),
            title=f"{main.hypothesis}: boundaries on the z scale",
            axis=counted(plan).capitalize(),
            effect=plan.effect.name,
            alternative_text=_told(main, plan),
            estimand=context.estimand(main),
        ),
    )


def _told(main: HypothesisDesign, plan: Plan) -> str:
    """Tell the plot in numbers."""
    parts = []
    for look in plan.looks:
        said = [
            f"{name} at z {z_value(bound.z)} ({plan.effect.name} "
            f"{at_bound(plan.effect.name, bound.effect)})"
            for name, bound in (
                ("efficacy", look.efficacy),
                ("futility", look.futility if look is not plan.looks[-1] else None),
                ("harm", look.harm),
                ("the other side", None if is_mirrored(plan) else look.lower_efficacy),
            )
            if bound is not None
        ]
        at = f"look {look.number}, {whole_or_not(count_at(look))} {counted(plan)}"
        parts.append(f"{at}: {', '.join(said) or NOT_TESTED}")
    both = " on either side" if plan.sequential.sides > 1 and is_mirrored(plan) else ""
    between = " Futility is a wedge about zero." if is_wedge(plan) else ""
    return f"Boundaries of {main.hypothesis}{both}. {sentence('; '.join(parts))}.{between}"
