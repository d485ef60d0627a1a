"""What the rates of adverse events may not be."""

import math

from equipoise.errors import SimulationError
from equipoise.protocol.course import AdverseEventRate
from equipoise.simulate.course.checks import check_pieces

GRADES = 5
ADD_UP = 1e-9


def check_kind(kind: AdverseEventRate, arm: str, susceptible: float) -> None:
    """Refuse rates, grades and shares that cannot be.

    Args:
        kind: of adverse event.
        arm: whose patients have it.
        susceptible: share of them who can have it.

    Raises:
        SimulationError: It cannot happen so.
    """
    what = f"adverse event {kind.term!r}"
    if arm not in dict(kind.rates) or arm not in dict(kind.grades):
        raise refusal(f"The {what} has no rate or no grades in arm {arm!r}", "give both")
    check_pieces(dict(kind.rates)[arm], f"rate of the {what} in arm {arm!r}")
    grades = dict(kind.grades)[arm]
    if len(grades) != GRADES or not all(0 <= share <= 1 for share in grades):
        raise refusal(f"The {what} has grades {grades}", "give five shares, from 0 to 1")
    if abs(math.fsum(grades) - 1) > ADD_UP:
        total = f"{math.fsum(grades):.10g}"
        raise refusal(f"The grades of the {what} add up to {total}", "make them add up to 1")
    for name, share in (("serious", kind.serious), ("related", kind.related)):
        if not 0 <= share <= 1:
            raise refusal(f"The share of the {what} that is {name} is {share:g}", "from 0 to 1")
    if not 0 < susceptible <= 1:
        fact = f"The share of arm {arm!r} that can have the {what} is {susceptible:g}"
        raise refusal(fact, "give a number above 0, at most 1")
    if kind.until is not None and not 0 < kind.until < math.inf:
        raise refusal(f"The {what} ends at {kind.until:g}", "give a finite time above 0, or none")


def refusal(fact: str, remedy: str, about: str = "adverse events") -> SimulationError:
    """Say what cannot be, and what to do."""
    return SimulationError(f"{fact}; {remedy}.", about)
