"""What the grammar rejects, said to the person who wrote it: place, fact, value, remedy.

pydantic names a path into the values and a kind of error; the nodes know the line, and the
grammar knows which keys and words would have been right there.
"""

from collections.abc import Callable, Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from equipoise.errors import Problem
from equipoise.io.protocol.fields import TAG
from equipoise.io.protocol.nodes import (
    Mapping,
    Node,
    Path,
    Place,
    Scalar,
    Sequence,
    find,
    place_of,
    place_of_key,
    spoken_parts,
)
from equipoise.protocol.contradiction import Contradiction, nearest

_KIND = 2  # where the kind stands: endpoints, position, kind
SHOWN = 60  # characters of a value repeated in a problem
_ENDPOINT_KINDS = frozenset({"time-to-event", "binary", "continuous", "adverse-events"})
_SIMPLE = {
    "string_too_short": ("an empty text", "write one, or delete the line"),
    "string_too_long": ("an id has at most 64 characters", "shorten it"),
    "string_pattern_mismatch": (
        "an id is a letter, then letters, digits, - and _",
        "write words with _ between them",
    ),
    "too_long": ("more entries than a trial can have", "keep the first few hundred"),
    "list_type": ("a list belongs here", "write it as [first, second]"),
    "dict_type": ("a mapping belongs here", "write `key: value` lines, indented"),
    "model_type": ("a mapping belongs here", "write `key: value` lines, indented"),
    "model_attributes_type": ("a mapping belongs here", "write `key: value` lines, indented"),
    "float_type": ("a number belongs here", "write it in digits, without quotation marks or units"),
    "finite_number": ("a finite number belongs here", "write it in digits"),
    "int_type": ("a whole number belongs here", "write it in digits, like 3"),
    "length": ("a length of time belongs here", "write 24, or 2 years, or 90 days"),
    "iso_date": ("there is no such date", "write it as 2019-06-30"),
}


def grammar_problems(error: ValidationError, root: Node, name: str) -> Iterator[Problem]:
    """Tell every error of the grammar but unknown keys, each at its place."""
    for detail in error.errors(include_url=False):
        if detail["type"] == "extra_forbidden":
            continue
        problem = _Told(root, name, detail["loc"], path_of(detail)).told(detail)
        if problem is not None:
            yield problem


def unknown_key_problems(
    error: ValidationError, root: Node, name: str, model: type[BaseModel]
) -> Iterator[Problem]:
    """Tell every unknown key, with the nearest one known at its place in a model's grammar."""
    for detail in error.errors(include_url=False, include_input=False):
        if detail["type"] == "extra_forbidden":
            path, location = path_of(detail), detail["loc"][:-1]
            place, key = place_of_key(root, path), str(path[-1])
            parent = spoken(root, path[:-1])
            what = f"unknown key in {parent}" if parent else "unknown key"
            remedy = nearest(key, known_keys(location, model))
            yield Problem(name, place.line, place.column, what, repr(key)[:SHOWN], remedy)


def contradiction_problem(contradiction: Contradiction, root: Node, name: str) -> Problem:
    """Point at the line of a contradiction."""
    place = place_of(root, contradiction.path)
    whole = f"{spoken(root, contradiction.path)}: {contradiction.what}"
    return Problem(
        name, place.line, place.column, whole, contradiction.value[:SHOWN], contradiction.remedy
    )


def null_problems(root: Node, name: str) -> Iterator[Problem]:
    """Tell every key and list entry that has no value."""
    pending: list[tuple[str, Place, Node]] = [("", root.place, root)]
    while pending:
        key, place, node = pending.pop()
        if isinstance(node, Scalar) and node.value is None:
            what = f"{key!r} has no value" if key else "an entry without a value"
            yield Problem(name, place.line, place.column, what, "", "write one, or delete it")
        elif isinstance(node, Sequence):
            pending += [("", item.place, item) for item in node.items]
        elif isinstance(node, Mapping):
            pending += [(key, where, value) for key, (where, value) in node.entries.items()]


