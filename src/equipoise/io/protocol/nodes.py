"""What stands where in a protocol file: values with the place they were written at.

Plain scalars are read by the YAML 1.2 core schema: `NO` and `1:30` are texts, `1e-3` is a
number, and only `true`, `false`, `null` and `~` are words with a meaning.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

Key: TypeAlias = str | int
Path: TypeAlias = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column of a value, from 1 as editors count."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value, and how it was written."""

    value: str | int | float | bool | None
    text: str
    place: Place
    content: Place | None  # where the text itself starts, if it stands verbatim on one line


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order written; keys are the texts as written."""

    entries: dict[str, tuple[Place, "Node"]]
    place: Place


Node: TypeAlias = Scalar | Sequence | Mapping

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LONGEST_NUMBER = 40  # digits


def core_value(text: str) -> str | int | float | bool | None:
    """Read an unquoted scalar as the YAML 1.2 core schema does."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _LONGEST_NUMBER:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


def plain(node: Node) -> object:
    """Give the value without its places: dicts, lists and scalars."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, (_, value) in node.entries.items()}


def find(node: Node, path: Path) -> Node | None:
    """Follow keys, list positions and ids of list entries; None where that leaves the file."""
    found: Node | None = node
    for key in path:
        if isinstance(found, Sequence) and isinstance(key, int):
            found = found.items[key] if key < len(found.items) else None
        elif isinstance(found, Sequence):
            found = next((item for item in found.items if _identifier(item) == key), None)
        elif isinstance(found, Mapping):
            found = found.entries[str(key)][1] if str(key) in found.entries else None
        else:
            return None
    return found


def spoken_parts(root: Node, path: Path) -> tuple[str, ...]:
    """Name the parts of a path: list entries by their id or event, else counted from 1."""
    parts: list[str] = []
    for length, part in enumerate(path, start=1):
        if isinstance(part, str):
            parts.append(part)
            continue
        identifier = find(root, (*path[:length], "id"))
        event = find(root, (*path[:length], "event"))
        if isinstance(identifier, Scalar):
            parts.append(identifier.text)
        elif isinstance(event, Scalar) and parts:
            parts[-1] = f"{parts[-1]} {event.text!r}"
        else:
            parts.append(str(part + 1))
    return tuple(parts)


def _identifier(node: Node) -> str | None:
    """Give the `id` of a list entry; an entry that is a plain text is its own."""
    named = node.entries.get("id") if isinstance(node, Mapping) else (node.place, node)
    return named[1].text if named and isinstance(named[1], Scalar) else None


def place_of(node: Node, path: Path) -> Place:
    """Say where a path stands, or else where the nearest thing around it does."""
    for length in range(len(path), -1, -1):
        found = find(node, path[:length])
        if found is not None:
            return found.place
    return node.place


def place_of_key(node: Node, path: Path) -> Place:
    """Say where the last key of a path is written."""
    parent = find(node, path[:-1])
    if isinstance(parent, Mapping) and str(path[-1]) in parent.entries:
        return parent.entries[str(path[-1])][0]
    return place_of(node, path)
