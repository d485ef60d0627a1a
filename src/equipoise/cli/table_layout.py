"""Tables as texts, laid out in as many parts as the width of the terminal asks for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import JustifyMethod

NONE = "–"  # a cell that holds nothing
PADDING = 3  # columns between two cells
WIDEST = 28  # columns of names that are kept within two lines


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as texts, and how it is split where the terminal is narrow."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    kept: tuple[int, ...] = (0,)  # columns that stand in every part
    apart: tuple[int, ...] = ()  # columns before which it may be split; none: before any
    unbroken: bool = False  # values stay in one line, and names that stand in every part in two


def tables(cells: Cells, width: int) -> Iterator[Table]:
    """Lay a table out, in as many parts side by side as the width asks for; empty columns go."""
    filled = [
        place for place in range(len(cells.header)) if any(row[place] != NONE for row in cells.rows)
    ]
    needed = {place: _least(cells, place) + PADDING for place in filled}
    first = [place for place in cells.kept if place in filled]
    groups: list[list[int]] = []
    for place in filled:
        if not groups or place in cells.apart or not cells.apart:
            groups.append([])
        groups[-1].append(place)
    part: list[int] = []
    title = cells.title
    for group in groups:
        wanted = [*part, *(place for place in group if place not in part)]
        if part and sum(needed[place] for place in wanted) > width:
            yield _table(replace(cells, title=title), part, width)
            title = f"{cells.title} (continued)"
            wanted = [*first, *(place for place in group if place not in first)]
        part = wanted
    yield _table(replace(cells, title=title), part, width)


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.split()), default=0)


def _column(cells: Cells, place: int) -> list[str]:
    return [cells.header[place], *(row[place] for row in cells.rows)]


def _widest(texts: Sequence[str], measure: Callable[[str], int]) -> int:
    return max(measure(text) for text in texts)


def _least(cells: Cells, place: int) -> int:
    """Give the least width of a column."""
    words = _widest(_column(cells, place), _longest_word)
    values = [row[place] for row in cells.rows]
    if not (cells.unbroken and values):
        return words
    if place in cells.kept:
        return max(words, min(_widest(values, _two_lines), WIDEST))
    return max(words, _widest(values, len))


def _two_lines(text: str) -> int:
    """Give the least width in which a text takes no more than two lines.

    >>> _two_lines("a delayed effect")
    9
    """
    words = text.split()
    first = [" ".join(words[:at]) for at in range(len(words) + 1)]
    second = [" ".join(words[at:]) for at in range(len(words) + 1)]
    return min(max(len(a), len(b)) for a, b in zip(first, second, strict=True))


def _widths(cells: Cells, places: Sequence[int], width: int) -> list[int]:
    """Give each column its longest word, and what is left to those whose texts would wrap."""
    columns = [_column(cells, place) for place in places]
    widths = [_least(cells, place) for place in places]
    left = width - sum(widths) - PADDING * len(widths)
    for place, column in enumerate(columns):
        more = min(max(left, 0), _widest(column, len) - widths[place])
        widths[place] += more
        left -= more
    return widths


def _table(cells: Cells, places: Sequence[int], width: int) -> Table:
    title = escape(cells.title)
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for place, wide in zip(places, _widths(cells, places, width), strict=True):
        justify: JustifyMethod = "left" if place == 0 else "right"
        table.add_column(escape(cells.header[place]), justify=justify, width=wide)
    for row in cells.rows:
        table.add_row(*(escape(row[place]) for place in places))
    return table
