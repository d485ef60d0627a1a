"""The report of one replayed trial: its story look by look, its pictures, what it was played in."""

from collections.abc import Iterator, Sequence

from equipoise.protocol.endpoints import TimeToEvent
from equipoise.report.design.printing import NONE, text
from equipoise.report.document import (
    Block,
    Callout,
    Document,
    Paragraph,
    Row,
    Section,
    Table,
)
from equipoise.report.figures.replayed_patients import READABLE
from equipoise.report.format import decimal
from equipoise.report.simulation.replay_context import (
    DECIDED,
    ReplayContext,
    effect_told,
    reading_told,
)
from equipoise.report.simulation.replay_pictures import (
    over_time_picture,
    patients_picture,
    survival_picture,
    walk_pictures,
)
from equipoise.simulate.replays.record import ReplayedTrial
from equipoise.simulate.replays.replay import ReplayedLook

SIMULATED = (
    "This is one simulated trial among thousands: its patients are random numbers. It shows how "
    "such a trial can go, not how the real one will."
)
PLACES = 3


def build_replay_document(
    found: ReplayedTrial, *, software: Sequence[tuple[str, str]] = ()
) -> Document:
    """Write the whole report of one replayed trial.

    Args:
        found: the trial.
        software: names and versions, for the section on methods.
    """
    context, trial = ReplayContext(found), found.protocol.trial
    told = found.replayed
    return Document(
        title=trial.title,
        subtitle=f"Trial {told.trial:,} of {found.scenario.label}, played again",
        facts=(
            ("Trial", trial.id),
            ("Scenario", f"{found.scenario.label} ({told.scenario})"),
            ("Design", told.design),
            ("Random numbers", f"seed {told.seed}, stream {told.stream}, trial {told.trial}"),
            ("Plan", found.plan[:12]),
            ("Ended", f"{context.clock.show(told.duration)} {context.clock.units} after opening"),
        ),
        sections=(
            Section("story", "What happened", tuple(_story(context))),
            Section("statistics", "The test statistic at each look", tuple(walk_pictures(context))),
            Section("followed", "The patients", tuple(_patients(context))),
            Section("methods", "What it was played in", tuple(_methods(context, software))),
        ),
    )


def story_of(context: ReplayContext) -> Iterator[str]:
    """Tell the trial look by look, a sentence or two each."""
    told = context.told
    for look in told.looks:
        events = context.events(context.main, look)
        reached = "" if look.condition_met else ", its time being up,"
        read = "; ".join(
            reading_told(each.hypothesis, each)
            for each in look.readings
            if each.decision != "not tested"
        )
        read = f" {read}." if read else " Nothing was tested."
        yield (
            f"Look {look.look}{reached} was held {context.clock.show(look.time)} "
            f"{context.clock.units} after the trial opened, with {look.patients} patients and "
            f"{events} events of {context.endpoint(context.main)}.{read}"
        )


def _story(context: ReplayContext) -> Iterator[Block]:
    yield Callout(SIMULATED, "note")
    yield Callout(verdict_of(context), "verdict")
    for each in story_of(context):
        yield Paragraph(each)
    yield _looks(context)
    yield from _estimates(context)


def verdict_of(context: ReplayContext) -> str:
    """Say how the trial ended, hypothesis by hypothesis."""
    told = context.told
    ends = []
    for at, tested in enumerate(context.tested):
        label = context.found.design.hypothesis(tested.hypothesis).label
        decided = [
            (look.look, look.readings[at].decision)
            for look in told.looks
            if look.readings[at].decision in {"efficacy", "futility", "harm"}
        ]
        verdict = f"{decided[0][1]} at look {decided[0][0]}" if decided else "not rejected"
        ends.append(f"{tested.hypothesis} ({label}): {verdict}")
    return (
        f"The trial ended at look {told.looks[-1].look}, {context.clock.show(told.duration)} "
        f"{context.clock.units} after it opened. {'. '.join(ends)}."
    )


def _looks(context: ReplayContext) -> Table:
    told = context.told
    header = ["Look", context.clock.units.capitalize(), "Patients", "Lost"]
    header += [f"{context.endpoint(each)}: events" for each in context.endpoints]
    for tested in context.tested:
        name = tested.hypothesis
        header += [f"{name}: z", f"{name}: bound", f"{name}: decision"]
    return Table(
        "looks",
        "The trial look by look",
        tuple(header),
        tuple(Row(tuple(_cells(context, look))) for look in told.looks),
        footnotes=tuple(
            f"Look {look.look} was held because the trial's time was up."
            for look in told.looks
            if not look.condition_met
        ),
    )


def _cells(context: ReplayContext, look: ReplayedLook) -> Iterator[str]:
    yield str(look.look)
    yield context.clock.show(look.time)
    yield str(look.patients)
    yield str(look.dropouts)
    for endpoint in context.endpoints:
        yield str(context.events(endpoint, look))
    for each in look.readings:
        yield number(each.z)
        yield number(each.bound)
        yield DECIDED[each.decision]


def number(value: float | None) -> str:
    """Print a statistic; a dash where there is none.

    >>> number(None), number(2.3064)
    ('–', '2.306')
    """
    return NONE if value is None else decimal(value, PLACES)


def _estimates(context: ReplayContext) -> Iterator[Block]:
    truths = {each.hypothesis: each for each in context.found.truths}
    for tested, each in zip(context.tested, context.told.estimates, strict=False):
        if each.estimate is None:
            continue
        truth, factor = truths.get(tested.hypothesis), context.clock.factor
        said = "; the scenario has no single true value of it"
        if truth is not None and truth.effect is not None:
            said = f"; the truth of the scenario is {effect_told(tested, truth.effect, factor)}"
        adjusted = (
            f"; adjusted for having looked, {effect_told(tested, each.adjusted, factor)}"
            if each.adjusted is not None
            else ""
        )
        yield Paragraph(
            f"{tested.hypothesis}: estimated {effect_told(tested, each.estimate, factor)} where "
            f"the trial ended{adjusted}{said}."
        )


def _patients(context: ReplayContext) -> Iterator[Block]:
    yield over_time_picture(context)
    for endpoint in context.endpoints:
        if isinstance(context.found.protocol.endpoint(endpoint), TimeToEvent):
            yield survival_picture(context, endpoint)
    patients = context.told.looks[-1].data.entry.size
    if patients <= READABLE:
        yield patients_picture(context)
    else:
        yield Paragraph(
            f"With {patients:,} patients a line for each could not be told apart; none are drawn."
        )


def _methods(context: ReplayContext, software: Sequence[tuple[str, str]]) -> Iterator[Block]:
    found = context.found
    world = found.world
    yield Paragraph(
        f"{world.enrollment.patients} patients were to be enrolled ({world.enrollment.process} "
        f"arrivals), allocated {' : '.join(map(str, world.allocation))} by "
        f"{world.randomization.method}. The same seed, stream and number give the same trial."
    )
    for each in found.assumed:
        yield Paragraph(text(each))
    if software:
        yield Paragraph("Software: " + ", ".join(f"{name} {each}" for name, each in software) + ".")
