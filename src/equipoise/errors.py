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


class EquipoiseError(Exception):
    """Anything Equipoise refuses to do, with the reason and the remedy."""


class ProtocolError(EquipoiseError):
    """The protocol file cannot be read, or what it promises contradicts itself."""


class DesignError(EquipoiseError):
    """No design satisfies what was asked."""


class DataError(EquipoiseError):
    """The data break a stated convention."""


class ClaimError(EquipoiseError):
    """A published claim cannot be read."""


class NotEstimable(EquipoiseError):  # noqa: N818 - a statement about the data, named as such
    """The quantity does not exist for these data; the message names what does."""


class DidNotConverge(EquipoiseError):  # noqa: N818 - a statement about the iteration
    """An iteration ended without an answer."""
