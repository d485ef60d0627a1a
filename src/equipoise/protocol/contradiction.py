"""A contradiction in a protocol, and how to speak of unknown names.

The path names what is wrong in the words of the protocol file, list entries by their id:
`("estimands", "dfs", "population")`.  `io` turns it into a line and a column.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from equipoise.protocol.trial import Protocol

MOST_NAMED = 8  # names repeated in a remedy


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that cannot be as written: fact, value and remedy."""

    path: tuple[str | int, ...]
    what: str
    value: str
    remedy: str
    lacking: bool = False  # whether it speaks of what is not there, which may have been misread


def closest(word: str, known: Collection[str]) -> str | None:
    """Give the known name that a word was meant to be, if one is near enough.

    >>> closest("evnts", ["events", "competing"])
    'events'
    """
    close = get_close_matches(word.lower(), [name.lower() for name in known], n=1, cutoff=0.6)
    return next((name for name in known if close and name.lower() == close[0]), None)


def nearest(word: str, known: Collection[str]) -> str:
    """Say which known name was meant, or which there are.

    >>> nearest("evnts", ["events", "competing"])
    "write 'events'"
    >>> nearest("x", ["events", "competing"])
    "use one of 'events', 'competing'"
    """
    meant = closest(word, known)
    if meant is not None:
        return f"write {meant!r}"
    if not known:
        return "there is none to name: declare it first"
    named = ", ".join(repr(name) for name in list(known)[:MOST_NAMED])
    return f"use one of {named}{', ...' if len(known) > MOST_NAMED else ''}"


def unknown(
    path: tuple[str | int, ...], kind: str, names: Iterable[str], known: Collection[str]
) -> Iterator[Contradiction]:
    """Find the names that were never declared; an empty name was never written."""
    for name in names:
        if name and name not in known:
            yield Contradiction(path, f"no such {kind}", repr(name), nearest(name, known))


def repeated(
    path: tuple[str | int, ...], kind: str, names: Iterable[str]
) -> Iterator[Contradiction]:
    """Find the names that stand twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield Contradiction(path, f"the same {kind} twice", repr(name), "delete one")
        seen.add(name)


def categorical_only(
    protocol: Protocol, path: tuple[str | int, ...], names: tuple[str, ...]
) -> Iterator[Contradiction]:
    """Find names that are no categorical variable."""
    known = {variable.id: variable for variable in protocol.variables}
    yield from unknown(path, "variable", names, known)
    yield from repeated(path, "variable", names)
    for name in names:
        if name in known and known[name].kind == "continuous":
            remedy = "cut it into levels as another variable (`when` in the data section)"
            what = "a categorical variable belongs here; this one is continuous"
            yield Contradiction(path, what, repr(name), remedy)
