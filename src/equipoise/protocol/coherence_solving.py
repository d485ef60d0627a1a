"""Whether what a design solves for is left open, and what it needs for it is given."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.derive_design import BY_COURSE, CHANGING, Known, known_of
from equipoise.protocol.endpoints import Binary, Endpoint, TimeToEvent
from equipoise.protocol.planning import DesignPromise

SOLVE_FOR = ("design", "solve_for")
SEARCHED = frozenset({"patients", "accrual duration", "follow-up"})


EXAMPLES: dict[type[object], str] = {
    TimeToEvent: "hazard_ratio: 0.7",
    Binary: "experimental_rate: 0.5",
    object: "mean_difference: 5",
}


def solving_contradictions(promise: DesignPromise, endpoint: Endpoint) -> Iterator[Contradiction]:
    """Find what is solved for though it is given, and what is missing to solve for it."""
    effect = promise.effect(promise.sized_for or "")
    known = known_of(promise, effect=bool(effect and (effect.value or effect.pieces)))
    solve_for = promise.solve_for
    if solve_for == "effect" and not known.effect and not _sized(known, endpoint):
        what = "no effect is planned, and none can be solved for without the size"
        such = next(text for kind, text in EXAMPLES.items() if isinstance(endpoint, kind))
        remedy = f"add `effect: {{{such}}}`, or another, to {promise.sized_for}; or the size"
        yield Contradiction(("hypotheses", promise.sized_for or ""), what, "", remedy, lacking=True)
        return
    if not known.power and solve_for != "power" and not (known.events and solve_for in SEARCHED):
        what, remedy = f"to solve for {solve_for}, the power is needed", "add `power: 0.9`"
        yield Contradiction(SOLVE_FOR, what, "", remedy)
    if not known.effect and solve_for != "effect":
        what = f"to solve for {solve_for}, the effect is needed"
        remedy = f"add `effect` to {promise.sized_for}, or write `solve_for: effect`"
        yield Contradiction(SOLVE_FOR, what, "", remedy)
    if known.effect and solve_for == "effect":
        what, remedy = "the effect is given and solved for", "delete it, or `solve_for`"
        here = ("hypotheses", promise.sized_for or "", "effect")
        yield Contradiction(here, what, "", remedy)
    if isinstance(endpoint, TimeToEvent):
        yield from _given_and_solved_for(promise)
        yield from _missing(promise, known)
        yield from _course(promise, endpoint, known)
        yield from _calendar(promise)
        yield from _changing(promise, endpoint)
    else:
        yield from _at_once(promise, known)


def _sized(known: Known, endpoint: Endpoint) -> bool:
    """Say whether the size is given that an effect is solved for."""
    if isinstance(endpoint, TimeToEvent):
        return known.events or known.timed
    return known.patients


def _given_and_solved_for(promise: DesignPromise) -> Iterator[Contradiction]:
    planning = promise.planning
    given = {
        "events": (promise.events, ("design", "events")),
        "patients": (planning.patients, ("planning", "patients")),
        "accrual duration": (planning.accrual_duration, ("planning", "accrual", "duration")),
        "follow-up": (planning.follow_up, ("planning", "follow_up")),
    }
    values, path = given.get(promise.solve_for, ((), ()))
    if values:
        what, remedy = f"{promise.solve_for} is given and solved for", "delete one of the two"
        yield Contradiction(path, what, f"{values[0]:g}", remedy)


def _missing(promise: DesignPromise, known: Known) -> Iterator[Contradiction]:
    sized = known.events or known.timed
    lacking = {
        "power": (not sized, "add `events`, or patients with accrual and follow-up"),
        "effect": (not sized, "add `events`, or patients with accrual and follow-up"),
        "patients": (not (known.duration and known.end), "add accrual and follow-up"),
        "accrual duration": (
            not (known.follow_up and known.rates),
            "add rates of accrual, and follow-up",
        ),
        "follow-up": (not (known.patients and known.duration), "add patients and accrual"),
    }
    lacks, remedy = lacking.get(promise.solve_for, (False, ""))
    if lacks:
        what = f"to solve for {promise.solve_for}, the size is needed"
        if promise.solve_for not in {"power", "effect"}:
            what = f"to solve for {promise.solve_for}, the times are needed"
        yield Contradiction(("design",), what, "nothing that tells it", remedy, lacking=True)


def _course(promise: DesignPromise, endpoint: TimeToEvent, known: Known) -> Iterator[Contradiction]:
    """Find where the control arm's course is needed and not given, or given without use."""
    planning = promise.planning
    assumed = planning.endpoint(endpoint.id)
    course = bool(assumed.hazard or assumed.stratum_hazards)
    searched = promise.solve_for in SEARCHED
    by_calendar = bool(promise.looks.calendar) or promise.looks.spending_by == "calendar"
    by_course = promise.method in {*BY_COURSE, *CHANGING}
    in_time = searched or by_calendar or by_course
    planned = known.patients and known.duration
    if (in_time or planned) and not course:
        what = f"the control arm's course of {endpoint.id!r} is needed"
        path = ("planning", "endpoints", endpoint.id)
        remedy = "add `control: {survival: {24 months: 0.45}}`, a median, or a hazard"
        yield Contradiction(path, what, "", remedy)
    if in_time and not searched and not planned:
        what = "times need the patients and their accrual"
        remedy = "add `patients` and `accrual` to `planning`"
        yield Contradiction(("planning",), what, "", remedy)
    useless = {
        ("accrual",): known.duration or known.rates or planning.accrual_pieces,
        ("follow_up",): known.follow_up,
        ("longest_follow_up",): planning.longest_follow_up,
        ("dropout",): planning.control_dropout or planning.experimental_dropout,
        ("strata",): planning.strata,
        ("endpoints", endpoint.id): course,
    }
    told = [key for key, given in useless.items() if given and not (searched or planned)]
    if told:
        names = ", ".join(f"`{key[0]}`" for key in told)
        what = f"without patients and their accrual {names} {'is' if len(told) == 1 else 'are'} of "
        remedy = "add `patients` and `accrual`, or delete it"
        yield Contradiction(("planning", *told[0]), f"{what}no use", "", remedy, lacking=True)


