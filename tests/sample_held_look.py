"""Looks as they are held, for tests of what is inferred from them."""

import numpy as np

from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.reading import updated_design
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM
from equipoise.monitor.look.look import HypothesisLook, PastLook, SeenStatistic
from equipoise.monitor.statistics.effect_scale import EffectScale

HAZARD_RATIO = EffectScale("hazard ratio", 1.0, "log", "lower", 0.58)


def seen(z, events, per_event=0.25, hypothesis="DFS"):
    """Give a statistic of so many events."""
    why = "" if z is not None else "no events in an arm"
    return SeenStatistic(hypothesis, z, why, "events", events, None, events * per_event, "log-rank")


def held(design: GroupSequential, planned: float, z, events) -> HypothesisLook:
    """Hold the last z of a trial against a design read at the events of all looks so far."""
    fractions = tuple(each / planned for each in events)
    final = fractions[-1] >= design.information[-1] - 1e-9
    drawn = updated_design(design, fractions, final=final)
    place = len(events)
    decisions = [decision_of(drawn, look, value) for look, value in enumerate(z)]
    past = tuple(
        PastLook(
            look=look + 1,
            as_of=f"2020-01-{look + 1:02}",
            z=z[look],
            information=events[look],
            score_information=events[look] / 4.0,
            bound=float(drawn.upper[look]),
            futility=float(drawn.lower[look]) if drawn.sides == 1 else None,
            harm=float(drawn.lower[look]) if drawn.sides == 2 else None,
            alpha_spent=float(drawn.alpha_spent[look]),
            beta_spent=None,
            decision=decisions[look],
        )
        for look in range(place - 1)
    )
    here = place - 1
    return HypothesisLook(
        hypothesis="DFS",
        label="Disease-free survival",
        endpoint="dfs",
        seen=seen(z[-1], events[-1]),
        planned=planned,
        fraction=fractions[-1],
        tested=True,
        level=design.asked.stopping.alpha,
        bound=float(drawn.upper[here]),
        futility=float(drawn.lower[here]) if drawn.sides == 1 else None,
        harm=float(drawn.lower[here]) if drawn.sides == 2 else None,
        futility_from=None,
        p_bound=None,
        effect_bound=None,
        alpha_spent=float(drawn.alpha_spent[here]),
        beta_spent=None,
        decision=decisions[-1],
        sentence="",
        past=past,
        drawn=drawn,
        place=place,
    )


def decision_of(drawn: GroupSequential, look: int, z) -> int:
    """Give what one look decides."""
    if z is None:
        return CONTINUE
    if z >= drawn.upper[look]:
        return EFFICACY
    if drawn.sides == 2 and z <= drawn.lower[look]:
        return HARM
    if (drawn.sides == 1 and z <= drawn.lower[look]) or look + 1 == drawn.looks:
        return FUTILITY
    return CONTINUE


def brownian(rng, information, drift, trials):
    """Give z of trials at (looks,) information."""
    steps = np.diff(information, prepend=0.0)
    score = np.cumsum(
        rng.normal(size=(trials, steps.size)) * np.sqrt(steps) + drift * steps, axis=1
    )
    return score / np.sqrt(information)
