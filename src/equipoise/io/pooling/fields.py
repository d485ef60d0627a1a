"""Values taken out of a plain file's nodes, with every mistake kept at its line.

Nothing is guessed: a key that is not known, a text where a number belongs, an entry that is
there twice are told with the place they stand at, and reading goes on.
"""

from collections.abc import Collection

from equipoise.errors import EquipoiseError, Problem
from equipoise.io.protocol.nodes import Mapping, Node, Scalar, Sequence
from equipoise.protocol.contradiction import nearest


class FieldReader:
    """Takes values out of nodes, and keeps what is wrong with them."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems

    def wrong(self, node: Node, what: str, remedy: str, found: str = "") -> None:
        """Keep a problem at a node's place."""
        place = node.place
        self.problems.append(Problem(self.name, place.line, place.column, what, found, remedy))

    def fields(self, node: Node, known: Collection[str], where: str) -> dict[str, Node]:
        """Give what stands under the known keys."""
        if not isinstance(node, Mapping):
            self.wrong(node, f"{where} is made of `key: value` lines", "write them, indented")
            return {}
        for key, (place, _) in node.entries.items():
            if key not in known:
                problem = Problem(
                    self.name, place.line, place.column, f"{where} has no key {key!r}", "",
                    nearest(key, known),
                )  # fmt: skip
                self.problems.append(problem)
        return {key: value for key, (_, value) in node.entries.items() if key in known}

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """Give the entries of a list."""
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            self.wrong(node, f"{what} is a list", "begin each entry with a dash")
            return ()
        return node.items

    def text(self, fields: dict[str, Node], key: str, needed: Node | None = None) -> str | None:
        """Give a text as written; told if it is needed and not there."""
        node = fields.get(key)
        if node is None:
            if needed is not None:
                self.wrong(needed, f"`{key}` is missing", f"add `{key}`")
            return None
        if not isinstance(node, Scalar) or not node.text.strip():
            self.wrong(node, f"`{key}` is a text", "write one value")
            return None
        return node.text

    def number(self, fields: dict[str, Node], key: str) -> float | None:
        """Give a number."""
        node = fields.get(key)
        if node is None:
            return None
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            shown = node.text if isinstance(node, Scalar) else ""
            self.wrong(node, f"`{key}` is a number", "write it in digits", shown)
            return None
        return float(value)

    def level(self, fields: dict[str, Node]) -> float:
        """Give a confidence level; 0.95 where none is written."""
        value = self.number(fields, "level")
        if value is None:
            return 0.95
        if not 0 < value < 1:
            self.wrong(fields["level"], "a level lies between 0 and 1", "write 0.95", f"{value:g}")
            return 0.95
        return value

    def word(
        self, fields: dict[str, Node], key: str, known: Collection[str], otherwise: str
    ) -> str:
        """Give one of the known words."""
        text = self.text(fields, key)
        if text is None:
            return otherwise
        if text not in known:
            self.wrong(fields[key], f"`{key}` is not known", nearest(text, known), text)
            return otherwise
        return text

    def refused(self, node: Node, error: EquipoiseError) -> None:
        """Keep what a value cannot be, as told by what would have taken it."""
        message = str(error).rstrip(".")
        fact, told, remedy = message.rpartition("; ")
        if not told:
            fact, _, remedy = message.rpartition(". ")
        self.wrong(node, fact or message, remedy[:1].lower() + remedy[1:] or "correct it")

    def idle(self, fields: dict[str, Node], key: str, why: str) -> None:
        """Tell a key that nothing would come of."""
        if key in fields:
            self.wrong(fields[key], f"`{key}` {why}", "leave it out")

    def unlike(self, nodes: tuple[Node, ...], ids: list[str], what: str) -> None:
        """Tell the entries whose id is there already."""
        for k, name in enumerate(ids):
            if name and name in ids[:k]:
                self.wrong(nodes[k], f"the {what} {name!r} is there twice", "drop one")
