"""What is true of every hypothesis in a scenario: which null hypotheses hold, and true effects.

A null hypothesis of no difference holds where both arms have the same law in every cell it is
about; one with a margin where the experimental arm is nowhere better than it.  A true effect is
told where hazards are proportional with one ratio throughout, or of answers, as the difference.
"""

import math

import numpy as np

from equipoise.protocol.course import Course
from equipoise.simulate.conduct import Proportions, Tested
from equipoise.simulate.plan import Direction, HypothesisTruth
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    CourseTruth,
    IndependentEndpoints,
    Law,
    ResampledPatients,
    TimeTruth,
    World,
)

SAME = 1e-12


def truth_of(world: World, tested: Tested) -> HypothesisTruth | None:
    """Tell what is true of a hypothesis; None where a world does not say.

    Witness: closed forms (one ratio throughout; the same law in both arms).
    """
    match world.truth:
        case IndependentEndpoints(endpoints=endpoints):
            found = endpoints[world.endpoints.index(tested.endpoint)]
            if isinstance(found, AnswerTruth):
                return _of_answers(world, tested, found)
            return _of_times(world, tested, found)
        case CourseTruth(course=course):
            alike = _same_course(
                course, world.arms[tested.control], world.arms[tested.experimental]
            )
            null = alike and tested.margin == 0.0
            return HypothesisTruth(tested.hypothesis, null, 0.0 if alike else None)
        case ResampledPatients(arm=arm):
            pooled = bool(np.all(arm < 0))
            null = pooled and tested.margin == 0.0
            return HypothesisTruth(tested.hypothesis, null, 0.0 if pooled else None)


def _cells(world: World, tested: Tested) -> list[int]:
    return [
        place
        for place, cell in enumerate(world.cells)
        if tested.population is None or tested.population in cell.populations
    ]


def _of_times(world: World, tested: Tested, truth: TimeTruth) -> HypothesisTruth:
    """Tell the log hazard ratio, where there is one."""
    cells = _cells(world, tested)
    ratios = [
        ratio
        for cell in cells
        for ratio in _ratios(
            truth.laws[tested.control][cell], truth.laws[tested.experimental][cell]
        )
    ]
    effect: float | None = None
    direction: Direction | None = None
    null = False
    if all(ratio is not None and ratio > 0 for ratio in ratios) and not _switches(truth, tested):
        logs = [math.log(ratio) for ratio in ratios if ratio is not None]
        low, high = min(logs), max(logs)
        sooner = tested.sooner_is_better
        worst, best = (low, high) if sooner else (-high, -low)
        margin = tested.margin if sooner else -tested.margin
        null = best <= margin + SAME
        if high - low <= SAME:
            effect = low
        if worst > SAME:
            direction = "benefit"
        elif best < -SAME:
            direction = "harm"
        elif effect is not None:
            direction = "none"
        if effect and any(truth.laws[tested.control][cell].cured for cell in cells):
            effect = None  # the ratio is of those not cured: that of all is not constant
        if len(cells) > 1 and effect is not None and abs(effect) > SAME and not tested.stratified:
            pieces = {_told(truth.laws[tested.control][cell]) for cell in cells}
            effect = effect if len(pieces) == 1 else None  # ratios of mixtures are not constant
    return HypothesisTruth(tested.hypothesis, null, effect, direction)


def _switches(truth: TimeTruth, tested: Tested) -> bool:
    told = truth.switching
    return told is not None and told.arm in {tested.control, tested.experimental}


def _told(law: Law) -> tuple[object, ...]:
    return law.hazard.starts.tobytes(), law.hazard.values.tobytes(), law.shape, law.cured


def _ratios(control: Law, experimental: Law) -> list[float | None]:
    """Give every ratio of two hazards over time; None where there is none."""
    if control.shape != experimental.shape or control.cured != experimental.cured:
        return [None]
    starts = np.union1d(control.hazard.starts, experimental.hazard.starts)
    below, above = control.hazard.at(starts), experimental.hazard.at(starts)
    return [
        (1.0 if theirs == ours else None) if ours == 0 else float(theirs / ours)
        for ours, theirs in zip(below.tolist(), above.tolist(), strict=True)
    ]


def _of_answers(world: World, tested: Tested, truth: AnswerTruth) -> HypothesisTruth:
    """Tell the difference of the probabilities of a yes."""
    assert isinstance(tested.test, Proportions)  # noqa: S101 - the test of answers
    cells = _cells(world, tested)
    shares = np.array([world.cells[cell].share for cell in cells])
    shares = shares / shares.sum()
    control = np.array([truth.probability[tested.control][cell] for cell in cells])
    experimental = np.array([truth.probability[tested.experimental][cell] for cell in cells])
    effect = float(shares @ (experimental - control))
    gain = -effect if tested.sooner_is_better else effect
    margin = -tested.margin if tested.sooner_is_better else tested.margin
    direction: Direction = "none" if abs(effect) <= SAME else "benefit" if gain > 0 else "harm"
    return HypothesisTruth(tested.hypothesis, gain <= margin + SAME, effect, direction)


def _same_course(course: Course, control: str, experimental: str) -> bool:
    start = {arm: dict(shares) for arm, shares in course.start}
    if start.get(control) != start.get(experimental):
        return False
    for each in course.transitions:
        named = dict(each.by_arm)
        if named.get(control, each.hazard) != named.get(experimental, each.hazard):
            return False
        own = {(name, ratio) for arm, name, ratio in each.arm_ratios if arm == control}
        theirs = {(name, ratio) for arm, name, ratio in each.arm_ratios if arm == experimental}
        if own != theirs:
            return False
    return True