def path_of(detail: ErrorDetails) -> Path:
    """Leave out of pydantic's path what names a kind, or says that a key is meant."""
    location = detail["loc"]
    if location[-1:] == ("[key]",) and detail["type"] != "extra_forbidden":
        location = location[:-1]
    in_endpoint = location[:1] == ("endpoints",) and location[_KIND:][:1]
    if in_endpoint and location[_KIND] in _ENDPOINT_KINDS:
        location = (*location[:_KIND], *location[_KIND + 1 :])
    return tuple(part for part in location if not str(part).startswith(TAG))


def spoken(root: Node, path: Path) -> str:
    """Write a path with dots, list entries by their id or event, else counted from 1."""
    return ".".join(spoken_parts(root, path))


class _Told:
    """One error of the grammar and what stands there."""

    def __init__(self, root: Node, name: str, location: tuple[str | int, ...], path: Path) -> None:
        self.root, self.name, self.location, self.path = root, name, location, path
        self.node = find(root, path)

    def problem(self, place: Place, what: str, value: str, remedy: str) -> Problem:
        where = spoken(self.root, self.path)
        whole = f"{where}: {what}" if where else what
        return Problem(self.name, place.line, place.column, whole, value, remedy)

    @property
    def shown(self) -> str:
        """The value as written, shortened."""
        match self.node:
            case Scalar(text=text):
                return repr(text if len(text) <= SHOWN else text[: SHOWN - 3] + "...")
            case Sequence(items=items):
                return f"a list of {len(items)}"
            case Mapping(entries=entries):
                return f"a mapping with {', '.join(entries)}"[:SHOWN]
        return ""

    def told(self, detail: ErrorDetails) -> Problem | None:
        """Put the error into words; None where another problem says it already."""
        kind, context = detail["type"], detail.get("ctx", {})
        if isinstance(self.node, Scalar) and self.node.value is None:
            return None  # `null_problems` tells
        special: dict[str, Callable[[dict[str, Any]], Problem]] = {
            "missing": self.missing,
            "condition": self.condition,
            "stated": self.stated,
            "string_type": self.not_text,
            "literal_error": self.wrong_word,
            "enum": self.wrong_word,
            "union_tag_invalid": self.wrong_kind,
            "union_tag_not_found": self.no_kind,
            "too_short": self.too_few,
        }
        if kind in special:
            return special[kind](context)
        what, remedy = _SIMPLE.get(kind, (detail["msg"], "see docs/protocol.md"))
        if self.location[-1:] == ("[key]",):
            place = place_of_key(self.root, self.path)
            return self.problem(place, what, repr(self.path[-1])[:SHOWN], remedy)
        return self.problem(self.place, what, self.shown, remedy)

    @property
    def place(self) -> Place:
        return place_of(self.root, self.path)

    def no_kind(self, _: dict[str, Any]) -> Problem:
        if self.path[:2] != ("data", "endpoints"):
            return self.problem(self.place, "nothing says what kind this is", "", "add `type`")
        keys = ("first_of", "time", "parameter", "yes", "column", "term")
        written = self.node.entries if isinstance(self.node, Mapping) else ()
        remedies = (told for key in written if (told := nearest(key, keys)).startswith("write"))
        what, remedy = (
            "nothing says how the endpoint is recorded",
            next(remedies, nearest("", keys)),
        )
        return self.problem(self.place, what, self.shown, remedy)

    def too_few(self, context: dict[str, Any]) -> Problem:
        what = f"at least {context['min_length']} belong here"
        return self.problem(self.place, what, self.shown, "add what is missing")

    def missing(self, _: dict[str, Any]) -> Problem:
        key = str(self.path[-1])
        path = self.path[:-1]
        parent = spoken(self.root, path) or "the file"
        place = place_of(self.root, path)
        remedy = f"add `{key}: 1`" if key == "schema" else f"add `{key}`"
        what = f"{parent} lacks `{key}`"
        return Problem(self.name, place.line, place.column, what, "", remedy)

    def condition(self, context: dict[str, Any]) -> Problem:
        place = self.place
        offset = int(context["offset"])
        if isinstance(self.node, Scalar) and self.node.content is not None:
            content = self.node.content
            place, where = Place(content.line, content.column + offset), ""
        else:
            where = f" at character {offset + 1}"
        what = f"the condition is not understood{where}: {context['fact']}"
        return self.problem(place, what, self.shown, str(context["remedy"]))

    def stated(self, context: dict[str, Any]) -> Problem:
        if self.location[-1:] == ("[key]",):
            place, key = place_of_key(self.root, self.path), repr(self.path[-1])[:SHOWN]
            return self.problem(place, str(context["fact"]), key, str(context["remedy"]))
        return self.problem(self.place, str(context["fact"]), self.shown, str(context["remedy"]))

    def not_text(self, _: dict[str, Any]) -> Problem:
        if isinstance(self.node, Scalar):
            what = "a text belongs here, and this reads as " + (
                "true or false" if isinstance(self.node.value, bool) else "a number"
            )
            return self.problem(self.place, what, self.shown, f'write "{self.node.text[:SHOWN]}"')
        return self.problem(self.place, "a text belongs here", self.shown, "write one value")

    def wrong_word(self, context: dict[str, Any]) -> Problem:
        text = self.node.text if isinstance(self.node, Scalar) else ""
        told = str(context.get("expected") or context.get("expected_tags"))
        words = [word.strip().strip("'\"") for word in told.replace(" or ", ", ").split(", ")]
        what = "not one of the words known here"
        return self.problem(self.place, what, self.shown, nearest(text, words))

    def wrong_kind(self, context: dict[str, Any]) -> Problem:
        told = _Told(self.root, self.name, self.location, (*self.path, "type"))
        return told.wrong_word(context)


