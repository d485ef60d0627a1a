"""Hold a look: what is seen of each hypothesis against its bounds, and what that decides.

The bounds follow the information observed, the decision is that of the rehearsed trial
(`decide_look`, a trial of one row), and what earlier looks decided is taken from the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtr

from equipoise.design.sequential.design import GroupSequential
from equipoise.design.sequential.reading import updated_design
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import DesignError
from equipoise.monitor.bounds.planned_rules import by_leading, needs_time
from equipoise.monitor.bounds.rules import NOT_TESTED, FixedBounds
from equipoise.monitor.look.decide import decide_look
from equipoise.monitor.look.effects import effect_at
from equipoise.monitor.look.look import HypothesisLook, Look, PastLook, SeenStatistic, TrialRules
from equipoise.monitor.look.numbers import ThisLook, this_look
from equipoise.monitor.look.past_standing import Rebuilt, standing_before
from equipoise.monitor.look.remarks import remarks_of
from equipoise.monitor.look.standing import Standing
from equipoise.monitor.look.trial_wording import trial_sentence
from equipoise.monitor.look.wording import sentence_of


@dataclass(frozen=True, slots=True)
class Held:
    """A look that was decided, before it is told."""

    design: TrialDesign
    rules: TrialRules
    this: ThisLook
    before: Rebuilt
    after: Standing
    seen: tuple[SeenStatistic, ...]
    time: float | None
    stopped_for: str | None


def hold_look(  # noqa: PLR0913 - all that a look rests on
    design: TrialDesign,
    rules: TrialRules,
    seen: Sequence[SeenStatistic],
    past: Mapping[str, tuple[PastLook, ...]],
    *,
    as_of: str | date,
    number: int | None = None,
    final: bool | None = None,
    spending_time: float | None = None,
    stopped_for: str | None = None,
    unplanned: bool = False,
) -> Look:
    """Decide one look at the trial.

    Args:
        design: of the trial.
        rules: of the trial.
        seen: statistics of hypotheses (any order); one that is not there has none.
        past: by hypothesis, what earlier looks were and decided, in order.
        as_of: date of the data cut.
        number: of the look, from 1; None: by the information, or the next by the calendar.
        final: whether the trial ends with this look whatever it decides; None: by the plan.
        spending_time: fraction of the planned duration, where errors are spent by the calendar.
        stopped_for: why the trial ends here for other reasons, as a noun ("slow accrual"); the
            look is then final unless `final=False` says that alpha is not spent in full.
        unplanned: the look of this number was held as an extra one, and is held again.

    Raises:
        DesignError: The look cannot be held, or its bounds cannot be drawn; the message says why.

    Witness: `decide` on rehearsed trials, look by look; `updated_design`; gsDesign, rpact, lrstat.
    """
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    told = _in_order(names, seen, rules)
    lead = names.index(rules.leading)
    fraction = told[lead].information / planned_of(design, rules, lead)
    if final is None and stopped_for:
        final = True
    going = final is False and stopped_for is not None
    final = None if going else final
    this = this_look(design, rules, past, fraction, number=number, final=final, unplanned=unplanned)
    time = _time(design, rules, spending_time, fraction)
    before = standing_before(rules, past, this)
    after = decide_look(
        rules.stopping,
        before.standing,
        len(this.before),
        np.array([[np.nan if each.z is None else each.z for each in told]]),
        np.array([[each.information for each in told]]),
        final=np.array([this.final]),
        spending_time=None if time is None else np.array([time]),
    )
    held = Held(design, rules, this, before, after, told, time, stopped_for)
    hypotheses = tuple(_of_hypothesis(held, j, past.get(name, ())) for j, name in enumerate(names))
    stop = bool(after.stopped[0] >= 0)
    return Look(
        number=this.held.number,
        final=this.final,
        why_final=this.why_final,
        as_of=as_of.isoformat() if isinstance(as_of, date) else as_of,
        hypotheses=hypotheses,
        stop=stop,
        sentence=trial_sentence(rules, hypotheses, this, stop=stop, stopped_for=stopped_for),
        spending_time=time,
        remarks=remarks_of(this, before, hypotheses, stopped_for),
        unplanned=this.held.planned is None,
    )


def planned_of(design: TrialDesign, rules: TrialRules, hypothesis: int) -> float:
    """Give what information fraction 1 of a hypothesis counts."""
    bounds = rules.stopping.hypotheses[hypothesis].bounds
    if bounds.planned is None:
        each = design.hypothesis(rules.stopping.hypotheses[hypothesis].hypothesis)
        raise DesignError(
            f"What information {each.hypothesis} is planned for is not told, so that no look can "
            "be placed; give its bounds the information planned."
        )
    return bounds.planned


def _in_order(
    names: list[str], seen: Sequence[SeenStatistic], rules: TrialRules
) -> tuple[SeenStatistic, ...]:
    """Give one statistic for each hypothesis, in the order of the rules."""
    given = {each.hypothesis: each for each in seen}
    unknown = [name for name in given if name not in names]
    if unknown or len(given) != len(seen):
        raise DesignError(
            f"Statistics are given of {', '.join(each.hypothesis for each in seen)}; give one of "
            f"each of {', '.join(names)} at most."
        )
    for each in seen:
        told = (0.0 if each.z is None else each.z, each.information)
        if not np.isfinite(told).all() or each.information < 0.0:
            raise DesignError(
                f"{each.hypothesis} has z {each.z} at information {each.information}; give finite "
                "numbers, information not below 0."
            )
    none = "no statistic of it is given"
    return tuple(
        given.get(name) or SeenStatistic(name, None, none, counted, 0.0, None, None, "none")
        for name, counted in zip(names, rules.counted, strict=True)
    )


def _time(
    design: TrialDesign, rules: TrialRules, given: float | None, fraction: float
) -> float | None:
    """Give the spending time of the look, where any hypothesis spends by one."""
    if not needs_time(rules):
        return None
    promise = design.protocol.design
    if promise is None or promise.looks.spending_by != "calendar":
        return min(fraction, 1.0)
    if given is None or not given > 0.0:
        raise DesignError(
            "Errors are spent by calendar time here, and the look has none; give `spending_time`, "
            "the fraction of the planned duration that has passed."
        )
    return min(given, 1.0)


def _of_hypothesis(held: Held, j: int, past: tuple[PastLook, ...]) -> HypothesisLook:
    """Tell one hypothesis at the look."""
    rules = held.rules.stopping.hypotheses[j]
    each = held.design.hypothesis(rules.hypothesis)
    seen, read = held.seen[j], held.after.had[-1]
    planned = _projected(held, j)
    decision = int(read.decision[0, j])
    tested = decision != NOT_TESTED
    bound = _finite(read.bound[0, j]) if tested else None
    futility = _finite(read.lower[0, j]) if tested else None
    harm = None if read.harm is None or not tested else _finite(read.harm[0, j])
    wedge = read.futility_from
    from_ = None if wedge is None or not tested else _finite(wedge[0, j])
    level = float(held.after.level[0, j])
    drawn, place, spent = _drawn(held, j, level, tested=tested)
    look = HypothesisLook(
        hypothesis=each.hypothesis,
        label=each.label,
        endpoint=each.endpoint,
        seen=seen,
        planned=planned,
        fraction=seen.information / planned,
        tested=tested,
        level=level,
        bound=bound,
        futility=futility,
        harm=harm,
        futility_from=from_,
        p_bound=None if bound is None else float(ndtr(-bound)),
        effect_bound=None if bound is None else effect_at(held.design, each, seen, bound),
        alpha_spent=spent[0],
        beta_spent=spent[1],
        decision=decision,
        sentence="",
        past=past,
        drawn=drawn,
        place=place,
        assumed=() if drawn is None else drawn.assumed,
    )
    return sentence_of(look, held.rules, held.before.standing, held.after)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _projected(held: Held, j: int) -> float:
    """Give what information fraction 1 counts, as projected where nothing was expected.

    A hypothesis that spends when the leading one does comes to have as much more as that one.
    """
    planned, seen = planned_of(held.design, held.rules, j), held.seen[j].information
    share = held.this.fraction
    if by_leading(held.rules, j) and seen > 0.0 and share > 0.0:
        return seen / share
    return planned


def _drawn(
    held: Held, j: int, level: float, *, tested: bool
) -> tuple[GroupSequential | None, int, tuple[float | None, float | None]]:
    """Draw the looks as they were held and those to come; which is this one; what is spent by it.

    A hypothesis that is not tested here is drawn as it stands after its looks before.
    """
    reader = held.after.readers[j]
    bounds = reader.rules.bounds
    nothing: tuple[float | None, float | None] = (None, None)
    if isinstance(bounds, FixedBounds) or level <= 0.0:
        return None, 0, nothing
    had = held.after.had if tested else held.after.had[:-1]
    path = [(k, float(look.information[0, j])) for k, look in enumerate(had)]
    now = path[-1][1] if tested else np.inf
    kept = [(k, at) for k, at in path if at < now * (1.0 - 1e-9) or (tested and k == len(had) - 1)]
    if not kept:
        return reader.design_at(bounds, level), 0, nothing
    drawn = _at_looks(
        held, _projected(held, j), reader.design_at(bounds, level), j, kept, tested=tested
    )
    if drawn is None:
        return None, 0, nothing
    place = len(kept)
    spent = (float(drawn.alpha_spent[place - 1]), float(drawn.beta_spent[place - 1]))
    return drawn, place if tested else 0, spent


def _at_looks(
    held: Held,
    planned: float,
    design: GroupSequential,
    j: int,
    kept: list[tuple[int, float]],
    *,
    tested: bool,
) -> GroupSequential | None:
    """Draw a design at the looks that a hypothesis was tested at."""
    reader = held.after.readers[j]
    ends = design.looks - 1
    which = [reader.place[k] if reader.place[k] <= ends else None for k, _ in kept]
    final = tested and last_here(held, j)
    times = None
    if design.asked.stopping.spending_time is not None:
        given = [held.after.had[k].time for k, _ in kept]
        times = [np.nan if time is None else float(time[0]) for time in given]
    try:
        return updated_design(
            design,
            [at / planned for _, at in kept],
            final=final,
            spending_time=times,
            which=which,
        )
    except DesignError:
        return None


def last_here(held: Held, j: int) -> bool:
    """Tell whether this look is the last one of a hypothesis."""
    reader, look = held.after.readers[j], len(held.this.before)
    there = bool(reader.all_there(np.array([held.seen[j].information]))[0])
    return held.this.final or there or look >= reader.last
