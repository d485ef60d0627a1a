"""The numbers of a claims file, each with the place it stands at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from equipoise.appraise.claims.claim import Place, PrintedNumber
from equipoise.appraise.claims.printed import (
    Kind,
    PrintedEstimate,
    printed,
    printed_estimate,
    printed_interval,
)
from equipoise.appraise.claims.units import scaled, scaled_interval
from equipoise.io.claims.fields import counted, length, without_unit
from equipoise.io.protocol.fields import Length
from equipoise.io.protocol.nodes import Key, Node, place_of
from equipoise.protocol.trial import TimeUnit

UNVERIFIED = "unverified"


@dataclass(slots=True)
class NumbersOfFile:
    """Reads the texts of one file, in the unit of its times, and notes which are unverified."""

    root: Node
    file: str
    unit: TimeUnit
    unverified: list[Place] = field(default_factory=list)
    standing: str = "published"  # of what is read now

    def place(self, *path: Key) -> Place:
        """Say where something stands; a number that is unverified is noted."""
        at = place_of(self.root, path)
        place = Place(self.file, at.line, at.column)
        if self.standing == UNVERIFIED and place not in self.unverified:
            self.unverified.append(place)
        return place

    @contextmanager
    def standing_as(self, *told: str) -> Iterator[None]:
        """Note what is read in it as unverified if any of these says so."""
        before = self.standing
        self.standing = UNVERIFIED if UNVERIFIED in told else before
        try:
            yield
        finally:
            self.standing = before

    def number(self, text: str, kind: Kind, *path: Key) -> PrintedNumber:
        """Read a number."""
        return printed(text, kind, place=self.place(*path))

    def optional(self, text: str | None, kind: Kind, *path: Key) -> PrintedNumber | None:
        """Read a number that may be absent."""
        return None if text is None else self.number(text, kind, *path)

    def estimate(self, text: str, kind: Kind, *path: Key) -> PrintedEstimate:
        """Read a number with what stands beside it."""
        return printed_estimate(text, kind, place=self.place(*path))

    def time(self, text: str, *path: Key) -> PrintedEstimate:
        """Read a printed time, and turn it into the unit of the file."""
        text, unit = without_unit(text)
        read, scale = printed_estimate(text, "time", place=self.place(*path)), self._scale(unit)
        error, limits = read.standard_error, read.interval
        return PrintedEstimate(
            scaled(read.number, scale),
            None if error is None else scaled(error, scale),
            None if limits is None else scaled_interval(limits, scale),
        )

    def span(self, text: str, *path: Key) -> tuple[PrintedNumber, PrintedNumber]:
        """Read the shortest and the longest time, in the unit of the file."""
        told, unit = without_unit(text)
        read = printed_interval(told, "time", place=self.place(*path))
        scale = self._scale(unit)
        return scaled(read.lower, scale), scaled(read.upper, scale)

    def moment(self, text: str) -> float:
        """Read at what time something is."""
        return length(text).measured_in(self.unit)

    def patients(
        self, text: str, *path: Key
    ) -> tuple[PrintedNumber | None, PrintedNumber | None, PrintedNumber | None]:
        """Read count, percentage, and of how many."""
        count, percent, of = counted(text)
        return (
            self.optional(count, "count", *path),
            self.optional(percent, "proportion", *path),
            self.optional(of, "count", *path),
        )

    def _scale(self, unit: Length | None) -> float:
        return 1.0 if unit is None else unit.measured_in(self.unit)