def known_keys(location: tuple[str | int, ...], model: type[BaseModel]) -> list[str]:
    """List the keys that the grammar knows at one of pydantic's paths."""
    kinds: list[Any] = [model]
    for part in location:
        kinds = [inner for kind in kinds for inner in _step(kind, part)]
    models = [model for kind in kinds for model in _models(kind)]
    keys = [info.alias or name for model in models for name, info in _fields(model)]
    return list(dict.fromkeys(keys))


def _step(kind: Any, part: str | int) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Give the types of what stands under a key, a position or a tag."""
    if str(part).startswith(TAG):
        yield from _tagged(kind, str(part))
        return
    for model in _models(kind):
        if get_origin(model) is list:
            yield get_args(model)[0]
        elif get_origin(model) is dict:
            yield get_args(model)[1]
        for name, info in _fields(model):
            if (info.alias or name) == part:
                yield info.annotation
            elif name == "type" and part in get_args(info.annotation):
                yield model


def _fields(model: Any) -> Iterator[tuple[str, FieldInfo]]:  # noqa: ANN401 - a type
    if isinstance(model, type) and issubclass(model, BaseModel):
        yield from model.model_fields.items()


def _tagged(kind: Any, tag: str) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Give the member of a union that carries a tag."""
    if get_origin(kind) is Annotated and Tag(tag) in get_args(kind)[1:]:
        yield kind
    elif get_origin(kind) in {Annotated, Union, UnionType}:
        for each in get_args(kind):
            yield from _tagged(each, tag)


def _models(kind: Any) -> Iterator[Any]:  # noqa: ANN401 - a type
    """Open `Annotated` and unions."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _models(get_args(kind)[0])
    elif origin in {Union, UnionType}:
        for each in get_args(kind):
            yield from _models(each)
    else:
        yield kind
