"""What can go wrong, as a tree a caller can catch by branch.

EquipoiseError
├── ProtocolError     the promise contradicts itself          (file:line:column)
├── DesignError       no design satisfies it
├── DataError         the data break a stated convention      (which rows, which rule)
├── ClaimError        the published claim cannot be read
├── NotEstimable      the quantity does not exist here, and what does
└── DidNotConverge    last iterate, residual, what to try

Every message states the fact, the value found, and the remedy.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file, and where: `file:line:column: what, value, remedy`."""

    file: str
    line: int  # from 1, as editors count
    column: int  # from 1
    what: str
    value: str  # as found; empty where something is absent
    remedy: str

    def __str__(self) -> str:
        found = f", found {self.value}" if self.value else ""
        return f"{self.file}:{self.line}:{self.column}: {self.what}{found}; {self.remedy}"


class EquipoiseError(Exception):
    """Anything Equipoise refuses to do, with the reason and the remedy."""


class ProtocolError(EquipoiseError):
    """The protocol file cannot be read, or what it promises contradicts itself.

    `problems` holds every one that was found, in the order of the file.
    """

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        self.problems = problems
        super().__init__(message)


class DesignError(EquipoiseError):
    """No design satisfies what was asked.

    `about` names what stands in the way, where it is one thing: "accrual", "patients", ...
    """

    def __init__(self, message: str, about: str = "") -> None:
        self.about = about
        super().__init__(message)


class SimulationError(EquipoiseError):
    """No trial can be rehearsed as asked.

    `about` names what stands in the way, where it is one thing: "hazard", "looks", ...
    """

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


class DataError(EquipoiseError):
    """The data break a stated convention."""


class ClaimError(EquipoiseError):
    """A published claim cannot be read.

    `problems` holds every one that was found in its file, in the order of the file.
    """

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        self.problems = problems
        super().__init__(message)


class NotEstimable(EquipoiseError):  # noqa: N818 - a statement about the data, named as such
    """The quantity does not exist for these data; the message names what does."""


class DidNotConverge(EquipoiseError):  # noqa: N818 - a statement about the iteration
    """An iteration ended without an answer."""
