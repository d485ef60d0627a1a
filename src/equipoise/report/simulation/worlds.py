"""The world of a scenario in words and rates, so that a reader can play it again.

The first scenario is told in full; of the others only what differs from it.
"""

from collections.abc import Iterator
from math import isfinite

from equipoise.design.survival.world import Piecewise
from equipoise.protocol.course import Course, ReadAnswer, ReadTime, Transition
from equipoise.protocol.planning import Pieces
from equipoise.report.design.printing import NONE, as_given, fraction, on_pieces
from equipoise.report.document import Block, Paragraph, Row, Table
from equipoise.report.format import count, sentence, significant
from equipoise.report.simulation.context import SimulationContext, anchor
from equipoise.simulate.worlds.world import (
    AnswerTruth,
    CourseTruth,
    Enrollment,
    IndependentEndpoints,
    Law,
    Randomization,
    ResampledPatients,
    TimeTruth,
    World,
)

Fact = tuple[str, str]
PROCESSES = {
    "poisson": "by a Poisson process",
    "even": "evenly, each when the rates expect the next",
    "uniform": "at random times, independent of each other",
}
ALIKE = 1e-12


def world_blocks(context: SimulationContext, at: int) -> Iterator[Block]:
    """Tell the world of a scenario; of the second and later ones, what differs."""
    world = context.world(at)
    first, own = facts(context, context.world(0)), facts(context, world)
    shown = own if at == 0 else [each for each in own if each not in first]
    if at and not shown:
        yield Paragraph(f"Patients come and fare as in “{context.scenario(0).label}”.")
    else:
        label = context.scenario(at).label
        yield Table(
            id=anchor("world", context.scenario(at).id),
            title=f"The world. {label}",
            header=("What", "As played"),
            rows=tuple(Row(each) for each in shown),
            footnotes=(
                f"Hazards and rates are per {context.clock.unit}.",
                *((f"All else is as in “{context.scenario(0).label}”.",) if at else ()),
            ),
            prose=(1,),
        )
    if isinstance(world.truth, CourseTruth):
        yield _transitions(context, at, world.truth.course)


def facts(context: SimulationContext, world: World) -> list[Fact]:
    """Tell a world in words."""
    found = [
        ("Enrollment", enrollment_words(context, world.enrollment)),
        ("Allocation", _allocation(context, world)),
        ("Randomization", randomization_words(world.randomization, world)),
    ]
    if len(world.cells) > 1 or len(world.strata) > 1:
        found.append(("Kinds of patients", _cells(world)))
    found += _truth(context, world)
    if world.dropout:
        for at, arm in enumerate(world.arms):
            told = _by_cell(context, world, world.dropout[at])
            found.append((f"Dropout, {_arm(context, arm)}", told))
    else:
        found.append(("Dropout", "none"))
    if isfinite(world.longest_follow_up):
        found.append(("Longest follow-up", context.clock.length(world.longest_follow_up)))
    if world.reporting.lag:
        found.append(("Data lag", context.clock.length(world.reporting.lag)))
    for endpoint, delay in zip(world.endpoints, world.reporting.mean_delay, strict=False):
        if delay:
            told = f"{context.clock.length(delay)} on average, exponential"
            found.append((f"Reporting delay, {context.endpoint(endpoint)}", told))
    if world.adverse_events:
        kinds = len(world.adverse_events)
        found.append(("Adverse events", f"{count(kinds)} rates, as written; they decide nothing"))
    return found


def _arm(context: SimulationContext, identifier: str) -> str:
    return context.protocol.arm(identifier).label


def enrollment_words(context: SimulationContext, enrollment: Enrollment) -> str:
    """Say who comes when."""
    told = piecewise(context, enrollment.rates)
    said = f"{count(enrollment.patients)} patients, {PROCESSES[enrollment.process]}: {told} a "
    said += context.clock.unit
    if enrollment.process == "uniform" and isfinite(enrollment.duration):
        said += f", within {context.clock.length(enrollment.duration)}"
    return said


def _allocation(context: SimulationContext, world: World) -> str:
    ratio = ":".join(str(each) for each in world.allocation)
    return f"{ratio} ({', '.join(_arm(context, each) for each in world.arms)})"


