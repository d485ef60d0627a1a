"""What the truths of a design are called: no effect is no effect only where that is tested.

In a trial of non-inferiority z is against the margin: its null hypothesis is an effect at the
margin, which is worse than none.
"""

from equipoise.design.plan import Plan
from equipoise.design.wording.margin import claimed
from equipoise.report.design.printing import as_given


def margin_note(plan: Plan) -> tuple[str, ...]:
    """Say against what z is, where that is not no effect."""
    what = claimed(plan)
    if what == "superiority":
        return ()
    name, margin = plan.effect.name, as_given(plan.effect.null)
    return (f"{what.capitalize()}: z is of the distance from the margin ({name} {margin}).",)


def has_futility(plan: Plan) -> bool:
    """Say whether a look before the last can stop for futility."""
    return any(each.futility is not None for each in plan.looks[:-1])


def has_harm(plan: Plan) -> bool:
    """Say whether some look can stop for harm."""
    return any(each.harm is not None for each in plan.looks)
