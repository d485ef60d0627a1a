"""A number of a comparison: written as one text, as a mapping that says more, or as a list of them.

hazard_ratio: 0.70 (0.47-1.03)
hazard_ratio: {value: 0.70 (0.47-1.03), experimental: high_dose}
hazard_ratio: [{value: ..., experimental: high_dose}, {value: ..., experimental: low_dose}]
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from equipoise.io.claims.schema import ClaimsFile, DifferenceSection, PSection, RatioSection
from equipoise.io.protocol.nodes import Path

Section = TypeVar("Section", RatioSection, PSection, DifferenceSection)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Section]):
    """One number, with where it and its value stand."""

    told: Section
    path: Path
    value: Path


def entries(
    told: str | Section | list[Section] | None, kind: type[Section], path: Path
) -> Iterator[Entry[Section]]:
    """Give all that is written at a place as sections of one kind."""
    if isinstance(told, str):
        yield Entry(kind.model_construct(value=told), path, path)
    elif isinstance(told, kind):
        yield Entry(told, path, (*path, "value"))
    elif isinstance(told, list):
        for index, each in enumerate(told):
            yield Entry(each, (*path, index), (*path, index, "value"))


def arms_of_role(file: ClaimsFile, role: str) -> list[str]:
    """Give the arms of a role, in the order of the file."""
    return [arm for arm, told in file.arms.items() if told.role == role]


def compared(
    file: ClaimsFile, told: RatioSection | PSection | DifferenceSection
) -> tuple[str | None, str | None]:
    """Give the arms a number compares: as named, or the only one of its role; None: it is open."""
    only = [
        found[0] if len(found) == 1 else None
        for found in (arms_of_role(file, role) for role in ("experimental", "control"))
    ]
    return told.experimental or only[0], told.control or only[1]