def randomization_words(method: Randomization, world: World) -> str:
    """Say how arms are given out."""
    within = ", within each stratum" if method.by_stratum and len(world.strata) > 1 else ""
    if method.method == "simple":
        return "simple: each patient by chance alone"
    if method.method == "minimization":
        return (
            f"minimization by {', '.join(world.stratum_variables)} (imbalance by "
            f"{method.imbalance}, followed with probability {as_given(method.probability)})"
        )
    blocks = (method.block,) if isinstance(method.block, int) else method.block
    size = (
        f"of {sum(world.allocation)}, the smallest there are"
        if blocks is None
        else f"of {' or '.join(str(each) for each in blocks)}"
        + (", drawn by chance" if len(blocks) > 1 else "")
    )
    return f"permuted blocks {size}{within}"


def _cells(world: World) -> str:
    told = []
    for each in world.cells:
        name = ", ".join((world.strata[each.stratum], *each.populations))
        told.append(f"{name}: {fraction(each.share)}")
    return "; ".join(told)


def piecewise(context: SimulationContext, values: Piecewise) -> str:
    """Tell a rate per unit of display, on its pieces."""
    factor = context.clock.factor
    return on_pieces(values, factor, lambda v: significant(v / factor, 4) if v > 0 else "0")


def rate(context: SimulationContext, pieces: Pieces) -> str:
    """Tell a rate that is written as (start, value) pairs."""
    from equipoise.kernel.arrays import vector  # noqa: PLC0415 - arrays only where pieces are

    starts, values = vector([a for a, _ in pieces]), vector([b for _, b in pieces])
    return piecewise(context, Piecewise(starts, values))


def law_words(context: SimulationContext, law: Law) -> str:
    """Tell the law of a time to an event."""
    told = f"hazard {piecewise(context, law.hazard)}"
    if law.shape != 1.0:
        told = (
            f"Weibull shape {as_given(law.shape)}, "
            + on_pieces(law.hazard, 1.0, lambda v: f"{v:.5g}")
            + f" on the clock t^{as_given(law.shape)} (in {context.protocol.trial.time_unit}s)"
        )
    return f"{told}; {fraction(law.cured)} never" if law.cured else told


def _by_cell(context: SimulationContext, world: World, laws: tuple[Law, ...]) -> str:
    """Tell a law once where all kinds of patients have the same."""
    told = [law_words(context, each) for each in laws]
    if len(set(told)) == 1:
        return told[0]
    names = [", ".join((world.strata[c.stratum], *c.populations)) for c in world.cells]
    return "; ".join(f"{name}: {law}" for name, law in zip(names, told, strict=True))


def _truth(context: SimulationContext, world: World) -> Iterator[Fact]:
    truth = world.truth
    if isinstance(truth, IndependentEndpoints):
        for each in truth.endpoints:
            yield from (
                _answer(context, world, each)
                if isinstance(each, AnswerTruth)
                else _time(context, world, each)
            )
        if truth.correlation is not None:
            yield "Correlation of normal scores", _correlation(context, truth)
    elif isinstance(truth, ResampledPatients):
        told = f"drawn with replacement from {count(truth.arm.size)} patients"
        drawn = ", whatever their arm" if (truth.arm < 0).all() else ", within their arm"
        yield "Patients", told + drawn
    else:
        yield "Course", "all endpoints are read from one course of states, told below"
        for reading in truth.course.readings:
            yield (
                f"{context.endpoint(reading.endpoint)}, as read",
                _reading(context, truth, reading),
            )
        for arm, start in truth.course.start:
            labels = {each.id: each.label for each in truth.course.states}
            told = ", ".join(f"{labels[state]} {fraction(share)}" for state, share in start)
            yield f"Start, {_arm(context, arm)}", told


