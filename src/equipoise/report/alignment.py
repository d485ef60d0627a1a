"""Which columns of a table are words: those stand left, numbers stand right."""

from equipoise.report.document import Table

MARKS = frozenset({"NE", "NR"})  # stand for a number that does not exist
LONG = 30  # characters: a list beyond this must be free to break


def columns_of_words(table: Table) -> tuple[bool, ...]:
    """Say for each column whether its cells are words; the first always is.

    >>> from equipoise.report.document import Row
    >>> columns_of_words(Table("t", "", ("", "Strategy", "n"), (Row(("Death", "Composite", "7")),)))
    (True, True, False)
    """
    others = range(1, len(table.header))
    return (True, *(column in table.prose or _words(table, column) for column in others))


def _words(table: Table, column: int) -> bool:
    cells = [row.cells[column].strip() for row in table.rows if column < len(row.cells)]
    told = [cell for cell in cells if cell]
    words = [cell for cell in told if cell not in MARKS and _is_words(cell)]
    return 2 * len(words) > len(told)


def _is_words(cell: str) -> bool:
    return _has_letters_only(cell) or (", " in cell and len(cell) > LONG)  # a list of identifiers


def _has_letters_only(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))
