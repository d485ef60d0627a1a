"""Studies to put together, read from a plain file; every mistake named by its line.

    title: Blinatumomab in first relapse of childhood leukemia
    pools:
      - id: event-free-survival
        effect: hazard ratio      # or odds ratio, risk ratio, ratio, risk difference, difference
        method: fixed             # or REML (default), DL, PM, ML, SJ, HE, Mantel-Haenszel, Peto
        studies:
          - {id: AALL1331, year: 2021, estimate: 0.70 (0.47-1.03)}

A study gives its `estimate` as printed, with its limits (95% unless `level` or the text says
otherwise), or the `events` of its arms, 17/54 v 31/54, experimental first, or, for a hazard
ratio, `observed_minus_expected` with its `variance`.  A `note` stands with the result.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias, get_args

from equipoise.appraise.pooling import ESTIMATORS, IntervalMethod
from equipoise.appraise.pooling_asked import Effect, PoolAsked, PoolsAsked
from equipoise.appraise.pooling_studies import (
    StudyEffect,
    StudyTable,
    study_from_difference,
    study_from_events,
    study_from_ratio,
)
from equipoise.appraise.printed import printed_estimate
from equipoise.errors import ClaimError, EquipoiseError, Problem, ProtocolError
from equipoise.io.protocol_nodes import Mapping, Node, Scalar, Sequence
from equipoise.io.protocol_yaml import parse
from equipoise.protocol.contradiction import nearest

LARGEST = 256 * 1024  # bytes
METHODS = (*ESTIMATORS, "Mantel-Haenszel", "Peto")
FILE_KEYS = ("title", "pools")
POOL_KEYS = ("id", "label", "effect", "method", "interval_method", "level", "studies")
STUDY_KEYS = (
    "id",
    "label",
    "year",
    "group",
    "estimate",
    "level",
    "events",
    "observed_minus_expected",
    "variance",
    "note",
)
_About: TypeAlias = tuple[str, float | None, str | None]  # label, year, group
_ARMS = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*(?:v|vs|versus)\.?\s*(\d+)\s*/\s*(\d+)\s*")


def read_pooling_file(path: Path) -> PoolsAsked:
    """Read a file of studies to put together.

    Raises:
        ClaimError: it cannot be read; the message names every line that is wrong.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClaimError(f"{path}: the file is not UTF-8 text; save it as UTF-8.") from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClaimError(f"{path}: the file cannot be read ({reason}); check its name.") from None
    if len(raw) > LARGEST:
        raise ClaimError(f"{path}: more than {LARGEST:,} bytes; keep one question a file.")
    if not text.strip():
        raise ClaimError(f"{path}: the file is empty; write `title:` and `pools:`.")
    return read_pooling(text, str(path))


def read_pooling(text: str, name: str) -> PoolsAsked:
    """Read the text of such a file.

    Raises:
        ClaimError: the message names every line that is wrong.
    """
    try:
        root, problems = parse(text, name)
    except ProtocolError as error:
        raise ClaimError(str(error)) from None
    reader = _Reader(name, list(problems))
    asked = reader.pools(root)
    if reader.problems:
        told = sorted(reader.problems, key=lambda problem: (problem.line, problem.column))
        raise ClaimError("\n".join(map(str, told)))
    return asked