def _time(context: SimulationContext, world: World, each: TimeTruth) -> Iterator[Fact]:
    label = context.endpoint(each.endpoint)
    for at, arm in enumerate(world.arms):
        yield f"{label}, {_arm(context, arm)}", _by_cell(context, world, each.laws[at])
        for number, table in enumerate(each.competing, start=1):
            name = f"{label}, competing event {number}, {_arm(context, arm)}"
            yield name, _by_cell(context, world, table[at])
    if each.switching is not None:
        move = each.switching
        delay = f" {context.clock.length(move.delay)} later" if move.delay else ""
        yield (
            f"{label}, switching",
            (
                f"after {context.endpoint(move.after)} {fraction(move.probability)} of "
                f"{_arm(context, world.arms[move.arm])} switch{delay}; their hazard is then "
                f"multiplied by {as_given(move.hazard_ratio)}"
            ),
        )


def _answer(context: SimulationContext, world: World, each: AnswerTruth) -> Iterator[Fact]:
    label = context.endpoint(each.endpoint)
    for at, arm in enumerate(world.arms):
        rates = each.probability[at]
        told = fraction(rates[0])
        if max(rates) - min(rates) > ALIKE:
            names = [world.strata[cell.stratum] for cell in world.cells]
            told = "; ".join(f"{n}: {fraction(v)}" for n, v in zip(names, rates, strict=True))
        yield f"{label}, {_arm(context, arm)}", f"yes in {told}"
    missing = f"; {fraction(each.missing)} never known" if each.missing else ""
    yield f"{label}, known", f"{context.clock.length(each.at)} after entry{missing}"


def _correlation(context: SimulationContext, truth: IndependentEndpoints) -> str:
    names = [context.endpoint(each.endpoint) for each in truth.endpoints]
    matrix = truth.correlation
    assert matrix is not None  # noqa: S101 - asked for only where there is one
    pairs = [
        f"{names[i]} and {names[j]} {as_given(float(matrix[i, j]))}"
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return "; ".join(pairs) or NONE


def _reading(context: SimulationContext, truth: CourseTruth, reading: ReadTime | ReadAnswer) -> str:
    labels = {each.id: each.label for each in truth.course.states}
    if isinstance(reading, ReadAnswer):
        states = " or ".join(labels[each] for each in reading.states)
        return f"yes where the patient is in {states} at {context.clock.length(reading.at)}"
    told = "first entry into " + " or ".join(labels[each] for each, _ in reading.entering)
    if reading.competing:
        told += "; competing: " + " or ".join(labels[each] for each, _ in reading.competing)
    return told


def _transitions(context: SimulationContext, at: int, course: Course) -> Table:
    """Set out who moves where, and how fast."""
    labels = {each.id: each.label for each in course.states}
    arms = context.world(at).arms
    multiplied = any(each.ratios or each.arm_ratios for each in course.transitions)
    clocks = list(dict.fromkeys(each.clock for each in course.transitions))
    rows = []
    for each in course.transitions:
        own = dict(each.by_arm)
        cells = [f"{labels[each.source]} → {labels[each.target]}"]
        cells += [rate(context, own.get(arm, each.hazard)) for arm in arms]
        cells += [_ratios(context, each)] if multiplied else []
        cells += [sentence(each.clock)] if len(clocks) > 1 else []
        rows.append(Row(tuple(cells)))
    return Table(
        id=anchor("course", context.scenario(at).id),
        title=f"The course: hazards per {context.clock.unit}. {context.scenario(at).label}",
        header=(
            "Transition",
            *(_arm(context, arm) for arm in arms),
            *(("Hazard ratios",) if multiplied else ()),
            *(("Clock",) if len(clocks) > 1 else ()),
        ),
        rows=tuple(rows),
        footnotes=(
            *((f"Clock: {clocks[0]}.",) if len(clocks) == 1 else ()),
            *dict.fromkeys(course.notes),
        ),
        prose=tuple(range(len(arms) + 1, len(arms) + 1 + multiplied + (len(clocks) > 1))),
    )


def _ratios(context: SimulationContext, each: Transition) -> str:
    """Tell what multiplies a hazard in some patients."""
    told = [f"{name} ×{as_given(value)}" for name, value in each.ratios]
    told += [
        f"{_arm(context, arm)}, {name} ×{as_given(value)}" for arm, name, value in each.arm_ratios
    ]
    return "; ".join(told) or NONE
