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
Under `networks`, a study names `experimental` and `control` beside its `estimate`, or, with three
arms or more, lists its `contrasts`: all pairs, or all against one with the `shared_variance`.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar, get_args

from equipoise.appraise.claims.claim import Place
from equipoise.appraise.network.network import Better, NetworkMethod
from equipoise.appraise.network.studies import ArmContrast, NetworkStudy, several_arm_study
from equipoise.appraise.pooling.asked import Effect, NetworkAsked, PoolAsked, PoolsAsked
from equipoise.appraise.pooling.pool import ESTIMATORS, IntervalMethod
from equipoise.appraise.pooling.studies import Scale, StudyEffect, StudyTable
from equipoise.errors import ClaimError, EquipoiseError, ProtocolError
from equipoise.io.pooling.results import Measure, ResultReader
from equipoise.io.protocol.nodes import Mapping, Node
from equipoise.io.protocol.yaml import parse

LARGEST = 256 * 1024  # bytes
METHODS = (*ESTIMATORS, "Mantel-Haenszel", "Peto")
FILE_KEYS = ("title", "pools", "networks")
POOL_KEYS = ("id", "label", "effect", "method", "interval_method", "level", "unit", "studies")
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
NETWORK_KEYS = (
    "id",
    "label",
    "effect",
    "method",
    "reference",
    "better",
    "level",
    "unit",
    "studies",
)
CONTRAST_KEYS = ("experimental", "control", "estimate", "level")
LINK_KEYS = ("id", "label", *CONTRAST_KEYS, "contrasts", "shared_variance", "note")
Study = TypeVar("Study", bound=StudyEffect | StudyTable | NetworkStudy)


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
        once = dict.fromkeys(reader.problems)
        told = sorted(once, key=lambda problem: (problem.line, problem.column))
        raise ClaimError("\n".join(map(str, told)))
    return asked


