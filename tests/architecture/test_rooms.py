"""Rooms open one way: a module may import only from its own room and earlier ones."""

import ast
from pathlib import Path

ROOMS = [
    "kernel",
    "protocol",
    "design",
    "randomize",
    "analyze",
    "monitor",
    "simulate",
    "appraise",
    "report",
    "evidence",
    "io",
    "verbs",
    "web",
    "cli",
]
OPEN_TO_ALL = {"errors"}
SOURCE = Path(__file__).parents[2] / "src" / "equipoise"


def rooms_imported(module: Path) -> set[str]:
    """Name the rooms a module imports from, at its top or inside its functions."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "equipoise":
                names |= {f"equipoise.{alias.name}" for alias in node.names}
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    rooms = {name.split(".")[1] for name in names if name.startswith("equipoise.")}
    return (rooms & set(ROOMS)) - OPEN_TO_ALL


def test_every_folder_is_a_known_room():
    folders = {path.parent.name for path in SOURCE.glob("*/*.py")}
    assert folders <= set(ROOMS), f"rooms without a place in the order: {folders - set(ROOMS)}"


def test_no_room_looks_ahead():
    for module in SOURCE.glob("*/**/*.py"):
        here = ROOMS.index(module.relative_to(SOURCE).parts[0])
        ahead = {room for room in rooms_imported(module) if ROOMS.index(room) > here}
        assert not ahead, f"{module.relative_to(SOURCE)} looks ahead into {sorted(ahead)}"
