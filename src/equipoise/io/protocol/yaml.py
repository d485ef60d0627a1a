"""The part of YAML a protocol is written in, read with the place of every value.

We take the parser's events, not its objects: nothing is ever constructed but text, numbers,
true, false and null (the YAML 1.2 core schema: `NO` and `1:30` are texts, `1e-3` a number),
lists and mappings.  Anchors, aliases, merge keys, tags, directives and further documents are
refused: a protocol says everything once and in place.  What could make a reader slow, or
disagree with another reader (size, depth, duplicate keys, 010), is refused as well.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)

from equipoise.errors import Problem, ProtocolError
from equipoise.io.protocol.nodes import Mapping, Node, Place, Scalar, Sequence, core_value

LARGEST = 256 * 1024  # bytes; parsed in about a second
DEEPEST = 24  # nested lists and mappings
START = Place(1, 1)
MOST = 100  # problems reported of one file
SHOWN = 60  # characters of a value repeated in a problem


_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]{1,20}")
_UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_SYNTAX_REMEDIES = {
    "'\\t'": "indent and separate with spaces; a tab is not allowed here",
    "mapping values are not allowed": 'put a text that contains ": " in quotation marks',
    "could not find expected ':'": "write `key: value`, with a space after the colon",
    "expected ',' or": "close the bracket, and separate entries with commas",
    "while scanning a quoted scalar": "close the quotation mark",
    "end of stream": "close the quotation mark or bracket",
    "that cannot start any token": "put the text in quotation marks",
    "escape": "use single quotation marks, in which a backslash is only a backslash",
    "<block end>": "line up the keys of one mapping, and the dashes of one list",
}


@dataclass(frozen=True, slots=True)
class FileKind:
    """What kind of file is read, as its problems speak of it."""

    noun: str
    named: str  # what to do where there is none
    begun: str  # where it is empty
    kept_short: str  # where it is too large
    page: str  # that tells its layout


PROTOCOL = FileKind(
    "protocol",
    "name the protocol's YAML file",
    "start one with `equipoise init`",
    "keep data in the data files and name them here",
    "docs/protocol.md",
)


def protocol_file(path: Path) -> Path:
    """Give the file that a path names: of a folder, the `protocol.yaml` in it."""
    return path / "protocol.yaml" if path.is_dir() else path


def load(path: Path, kind: FileKind = PROTOCOL) -> str:
    """Read the file's text, refusing at once what is too large or not UTF-8.

    Raises:
        ProtocolError: The file is missing, no file, too large, or not UTF-8 text.
    """
    name = str(path)
    try:
        if path.parent.is_dir() and path.name == "protocol.yaml" and not path.exists():
            remedy = "name the protocol's YAML file, or write one: equipoise init"
            refuse(name, "there is no protocol.yaml in this folder", remedy)
        if not path.is_file():
            refuse(name, "there is no such file", kind.named)
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        refuse(name, "the file cannot be read", "check its name and permissions", reason)
    if len(raw) > LARGEST:
        found = f"{path.stat().st_size:,} bytes"
        refuse(name, f"a {kind.noun} has at most {LARGEST:,} bytes", kind.kept_short, found)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        refuse(name, "the file is not UTF-8 text", "save it as UTF-8", "UTF-16")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        place = Place(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        found = f"byte 0x{raw[error.start]:02x} at offset {error.start}"
        refuse(name, "the file is not UTF-8 text", "save it as UTF-8", found, place)


def refuse(name: str, what: str, remedy: str, found: str = "", place: Place = START) -> NoReturn:
    """Raise the one problem that leaves nothing else to read."""
    problem = Problem(name, place.line, place.column, what, found, remedy)
    raise ProtocolError(str(problem), (problem,))


def parse(text: str, name: str, kind: FileKind = PROTOCOL) -> tuple[Node, list[Problem]]:
    """Read one document; the problems returned leave the rest of it readable.

    Raises:
        ProtocolError: It is not YAML, or not the part of YAML that protocols use.
    """
    builder = _Builder(name, kind)
    unprintable = _UNPRINTABLE.search(text)
    if unprintable:
        before = text[: unprintable.start()]
        place = Place(before.count("\n") + 1, unprintable.start() - before.rfind("\n"))
        found = f"U+{ord(unprintable[0]):04X}"
        refuse(name, "a character that no text editor shows", "delete it", found, place)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except MarkedYAMLError as error:
        _refuse_syntax(name, error, kind)
    except ProtocolError:
        raise
    except Exception as error:  # noqa: BLE001 - the scanner meets odd escapes with odd errors
        refuse(name, "the file is not valid YAML", "look for unusual escapes", str(error)[:SHOWN])
    if builder.root is None or getattr(builder.root, "text", None) == "":
        refuse(name, "the file is empty", kind.begun)
    if builder.fatal:
        problems = tuple(builder.problems)
        raise ProtocolError("\n".join(map(str, problems)), problems)
    return builder.root, builder.problems


def _refuse_syntax(name: str, error: MarkedYAMLError, kind: FileKind) -> NoReturn:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else START
    reason = str(error.problem or error.context).removeprefix("found ")
    told = f"{error.context or ''} {reason}"
    remedies = (cure for phrase, cure in _SYNTAX_REMEDIES.items() if phrase in told)
    remedy = next(remedies, f"see {kind.page} for the layout")
    found = "a tab" if "'\\t'" in reason else ""
    refuse(name, f"not valid YAML: {reason}", remedy, found, place)


@dataclass(slots=True)
class _Open:
    """A list or mapping not yet closed; `key` waits for its value."""

    place: Place
    items: list[Node] | None = None
    entries: dict[str, tuple[Place, Node]] = field(default_factory=dict)
    key: Scalar | None = None
    repeated: bool = False

    def closed(self) -> Node:
        if self.items is not None:
            return Sequence(tuple(self.items), self.place)
        return Mapping(self.entries, self.place)


class _Builder:
    """Turns events into nodes without recursion, so that depth is only a number."""

    def __init__(self, name: str, kind: FileKind) -> None:
        self.name, self.kind = name, kind
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.fatal = False
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Event) -> None:
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, NodeEvent):
            self._refuse_references(event, place)
        if isinstance(event, DocumentStartEvent):
            self._start_document(event, place)
        elif isinstance(event, ScalarEvent):
            self._place_node(_scalar(event, place), event)
        elif isinstance(event, AliasEvent):
            self._place_node(Scalar(None, "", place, None), event)
        elif isinstance(event, CollectionStartEvent):
            if len(self._open) >= DEEPEST:
                remedy = f"no part of a {self.kind.noun} is nested so deep"
                refuse(self.name, f"more than {DEEPEST} levels of nesting", remedy, "", place)
            is_mapping = isinstance(event, MappingStartEvent)
            self._open.append(_Open(place, None if is_mapping else []))
        elif isinstance(event, CollectionEndEvent):
            self._place_node(self._open.pop().closed(), event)

    def report(self, place: Place, what: str, remedy: str, found: str = "") -> None:
        """Keep a problem; past the most that are reported, stop reading."""
        self.problems.append(Problem(self.name, place.line, place.column, what, found, remedy))
        if len(self.problems) >= MOST:
            problems = tuple(self.problems)
            raise ProtocolError("\n".join(map(str, problems)), problems)

    def _start_document(self, event: DocumentStartEvent, place: Place) -> None:
        self._documents += 1
        if self._documents > 1:
            remedy = f"keep one {self.kind.noun} a file"
            refuse(self.name, "a second document begins here", remedy, "---", place)
        if event.version or event.tags:
            refuse(self.name, "a % directive", "delete it: the file is YAML 1.2", "", place)

    def _refuse_references(self, event: NodeEvent, place: Place) -> None:
        if isinstance(event, AliasEvent):
            found, what = f"*{event.anchor}", "aliases are not read"
        elif (tag := getattr(event, "tag", None)) is not None:
            found, what = (
                str(tag).replace("tag:yaml.org,2002:", "!!"),
                "tags are not read, and construct nothing",
            )
        elif event.anchor is not None:
            found, what = f"&{event.anchor}", "anchors are not read"
        else:
            return
        self.fatal = True
        self.report(place, what, "write the value itself, in place", found[:SHOWN])

    def _place_node(self, node: Node, event: Event) -> None:
        if isinstance(node, Scalar):
            self._check_scalar(node, plain=getattr(event, "style", "") is None)
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.items is not None:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = self._key(node, parent)
        else:
            if not parent.repeated:
                parent.entries[parent.key.text] = (parent.key.place, node)
            parent.key, parent.repeated = None, False

    def _key(self, node: Node, parent: _Open) -> Scalar:
        if not isinstance(node, Scalar):
            self.fatal = True
            self.report(node.place, "a key is a list or a mapping", "make the key a text")
            return Scalar(None, "", node.place, None)
        if node.text == "<<":
            self.fatal = True
            self.report(node.place, "merge keys are not read", "write the keys out", "<<")
        first = parent.entries.get(node.text)
        parent.repeated = first is not None
        if first is not None:
            remedy = f"keep one; the first is at line {first[0].line}"
            self.report(node.place, "the same key twice", remedy, repr(node.text[:SHOWN]))
        return node

    def _check_scalar(self, node: Scalar, *, plain: bool) -> None:
        awaits_value = bool(self._open) and (
            self._open[-1].items is not None or self._open[-1].key is not None
        )
        if plain and awaits_value and _LEADING_ZERO.fullmatch(node.text):
            remedy = f'write "{node.text}" if it is a text, {core_value(node.text)} if a number'
            self.report(node.place, "readers disagree on a leading zero", remedy, node.text)
        odd = _UNPRINTABLE.search(node.text)
        if odd:
            self.fatal = True
            remedy = "delete the escape"
            self.report(node.place, "an unprintable character", remedy, f"U+{ord(odd[0]):04X}")


def _scalar(event: ScalarEvent, place: Place) -> Scalar:
    text, quote = str(event.value), 0 if event.style is None else 1
    width = event.end_mark.column - event.start_mark.column - 2 * quote
    verbatim = event.start_mark.line == event.end_mark.line and width == len(text)
    content = Place(place.line, place.column + quote) if verbatim else None
    value = core_value(text) if event.style is None else text
    return Scalar(value, text, place, content)
