"""Names of arms in a claims file, and misspelled keys that stand where arms may stand.

They are looked for in the texts, before the grammar is: what stands under a name that nobody
declared is not read as a number of an arm.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from equipoise.errors import Problem
from equipoise.io.claims.schema import (
    AtRiskSection,
    CountSection,
    DenominatorsSection,
    FollowUpSection,
    RatesSection,
)
from equipoise.io.protocol.nodes import Mapping as MappingNode
from equipoise.io.protocol.nodes import Node, Path, Place, Sequence, find, place_of_key
from equipoise.io.protocol.problems import SHOWN, spoken
from equipoise.protocol.contradiction import nearest

_BY_ARM = (FollowUpSection, RatesSection, AtRiskSection, CountSection, DenominatorsSection)
UNKNOWN = "no such arm or key"
TAKEN = "an arm cannot be called so: the word has a meaning of its own beside arms"
OWN_KEYS = frozenset(key for section in _BY_ARM for key in section.model_fields)


def misnamed(value: object) -> Iterator[tuple[Path, str, str]]:
    """Find names that are no declared arm and no key, each with fact and remedy."""
    arms = tuple(_held(value, "arms"))
    if not arms:
        return  # without arms nothing can be said of names
    if taken := [arm for arm in arms if arm in OWN_KEYS]:
        yield from ((("arms", arm), TAKEN, "give this arm another short name") for arm in taken)
        return  # what stands under such a name can be read in two ways
    for path in _rates(value):
        for name in _held(value, *path):
            if name in arms:
                remedy = f"write their time first: {{2: {{{name}: ...}}}}"
                yield (*path, name), "rates stand below their time", remedy
    for path, keys in _by_arm(value):
        for name in _held(value, *path):
            known = (*arms, *keys)
            if name not in known:
                yield (*path, name), UNKNOWN, _remedy(name, known)


def _remedy(name: str, known: Collection[str]) -> str:
    """Name the nearest known name; digits alone were cut off a number by its comma."""
    if name.isdigit():
        return f'quote a number that holds a comma: "1,{name}"'
    return nearest(name, known)


def _rates(value: object) -> Iterator[Path]:
    for endpoint in _held(value, "endpoints"):
        yield ("endpoints", endpoint, "rates")


def _by_arm(value: object) -> Iterator[tuple[Path, Collection[str]]]:
    """Give every mapping that takes arms as keys, and its own keys."""
    yield ("follow_up",), FollowUpSection.model_fields
    for endpoint in _held(value, "endpoints"):
        here: Path = ("endpoints", endpoint)
        for time in _held(value, *here, "rates"):
            yield (*here, "rates", time), RatesSection.model_fields
        yield (*here, "at_risk"), AtRiskSection.model_fields
        yield (*here, "medians"), ()
        yield (*here, "events"), ()
    for what in _held(value, "counts"):
        yield ("counts", what), CountSection.model_fields
        yield ("counts", what, "of"), DenominatorsSection.model_fields


def _held(value: object, *path: str | int) -> Mapping[str, Any]:
    """Give the mapping at a path; an empty one where none stands there."""
    for key in path:
        value = value.get(str(key)) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def name_problem(path: Path, fact: str, remedy: str, root: Node, file: str) -> Problem:
    """Point at a name that nobody declared, or that stands elsewhere."""
    place, where = place_of_key(root, path), spoken(root, path[:-1])
    what = f"{where}: {fact}"
    return Problem(file, place.line, place.column, what, repr(str(path[-1]))[:SHOWN], remedy)


def places_under(root: Node, path: Path) -> Iterator[Place]:
    """Give the places of all that stands at and below a path."""
    pending = [node for node in (find(root, path),) if node is not None]
    while pending:
        node = pending.pop()
        yield node.place
        if isinstance(node, Sequence):
            pending += node.items
        elif isinstance(node, MappingNode):
            pending += (each for _, each in node.entries.values())
