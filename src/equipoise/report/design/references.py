"""The literature a design rests on: named in its methods and rules, told once in full.

`templates/references.txt` holds paragraphs: first a pattern that finds the work's name in the
words of a design, then the work.
"""

import re
from collections.abc import Iterable, Iterator
from importlib import resources

ALWAYS_SEQUENTIAL = "group-sequential"  # finds the book on them


def works(words: Iterable[str]) -> tuple[str, ...]:
    """List the works that the words of a design mean, by author.

    >>> works(["Schoenfeld (1981)"])[0].partition(".")[0]
    'Schoenfeld D (1981)'
    """
    corpus = "\n".join(words)
    return tuple(sorted(work for pattern, work in known() if re.search(pattern, corpus)))


def known() -> Iterator[tuple[str, str]]:
    """Read every work with its pattern."""
    file = resources.files("equipoise.report") / "templates" / "references.txt"
    for paragraph in file.read_text("utf-8").strip().split("\n\n"):
        pattern, _, work = paragraph.partition("\n")
        yield pattern, " ".join(work.split())
