"""What is gathered while a protocol is built: values derived, contradictions of wording."""

from dataclasses import dataclass, field
from typing import TypeVar

from equipoise.io.protocol.nodes import Path
from equipoise.io.protocol.schema import ProtocolFile
from equipoise.protocol import derive
from equipoise.protocol.contradiction import Contradiction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Derived:
    """A value the file does not state, and what it follows from."""

    path: Path
    value: object
    source: str


@dataclass(slots=True)
class Building:
    """The file, and what is noted along the way."""

    file: ProtocolFile
    derived: list[Derived] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    def given_or(self, given: T | None, path: Path, value: T, source: str) -> T:
        """Keep what is given, or note what is derived instead."""
        if given is not None:
            return given
        self.derived.append(Derived(path, value, source))
        return value

    def note(self, path: Path, value: object, source: str) -> None:
        """Note what is derived."""
        self.derived.append(Derived(path, value, source))

    def object_to(self, path: Path, what: str, found: str, remedy: str) -> None:
        """Note what only the file's wording contradicts."""
        self.contradictions.append(Contradiction(path, what, found, remedy))

    def label(self, given: str | None, section: str, identifier: str) -> str:
        """Keep the label, or put the id in words."""
        words = derive.label_of(identifier)
        return self.given_or(given, (section, identifier, "label"), words, "its id")
