"""What will the rest of the trial bring, simulated from the patients at hand?

    power = share of completed trials that claim the hypothesis at a look to come

Every replicate completes the trial: those at hand go on from their own follow-up, those to come
arrive, each later look is held when it is due, the planned test is made of the data so far and the
simulated rest together, and the rules that decide the real trial decide, their past as recorded.
Drawn from the posterior this is predictive power (Spiegelhalter, Freedman & Blackburn 1986); under
an assumed effect, proportional or not, conditional power.
"""

from collections.abc import Mapping
from datetime import date

from equipoise.analyze.progress import Progress, only_notices
from equipoise.design.trial_design import TrialDesign
from equipoise.errors import SimulationError
from equipoise.monitor.cut.cut import DataCut
from equipoise.monitor.future.future import FutureModel, PatientsAtHand
from equipoise.monitor.look.look import Look, TrialRules
from equipoise.protocol.trial import DAYS_PER
from equipoise.simulate.planned.conduct import PlannedConduct, conduct_and_words
from equipoise.simulate.planned.patients import allocation_of, arms_of
from equipoise.simulate.rehearsal import check_range
from equipoise.simulate.rest.deciding import LooksSoFar, futility_as, looks_so_far
from equipoise.simulate.rest.hypotheses import Deciding, hypotheses_of
from equipoise.simulate.rest.looks import AtTheCut, Compared, rest_rehearsal
from equipoise.simulate.rest.playing import play_rest
from equipoise.simulate.rest.start import Foretold, start_of
from equipoise.simulate.rest.telling import Now, stopping_now
from equipoise.simulate.rest.values import RestOfTrial

__all__ = ["Foretold", "RestOfTrial", "simulate_rest"]


def simulate_rest(  # noqa: PLR0913 - a trial in progress is so many things
    cut: DataCut,
    design: TrialDesign,
    rules: TrialRules,
    look: Look,
    model: FutureModel,
    *,
    at_hand: PatientsAtHand,
    others: Mapping[str, Foretold] | None = None,
    replicates: int = 10_000,
    seed: int = 1,
    workers: int = 1,
    futility_obeyed: bool | None = None,
    estimates: bool = True,
    progress: Progress = only_notices,
) -> RestOfTrial:
    """Simulate the rest of a trial, and tell what it may bring.

    Args:
        cut: the data of the look at hand.
        design: of the trial.
        rules: how it is decided.
        look: at hand, as held; number 0, without hypotheses, where none has been held yet.
        model: of the leading hypothesis's endpoint, in groups by arm, or by arm and stratum.
        at_hand: the patients as followed for that endpoint.
        others: the same of further endpoints, by id: their hypotheses are simulated, too.
        replicates: how many.
        seed: 0 or more.
        workers: threads; the numbers are the same whatever their number.
        futility_obeyed: None: as the rules say.
        estimates: whether to estimate the effect at every look, too.
        progress: told how many replicates are done.

    Raises:
        SimulationError: Nothing is left to simulate, or the leading hypothesis cannot be.
        DataError: The patients at hand cannot be compared.
        DesignError: The model is none, or bounds cannot be drawn.

    Witness: a second program, replicate by replicate; Brownian conditional power; the power of the
        rehearsal, from a start without patients.
    """
    _check(replicates, seed, workers)
    protocol = design.protocol
    planned = conduct_and_words(protocol, design)
    endpoint = next(each.endpoint for each in design.hypotheses if each.hypothesis == rules.leading)
    foretold = {endpoint: Foretold(at_hand, model), **(others or {})}
    start = start_of(protocol, foretold)
    so_far = looks_so_far(look)
    now = Now(
        so_far.planned + so_far.extras,
        at_hand.cut,
        cut.first_randomized,
        protocol.trial.time_unit,
        start.randomized,
        start.events,
    )
    tested, left = _tested(planned, rules, tuple(foretold))
    who = Compared(
        arms_of(protocol),
        allocation_of(protocol),
        tuple(foretold),
        start.strata,
        start.patients,
        model.longest_follow_up,
    )
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    counted = {name: rules.counted[names.index(name)] for name in tested}
    rehearsal = rest_rehearsal(planned, counted, _calendar(so_far, rules, now), who)
    played = play_rest(
        rehearsal,
        start.rest,
        seed=seed,
        replicates=replicates,
        workers=workers,
        estimates=estimates,
        progress=progress,
    )
    labels = {each.hypothesis: (each.label, each.endpoint) for each in design.hypotheses}
    deciding = Deciding(futility_as(rules, futility_obeyed), look, tested, labels)
    hypotheses, every = hypotheses_of(deciding, rehearsal, played, now)
    return RestOfTrial(
        leading=rules.leading,
        look=look.number,
        replicates=replicates,
        seed=seed,
        futility_obeyed=all(each.futility_obeyed for each in deciding.rules.stopping.hypotheses),
        hypotheses=hypotheses,
        stopping_now=stopping_now(hypotheses[0].power, every, now),
        left_out=left,
        every=every,
        assumed=(*_assumed(planned, tuple(foretold), left, model.to_come), *model.assumed),
    )


