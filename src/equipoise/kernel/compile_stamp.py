"""What machine code on disk was made from: a module's own source, and all it calls.

Compiled functions are merged into those that call them, possibly from other modules, so code kept
on disk is out of date as soon as any module changed that its own one imports, however far away.
Modules are found by the lines that import them, at the top of a file.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

Stamp = tuple[tuple[str, int, int], ...]
IMPORT = re.compile(
    r"^from[ \t]+(?P<package>\w[\w.]*)[ \t]+import[ \t]+(?P<names>\([^)]*\)|[^\n]*)"
    r"|^import[ \t]+(?P<module>[^\n]*)",
    re.MULTILINE,
)
COMMENT, NAME = re.compile(r"#[^\n]*"), re.compile(r"([\w.]+)(?:\s+as\s+\w+)?")


@cache
def stamp_of(source: str) -> Stamp:
    """Give (module, time of change in ns, bytes) of a source file and all it imports of its kind.

    Args:
        source: a file of a package whose modules begin with the name of its outermost folder.
    """
    path = Path(source).resolve()
    root = path.parent
    while (root.parent / "__init__.py").is_file():
        root = root.parent
    seen: dict[Path, None] = {}
    waiting = [path]
    while waiting:
        here = waiting.pop()
        if here not in seen and here.is_file():
            seen[here] = None
            waiting += _imported(here, root)
    return tuple(sorted(_stamp(each, root) for each in seen))


@cache
def _stamp(path: Path, root: Path) -> tuple[str, int, int]:
    told = path.stat()
    return path.relative_to(root).as_posix(), told.st_mtime_ns, told.st_size


@cache
def _imported(path: Path, root: Path) -> tuple[Path, ...]:
    """Give the files of the package that a file may import at its top."""
    dotted = dict.fromkeys(_names(path.read_text(encoding="utf-8")))
    ours = [name.split(".")[1:] for name in dotted if name.split(".")[0] == root.name]
    return tuple(root.joinpath(*each).with_suffix(".py") for each in ours if each)


def _names(text: str) -> Iterator[str]:
    for found in IMPORT.finditer(text):
        package = found["package"]
        named = NAME.findall(COMMENT.sub("", found["names"] or found["module"]).strip("() \t"))
        if package:
            yield package
        yield from (f"{package}.{each}" if package else each for each in named)
