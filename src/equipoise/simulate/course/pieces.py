"""The moves out of a state of a course, piece of time by piece of time."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.kernel.arrays import Vector, vector


@dataclass(slots=True)
class Piece:
    """The moves out of a state during a piece of time, on one clock."""

    start: float = 0.0
    end: float = math.inf
    targets: tuple[int, ...] = (0,)
    hazards: tuple[float, ...] = (0.0,)
    entered: tuple[int, ...] = (0,)  # rows of the targets in which to begin to look

    @property
    def area(self) -> float:
        """The cumulative hazard of the whole piece; infinite where it never ends."""
        if self.end == math.inf:
            return math.inf
        return math.fsum(self.hazards) * (self.end - self.start)


def areas_of(pieces: Sequence[Piece]) -> Vector:
    """Give the cumulative hazard of each piece; three more follow, since four are looked at."""
    return vector([each.area for each in pieces] + [math.inf] * 3)


def one_after_another(laid: Sequence[Piece], first: int) -> Iterator[Piece]:
    """Go through the pieces of a state, of which the last never ends."""
    place = first
    while True:
        yield laid[place]
        if laid[place].end == math.inf:
            return
        place += 1