def _calendar(promise: DesignPromise) -> Iterator[Contradiction]:
    """Find an end of the trial that is given beside looks at calendar times."""
    if not promise.looks.calendar:
        return
    end = f"{promise.looks.calendar[-1]:g}"
    for path, given in (
        (("design", "events"), promise.events),
        (("planning", "follow_up"), promise.planning.follow_up),
    ):
        if given:
            what = f"it follows from the last look, at {end}"
            yield Contradiction(path, what, f"{given[0]:g}", "delete it, or give `information`")
    if promise.solve_for not in {"power", "patients", "effect"}:
        what, remedy = "looks at calendar times fix it", "solve for patients, power or effect"
        yield Contradiction(SOLVE_FOR, what, repr(promise.solve_for), remedy)


def _changing(promise: DesignPromise, endpoint: TimeToEvent) -> Iterator[Contradiction]:
    """Find what methods for any hazards do not do."""
    if promise.method not in CHANGING:
        return
    limited = {"accrual duration", "follow-up"} if promise.method == "max-combo" else set[str]()
    if promise.solve_for in {"events", "effect", *limited}:
        what = f"by the method {promise.method!r} {promise.solve_for} cannot be solved for"
        remedy = "solve for patients or power; by most methods also for durations"
        yield Contradiction(SOLVE_FOR, what, "", remedy)
    if promise.events and promise.solve_for in SEARCHED:
        what = f"by the method {promise.method!r} {promise.solve_for} follows from the power"
        remedy = "delete `events`, or write `method: schoenfeld`"
        yield Contradiction(("design", "events"), what, f"{promise.events[0]:g}", remedy)
    if endpoint.better == "sooner":
        what = f"{promise.method!r} is for events that are better later"
        remedy = "write `method: schoenfeld`"
        yield Contradiction(("design", "method"), what, "better: sooner", remedy)
    if promise.looks.spending_by == "calendar":
        what = f"{promise.method!r} spends by information"
        yield Contradiction(("design", "looks", "spending_by"), what, "calendar", "delete it")


def _at_once(promise: DesignPromise, known: Known) -> Iterator[Contradiction]:
    """Find what does not fit an endpoint that is no time."""
    planning = promise.planning
    if known.events:
        what, remedy = "such an endpoint is counted in patients", "write `patients` in `planning`"
        found = f"{promise.events[0]:g}"
        yield Contradiction(("design", "events"), what, found, remedy)
    if promise.solve_for not in {"power", "patients", "effect"}:
        what, remedy = "this is solved for times to events", "write patients, power or effect"
        yield Contradiction(SOLVE_FOR, what, repr(promise.solve_for), remedy)
    if promise.solve_for == "patients" and planning.patients:
        what, remedy = "patients are given and solved for", "delete the one or the other"
        yield Contradiction(("planning", "patients"), what, f"{planning.patients[0]:g}", remedy)
    if promise.solve_for in {"power", "effect"} and not known.patients:
        what, remedy = f"to solve for {promise.solve_for}, the size is needed", "add `patients`"
        yield Contradiction(SOLVE_FOR, what, "", remedy)
    if planning.control_dropout or planning.experimental_dropout:
        what = "dropout is of use for times to events only"
        remedy = "delete it; plan for missing answers by more patients"
        yield Contradiction(("planning", "dropout"), what, "", remedy)
    accrual = known.duration or known.rates or bool(planning.accrual_pieces)
    for key, unused in (
        ("follow_up", known.follow_up and not accrual),
        ("longest_follow_up", planning.longest_follow_up),
        ("strata", planning.strata),
        ("accrual", accrual and not (known.duration or known.rates)),
    ):
        if unused:
            what, remedy = "for this endpoint it is of no use", "delete it, or add what it needs"
            yield Contradiction(("planning", key), what, "", remedy)
    if promise.looks.calendar or promise.looks.spending_by == "calendar":
        what, remedy = "calendar looks are for times to events", "write `information`"
        yield Contradiction(("design", "looks"), what, "calendar", remedy)
    if promise.method == "exact" and len(promise.looks.information) > 1:
        what, remedy = "the exact test is for one look", "test by miettinen-nurminen"
        yield Contradiction(("design", "looks"), what, "several", remedy)
