"""Which number a table, a figure or a section carries: the same in HTML, PDF and Word."""

from collections.abc import Iterator

from equipoise.errors import EquipoiseError
from equipoise.report.document import Block, Document, Figure, Section, Table

ESTIMAND = "Estimand: "


def every_section(document: Document) -> Iterator[tuple[Section, str, int]]:
    """Walk all sections in reading order, each with its number ("2.1") and its depth (from 1)."""

    def walk(
        sections: tuple[Section, ...], above: str, depth: int
    ) -> Iterator[tuple[Section, str, int]]:
        for position, section in enumerate(sections, start=1):
            number = f"{above}{position}"
            yield section, number, depth
            yield from walk(section.sections, f"{number}.", depth + 1)

    return walk(document.sections, "", 1)


def every_block(document: Document) -> Iterator[Block]:
    """Walk all blocks in reading order."""
    for section, _, _ in every_section(document):
        yield from section.blocks


def figures(document: Document) -> tuple[Figure, ...]:
    """List the figures in reading order."""
    return tuple(block for block in every_block(document) if isinstance(block, Figure))


def captions(document: Document) -> dict[str, str]:
    """Name every table and figure by its id: "Table 3", "Figure 1".

    Raises:
        EquipoiseError: If two blocks or sections share an id, for an anchor must be unique.
    """
    names: dict[str, str] = {}
    counted = {"Table": 0, "Figure": 0}
    seen: set[str] = set()
    for section, _, _ in every_section(document):
        _once(section.id, seen)
        for block in section.blocks:
            if isinstance(block, Table | Figure):
                _once(block.id, seen)
                kind = "Table" if isinstance(block, Table) else "Figure"
                counted[kind] += 1
                names[block.id] = f"{kind} {counted[kind]}"
    return names


def estimand_line(block: Table | Figure) -> str | None:
    """Name the estimand a display serves, unless its title begins with that name.

    >>> table = Table("t", "Overall survival by arm", (), (), estimand="Overall survival")
    >>> estimand_line(table) is None
    True
    >>> estimand_line(Table("t", "Overall survival by arm", (), (), estimand="Survival"))
    'Estimand: Survival'
    """
    if not block.estimand:
        return None
    title = block.title.removeprefix(ESTIMAND).casefold()
    begins, rest = title.startswith(block.estimand.casefold()), title[len(block.estimand) :]
    told = begins and rest[:1] in {"", " ", ":", ","}
    return None if told else f"{ESTIMAND}{block.estimand}"


def _once(identifier: str, seen: set[str]) -> None:
    if identifier in seen:
        raise EquipoiseError(
            f"The report uses the id {identifier!r} twice. Give each section, table and figure "
            f"an id of its own."
        )
    seen.add(identifier)
