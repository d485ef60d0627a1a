"""What printed numbers say about each other: a grade, a sentence, and the arithmetic below it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.appraise.claims.claim import ClaimedP, Place

Grade: TypeAlias = Literal["consistent", "possible", "unlikely", "impossible", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of arithmetic: what is calculated, how, and the interval that results."""

    what: str
    how: str  # formula with numbers
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One relation between printed numbers, checked over all values they may stand for."""

    relation: str  # id of the check, such as "percentage-of-patients"
    about: str  # endpoint, or what is counted
    grade: Grade
    sentence: str  # for a clinician
    arithmetic: tuple[Line, ...]
    settles: str  # what would settle it; empty where nothing is open
    places: tuple[Place, ...]  # of the numbers that take part
    chance: float | None = None  # of what is printed, or worse, in honest trials; None: not told
    sides: frozenset[Literal[1, 2]] | None = None  # of a P: which sidedness fits; empty: neither
    p: ClaimedP | None = None  # the P that `sides` is of
    source: str = ""  # in which it is; empty: between sources, or of the only one