class _Reader:
    """Takes values out of nodes, and keeps what is wrong with them."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems

    def wrong(self, node: Node, what: str, remedy: str, found: str = "") -> None:
        place = node.place
        self.problems.append(Problem(self.name, place.line, place.column, what, found, remedy))

    def pools(self, root: Node) -> PoolsAsked:
        fields = self.fields(root, FILE_KEYS, "the file")
        title = self.text(fields, "title") or ""
        found = fields.get("pools")
        if found is None and isinstance(root, Mapping):
            self.wrong(root, "the file lacks `pools`", "list what to put together under `pools:`")
        pools = [self.pool(node) for node in self.items(found, "pools")]
        self.unlike(self.items(found, "pools"), [each.id for each in pools], "pool")
        return PoolsAsked(title, tuple(pools), self.name)

    def pool(self, node: Node) -> PoolAsked:
        fields = self.fields(node, POOL_KEYS, "a pool")
        name = (self.text(fields, "id", node) if isinstance(node, Mapping) else "") or ""
        effect: Effect = self.word(fields, "effect", get_args(Effect), "hazard ratio")  # type: ignore[assignment]
        nodes = self.items(fields.get("studies"), "studies")
        if not nodes and isinstance(node, Mapping):
            self.wrong(node, f"the pool {name!r} has no studies", "list them under `studies:`")
        read = [self.study(each, effect) for each in nodes]
        studies = tuple(study for study in read if study is not None)
        if len(studies) == len(nodes):
            self.unlike(nodes, [each.id for each in studies], "study")
        return PoolAsked(
            id=name,
            label=self.text(fields, "label") or name,
            effect=effect,
            studies=studies,
            method=self.word(fields, "method", METHODS, "REML"),  # type: ignore[arg-type]
            interval_method=self.word(
                fields, "interval_method", get_args(IntervalMethod), "normal"
            ),  # type: ignore[arg-type]
            level=self.level(fields),
        )

    def study(self, node: Node, effect: Effect) -> StudyEffect | StudyTable | None:
        fields = self.fields(node, STUDY_KEYS, "a study")
        if not isinstance(node, Mapping):
            return None
        name = self.text(fields, "id", node) or ""
        before = len(self.problems)
        year, group = self.number(fields, "year"), self.text(fields, "group")
        about = (self.text(fields, "label") or name, year, group)
        given = [key for key in ("estimate", "events", "observed_minus_expected") if key in fields]
        if len(given) != 1:
            what = f"study {name!r} gives {' and '.join(given) if given else 'no result'}"
            remedy = "give one of `estimate`, `events`, `observed_minus_expected` with `variance`"
            self.wrong(node, what, remedy)
        if len(self.problems) > before:
            return None
        try:
            study = self.result(name, fields, about, effect)
            note = self.text(fields, "note")
            remark = f"{about[0]}: {note} {study.remark}".strip() if note else study.remark
            return replace(study, remark=remark)
        except EquipoiseError as error:
            fact, _, remedy = str(error).rpartition("; ")
            self.wrong(
                fields[given[0]], fact or str(error), remedy or "correct it, or leave it out"
            )
            return None

    def result(
        self, name: str, fields: dict[str, Node], about: _About, effect: Effect
    ) -> StudyEffect | StudyTable:
        if "estimate" in fields:
            return self.estimate(name, fields, about, effect)
        if "events" in fields:
            return self.table(name, fields, about, effect)
        return self.excess(name, fields, about, effect)

    def estimate(
        self, name: str, fields: dict[str, Node], about: _About, effect: Effect
    ) -> StudyEffect:
        ratio = "ratio" in effect
        text = self.text(fields, "estimate") or ""
        found = printed_estimate(text, "ratio" if ratio else "number")
        if found.interval is None:
            raise ClaimError(
                f"study {name!r} has no limits; write its estimate as printed, 0.70 (0.47-1.03)"
            )
        level = self.level(fields) if "level" in fields else found.interval.level
        known = (found.number.value, found.interval.lower.value, found.interval.upper.value)
        take = study_from_ratio if ratio else study_from_difference
        return take(name, *known, level=level, label=about[0], year=about[1], group=about[2])

    def table(
        self, name: str, fields: dict[str, Node], about: _About, effect: Effect
    ) -> StudyTable:
        found = _ARMS.fullmatch(self.text(fields, "events") or "")
        if found is None:
            raise ClaimError(
                f"the events of study {name!r} are not understood; write 17/54 v 31/54, "
                "experimental first"
            )
        if effect not in {"odds ratio", "risk ratio", "risk difference"}:
            raise ClaimError(
                f"study {name!r} gives events of patients, which tell no {effect}; ask for an odds "
                "ratio, risk ratio or risk difference"
            )
        first, patients, second, others = (int(part) for part in found.groups())
        return StudyTable(name, about[0], first, patients, second, others, about[1], about[2])

    def excess(
        self, name: str, fields: dict[str, Node], about: _About, effect: Effect
    ) -> StudyEffect:
        beyond, variance = (
            self.number(fields, key) for key in ("observed_minus_expected", "variance")
        )
        if beyond is None or variance is None or effect not in {"hazard ratio", "odds ratio"}:
            raise ClaimError(
                f"study {name!r} gives O - E without its variance, or not of a hazard or odds "
                "ratio; add `variance`, or give `estimate`"
            )
        return study_from_events(
            name, beyond, variance, label=about[0], year=about[1], group=about[2]
        )

    def fields(self, node: Node, known: Collection[str], where: str) -> dict[str, Node]:
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
        if node is None:
            return ()
        if not isinstance(node, Sequence):
            self.wrong(node, f"{what} is a list", "begin each entry with a dash")
            return ()
        return node.items

    def text(self, fields: dict[str, Node], key: str, needed: Node | None = None) -> str | None:
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
        text = self.text(fields, key)
        if text is None:
            return otherwise
        if text not in known:
            self.wrong(fields[key], f"`{key}` is not known", nearest(text, known), text)
            return otherwise
        return text

    def unlike(self, nodes: tuple[Node, ...], ids: list[str], what: str) -> None:
        for k, name in enumerate(ids):
            if name and name in ids[:k]:
                self.wrong(nodes[k], f"the {what} {name!r} is there twice", "drop one")