class _Reader(ResultReader):
    """Reads pools and networks, one question each."""

    def pools(self, root: Node) -> PoolsAsked:
        fields = self.fields(root, FILE_KEYS, "the file")
        title = self.text(fields, "title") or ""
        if not {"pools", "networks"} & set(fields) and isinstance(root, Mapping):
            remedy = "list what to put together under `pools:` or `networks:`"
            self.wrong(root, "the file lacks `pools`", remedy)
        nodes = self.items(fields.get("pools"), "pools")
        pools = [self.pool(node) for node in nodes]
        self.unlike(nodes, [each.id for each in pools], "pool")
        nodes = self.items(fields.get("networks"), "networks")
        networks = [self.network(node) for node in nodes]
        self.unlike(nodes, [each.id for each in networks], "network")
        return PoolsAsked(title, tuple(pools), self.name, tuple(networks))

    def pool(self, node: Node) -> PoolAsked:
        fields = self.fields(node, POOL_KEYS, "a pool")
        interval = self.word(fields, "interval_method", get_args(IntervalMethod), "normal")
        measure = self.asked_measure(node, fields)
        name, label = self.names(node, fields)
        return PoolAsked(
            name,
            label,
            measure.effect,
            self.studies(node, fields, f"pool {name!r}", lambda each: self.study(each, measure)),
            method=self.word(fields, "method", METHODS, "REML"),  # type: ignore[arg-type]
            interval_method=interval,  # type: ignore[arg-type]
            level=self.level(fields),
            place=self.place(node),
            assumed=measure.assumed,
            remarks=measure.remarks,
        )

    def network(self, node: Node) -> NetworkAsked:
        fields = self.fields(node, NETWORK_KEYS, "a network")
        measure = self.asked_measure(node, fields)
        name, label = self.names(node, fields)
        return NetworkAsked(
            name,
            label,
            measure.effect,
            self.studies(node, fields, f"network {name!r}", lambda each: self.link(each, measure)),
            method=self.word(fields, "method", get_args(NetworkMethod), "DL"),  # type: ignore[arg-type]
            reference=self.text(fields, "reference") or "",
            better=self.word(fields, "better", get_args(Better), "lower"),  # type: ignore[arg-type]
            level=self.level(fields),
            place=self.place(node),
            assumed=measure.assumed,
            remarks=measure.remarks,
        )

    def names(self, node: Node, fields: dict[str, Node]) -> tuple[str, str]:
        """Read the id of a question, and its label."""
        name = (self.text(fields, "id", node) if isinstance(node, Mapping) else "") or ""
        return name, self.text(fields, "label") or name

    def asked_measure(self, node: Node, fields: dict[str, Node]) -> Measure:
        """Read what a question estimates, and the one unit in which its studies print it."""
        effect: Effect = self.word(fields, "effect", get_args(Effect), "hazard ratio")  # type: ignore[assignment]
        return self.measure(node, fields, effect)

    def studies(
        self, node: Node, fields: dict[str, Node], what: str, read: Callable[[Node], Study | None]
    ) -> tuple[Study, ...]:
        """Read the studies of a question."""
        nodes = self.items(fields.get("studies"), "studies")
        if not nodes and isinstance(node, Mapping):
            self.wrong(node, f"the {what} has no studies", "list them under `studies:`")
        found = [read(each) for each in nodes]
        studies = tuple(study for study in found if study is not None)
        if len(studies) == len(nodes):
            self.unlike(nodes, [each.id for each in studies], "study")
        return studies

    def place(self, node: Node) -> Place:
        """Give where a question stands, for what is found out when it is answered."""
        return Place(self.name, node.place.line, node.place.column)

    def link(self, node: Node, measure: Measure) -> NetworkStudy | None:
        """Read a study of a network: one contrast in place, or several under `contrasts`."""
        fields = self.fields(node, LINK_KEYS, "a study")
        if not isinstance(node, Mapping):
            return None
        name, before = self.text(fields, "id", node) or "", len(self.problems)
        label, shared = self.text(fields, "label") or name, self.number(fields, "shared_variance")
        nodes = self.items(fields.get("contrasts"), "contrasts") or (node,)
        known = CONTRAST_KEYS if "contrasts" in fields else LINK_KEYS
        for key in CONTRAST_KEYS if "contrasts" in fields else ():
            self.idle(fields, key, "belongs to each of the `contrasts`")
        if len(nodes) == 1:
            self.idle(fields, "shared_variance", "is of a study with three arms or more")
        contrasts = [self.contrast(name, each, known, measure) for each in nodes]
        found = [each for each in contrasts if each is not None]
        if len(self.problems) > before or len(found) != len(contrasts):
            return None
        scale: Scale = "log" if "ratio" in measure.effect else "identity"
        try:
            study = several_arm_study(name, found, shared_variance=shared, label=label, scale=scale)
            return replace(study, remark=self.remark(fields, label, study.remark))
        except EquipoiseError as error:
            self.refused(node, error)
            return None

    def contrast(
        self, name: str, node: Node, known: tuple[str, ...], measure: Measure
    ) -> ArmContrast | None:
        fields = self.fields(node, known, "a study" if known == LINK_KEYS else "a contrast")
        pair = [self.text(fields, key, node) for key in ("experimental", "control")]
        if "estimate" not in fields:
            self.wrong(node, f"study {name!r} gives no result", "add `estimate`")
        if None in pair or self.text(fields, "estimate") is None:
            return None
        try:
            study = self.estimate(name, fields, (name, None, None), measure)
        except EquipoiseError as error:
            self.refused(fields["estimate"], error)
            return None
        numbers = (study.estimate, study.standard_error)
        return ArmContrast(str(pair[0]), str(pair[1]), *numbers, study.remark)

    def study(self, node: Node, measure: Measure) -> StudyEffect | StudyTable | None:
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
        elif given == ["observed_minus_expected"]:
            self.number(fields, given[0])
        else:
            self.text(fields, given[0])
            self.idle(fields, "variance", "is of `observed_minus_expected`")
        if "estimate" not in fields:
            self.idle(fields, "level", "is of the limits of an `estimate`")
        if len(self.problems) > before:
            return None
        try:
            study = self.result(name, fields, about, measure)
            return replace(study, remark=self.remark(fields, about[0], study.remark))
        except EquipoiseError as error:
            self.refused(fields[given[0]], error)
            return None

    def remark(self, fields: dict[str, Node], label: str, remark: str) -> str:
        """Give the note that stands with a study, before what its numbers call for."""
        note = self.text(fields, "note")
        return f"{label}: {note} {remark}".strip() if note else remark
