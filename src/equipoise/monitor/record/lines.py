"""Entries as lines that hold each other: a change anywhere shows everywhere after it.

    line_k = canonical JSON of {entry_k, sequence k, previous = SHA-256(line_{k-1})}

The last line of a file is a seal, {entries, head}: the number of entries and the hash of the
last one, so that a file cut off between two lines shows, too.  Whoever rewrites the whole file
can make a chain that holds; the head, printed for the minutes, is what cannot be rewritten.
"""

from collections.abc import Iterable

from equipoise.monitor.plain_values import canonical, plain, sha256_of
from equipoise.monitor.record.record import Entry, Opening, Record

BEGINNING = "0" * 64  # stands for the hash of the line before the first


def line_of(entry: Entry, *, sequence: int, previous: str) -> str:
    """Write an entry as its line, without the line's end.

    Witness: `io.monitoring_record` reads the same entry from it.
    """
    fields = plain(entry)
    assert isinstance(fields, dict)  # noqa: S101 - every entry is a dataclass
    return canonical({**fields, "sequence": sequence, "previous": previous})


def seal_of(entries: int, head: str) -> str:
    """Write the line that closes a file."""
    return canonical({"is": "Seal", "entries": entries, "head": head})


def chained(entries: Iterable[Entry], *, sequence: int = 0, previous: str = BEGINNING) -> list[str]:
    """Write entries as lines, from a place in the chain on.

    Args:
        entries: in their order.
        sequence: the place of the first of them, from 0.
        previous: the hash of the line before it.

    Witness: laws: any byte changed breaks the chain.
    """
    lines: list[str] = []
    for place, entry in enumerate(entries, start=sequence):
        lines.append(line_of(entry, sequence=place, previous=previous))
        previous = sha256_of(lines[-1])
    return lines


def opened(opening: Opening) -> Record:
    """Give the record that consists of its opening."""
    return Record(opening, (), sha256_of(chained([opening])[0]))


def extended(record: Record, *entries: Entry) -> Record:
    """Give the record with further entries, as the file will hold it.

    Witness: `io.monitoring_record.append` and `read_record`.
    """
    added = tuple(each for each in entries if not isinstance(each, Opening))
    lines = chained(added, sequence=1 + len(record.entries), previous=record.head)
    return Record(
        record.opening,
        (*record.entries, *added),
        sha256_of(lines[-1]) if lines else record.head,
    )
