"""What a rejection claims: superiority, superiority by a margin, or non-inferiority.

With a margin z is the distance of the estimate from the margin, in standard errors: the null
hypothesis is an effect at the margin.
"""

from typing import Literal

from equipoise.design.plan import Plan
from equipoise.design.wording.numbers import significant, with_article

Claim = Literal["superiority", "superiority by a margin", "non-inferiority"]


def without_effect(plan: Plan) -> float:
    """Give the value of the effect where the arms do not differ."""
    return 1.0 if plan.effect.name.endswith("ratio") else 0.0


def claimed(plan: Plan) -> Claim:
    """Say what a rejection shows."""
    effect, none = plan.effect, without_effect(plan)
    if effect.null == none:
        return "superiority"
    worse = effect.null > none if effect.better == "lower" else effect.null < none
    return "non-inferiority" if worse else "superiority by a margin"


def null_words(plan: Plan) -> str:
    """Name the truth under which rejecting is an error."""
    return "no effect" if claimed(plan) == "superiority" else "at the margin"


def truth_words(plan: Plan, truth: str) -> str:
    """Name one of the truths a plan is told under."""
    return {"null": null_words(plan), "alternative": "as planned"}.get(truth, truth)


def margin_name(plan: Plan) -> str:
    """Name the margin: a non-inferiority margin, or one of superiority."""
    return f"{'non-inferiority ' * (claimed(plan) == 'non-inferiority')}margin"


def margin_words(plan: Plan) -> str:
    """Name the margin an effect is set against, where there is one."""
    if claimed(plan) == "superiority":
        return ""
    return f" against the {margin_name(plan)} of {significant(plan.effect.null)}"


def claim_words(plan: Plan) -> str:
    """Say what is to be shown and how it is tested, where there is a margin."""
    what = claimed(plan)
    if what == "superiority":
        return ""
    name, margin = plan.effect.name, significant(plan.effect.null)
    return (
        f"{what} is to be shown: the null hypothesis is {with_article(name)} at the "
        f"{margin_name(plan)}, {margin}, and z is the distance of the estimate from the margin in "
        "standard errors"
    )
