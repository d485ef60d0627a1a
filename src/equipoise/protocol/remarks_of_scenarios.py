"""What scenarios that draw real patients leave out: follow-up that is planned, and tests."""

from collections.abc import Iterator

from equipoise.protocol.contradiction import Contradiction
from equipoise.protocol.rehearsal import DrawnPatients
from equipoise.protocol.trial import Protocol


def scenario_remarks(protocol: Protocol) -> Iterator[Contradiction]:
    """Remark on figures that end before the trial does, or whose endpoint nothing tests."""
    estimands = {each.id: each.endpoint for each in protocol.estimands}
    tested = {estimands.get(each.estimand) for each in protocol.hypotheses}
    known = {each.id for each in protocol.endpoints}
    for scenario in protocol.rehearsal.scenarios:
        if scenario.drawn is None:
            continue
        path = ("scenarios", scenario.id, "evidence")
        endpoint = scenario.drawn.endpoint
        if tested and endpoint in known and endpoint not in tested:
            what = "no hypothesis tests this endpoint, so that the scenario cannot be rehearsed"
            remedy = "name the endpoint of a hypothesis"
            yield Contradiction((*path, "endpoint"), what, repr(endpoint), remedy)
        else:
            yield from _short(protocol, scenario.drawn, (*path, "figure"))


def _short(
    protocol: Protocol, drawn: DrawnPatients, path: tuple[str, ...]
) -> Iterator[Contradiction]:
    """Remark on a figure that follows patients less long than is planned."""
    promise = protocol.design
    if promise is None or not drawn.time:
        return
    planning, unit = promise.planning, protocol.trial.time_unit
    if not planning.accrual_duration or not planning.follow_up:
        return
    planned, followed = planning.accrual_duration[0] + planning.follow_up[0], max(drawn.time)
    if followed >= planned:
        return
    had = sum(drawn.event) / len(drawn.event)
    what = (
        f"the figure follows patients up to {followed:.3g} {unit}s, the plan up to {planned:.3g}: "
        f"no more than about {had:.0%} of the patients drawn ever have the event, and looks that "
        "wait for more events never come due"
    )
    remedy = "draw from a figure with longer follow-up, or read the rehearsal with that in mind"
    yield Contradiction(path, what, "", remedy)
