"""One patient's path through a disease, the slow, obvious way: hazards walked piece by piece.

States: remission, relapse, dead.  Number 0 of a patient's stream says where the path starts, then
two a move: when, and where to.  Hazards of leaving add up; who leaves goes in proportion to them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plain_trial import COURSE, Draws, Person, Pieces


@dataclass(frozen=True)
class Move:
    source: str
    target: str
    hazard: tuple[Pieces, ...]  # by arm
    since_entry: bool = False  # its clock starts anew where the state is entered


def value(pieces: Pieces, clock: float, now: float) -> float:
    return [hazard for start, hazard in pieces if clock + start <= now][-1]


def next_change(pieces: Pieces, clock: float, now: float) -> float:
    return min((clock + start for start, _ in pieces if clock + start > now), default=np.inf)


def leave(moves: list[Move], arm: int, entered: float, when: float, where: float):
    """Give (time, state) of the next move, and None where there is none."""
    left, now = -np.log1p(-when), entered
    while True:
        clocks = [entered if move.since_entry else 0.0 for move in moves]
        own = [(move.hazard[arm], clock) for move, clock in zip(moves, clocks, strict=True)]
        hazards = [value(pieces, clock, now) for pieces, clock in own]
        end = min(next_change(pieces, clock, now) for pieces, clock in own)
        whole = sum(hazards)
        if whole > 0 and left < whole * (end - now):
            break
        if end == np.inf:
            return None
        left, now = left - whole * (end - now), end
    ordered = [i for i, move in enumerate(moves) if not move.since_entry]
    ordered += [i for i, move in enumerate(moves) if move.since_entry]
    rest = where * whole
    for i in ordered:
        if rest < hazards[i]:
            break
        rest -= hazards[i]
    return now + left / whole, moves[i].target


def follows(moves: tuple[Move, ...]) -> Callable[[Draws, Person], None]:
    """Make the course that fills in death (os), and relapse or death (dfs)."""

    def course(draws: Draws, person: Person) -> None:
        numbers = draws.numbers(COURSE, 40, person.number + 1)
        state, now, k = "remission", 0.0, 1
        person.event = {"dfs": np.inf, "os": np.inf}
        while state != "dead":
            own = [move for move in moves if move.source == state]
            found = leave(own, person.arm, now, numbers[2 * k], numbers[2 * k + 1])
            if found is None or found[0] > person.lost:
                return
            (now, state), k = found, k + 1
            person.event["dfs"] = min(person.event["dfs"], now)
            if state == "dead":
                person.event["os"] = now

    return course
