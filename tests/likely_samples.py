"""Looks at one hypothesis, as tests of what is likely from there need them."""

from equipoise.analyze.estimates import Estimate, Interval
from equipoise.design.sequential.design import GroupSequential
from equipoise.monitor.look.look import HypothesisLook, PastLook, SeenStatistic
from equipoise.monitor.statistics.effect_scale import EffectScale

RATIO = EffectScale("hazard ratio", 1.0, "log", "lower", 0.58)
ANY_RATIO = EffectScale("hazard ratio", 1.0, "log", "lower")


def estimated(value, standard_error, *, scale="log"):
    """An estimate with its standard error; its interval is of no interest here."""
    return Estimate(value, standard_error, Interval(value, value, 0.95, "Wald"), "Cox", scale)


def look_at(  # noqa: PLR0913 - each part has its world
    drawn: GroupSequential | None,
    place: int,
    z: float | None,
    *,
    planned: float = 131.0,
    fraction: float | None = None,
    effect: Estimate | None = None,
    score_information: float | None = None,
    decision: int = 0,
    past: tuple[PastLook, ...] = (),
) -> HypothesisLook:
    """A look of a hypothesis that counts events."""
    if fraction is None:
        fraction = float(drawn.information[place - 1]) if drawn is not None and place else 0.0
    seen = SeenStatistic(
        hypothesis="H1",
        z=z,
        why_not="" if z is not None else "there are no events yet",
        counted="events",
        information=fraction * planned,
        effect=effect,
        score_information=score_information,
        method="log-rank",
    )
    return HypothesisLook(
        hypothesis="H1",
        label="Survival",
        endpoint="os",
        seen=seen,
        planned=planned,
        fraction=fraction,
        tested=place > 0,
        level=0.025,
        bound=None,
        futility=None,
        harm=None,
        futility_from=None,
        p_bound=None,
        effect_bound=None,
        alpha_spent=None,
        beta_spent=None,
        decision=decision,
        sentence="",
        past=past,
        drawn=drawn,
        place=place,
    )


def past_look(number: int, information: float, decision: int = 0, *, bound: float | None = 2.5):
    """An earlier look, as the record tells it."""
    return PastLook(
        look=number,
        as_of="2020-01-01",
        z=1.0,
        information=information,
        score_information=None,
        bound=bound,
        futility=None,
        harm=None,
        alpha_spent=None,
        beta_spent=None,
        decision=decision,
    )