def _check(replicates: int, seed: int, workers: int) -> None:
    check_range(seed, 0, 0, replicates)
    for what, number in (("replicates", replicates), ("workers", workers)):
        if number < 1:
            raise SimulationError(f"There must be 1 or more {what}; found {number}.", what)


def _tested(
    planned: PlannedConduct, rules: TrialRules, endpoints: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Name the hypotheses that can be simulated, the leading one first, and why others cannot."""
    why = {**dict(planned.left_out), **dict(rules.left_out)}
    known = {each.hypothesis: each for each in planned.conduct.tested}
    tested: list[str] = []
    for each in rules.stopping.hypotheses:
        name = each.hypothesis
        if name not in known:
            why.setdefault(name, "how it is tested is not planned")
        elif known[name].endpoint not in endpoints:
            why[name] = "what becomes of its endpoint is not foretold"
        elif known[name].population is not None:
            why[name] = "who of those to come belongs to its population is not foretold"
        else:
            tested.append(name)
    if rules.leading not in tested:
        raise SimulationError(
            f"{rules.leading} leads the trial and cannot be simulated: "
            f"{why.get(rules.leading, 'it has no rule')}.",
            "hypothesis",
        )
    tested.sort(key=lambda name: name != rules.leading)
    return tuple(tested), tuple(why.items())


def _calendar(so_far: LooksSoFar, rules: TrialRules, now: Now) -> AtTheCut:
    """Give when the planned looks so far were held."""
    unit = DAYS_PER[now.time_unit]
    number = {each.number: each.planned for each in so_far.held}
    held = tuple(
        (planned, (date.fromisoformat(each.as_of) - now.first_randomized).days / unit)
        for each in so_far.past.get(rules.leading, ())
        if (planned := number[each.look]) is not None
    )
    return AtTheCut(so_far.planned, now.time, held)


def _assumed(
    planned: PlannedConduct,
    endpoints: tuple[str, ...],
    left: tuple[tuple[str, str], ...],
    to_come: int,
) -> tuple[str, ...]:
    said = [_AS_RECORDED]
    if len(endpoints) > 1:
        said.append(_TOGETHER)
    if left:
        said.append(_LEFT_OUT.format(", ".join(name for name, _ in left)))
    if planned.conduct.adaptations or planned.conduct.closed_test is not None:
        said.append(_ADAPTED)
    if to_come:
        said.append(_TO_COME)
    return tuple(said)


_AS_RECORDED = (
    "The looks so far stand as recorded; later looks are held at their planned counts, and news "
    "comes without delay.  Calendar times count from the first randomization.  That the rules may "
    "already have ended the trial is set aside."
)
_TOGETHER = (
    "A patient's endpoints are drawn by the same random numbers: who is late in one is late in "
    "the others, as dependent as their laws allow.  Chances of one hypothesis alone do not depend "
    "on this; those of several together do."
)
_LEFT_OUT = "Not simulated, nor waited for, and passing nothing on: {}."
_ADAPTED = "Adaptations planned for later looks are not simulated."
_TO_COME = (
    "Those to come are randomized one by one, not in blocks, which costs about one in their number "
    "of the information they bring; strata are as the model's groups, or else as those at hand."
)
