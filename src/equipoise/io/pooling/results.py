"""What one study of a pooling file found: a printed estimate, the events of its arms, or O - E.

The unit of printed risk differences is that of the whole question, found before its first study
is read.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from equipoise.appraise.pooling.asked import Effect
from equipoise.appraise.pooling.printed import study_from_printed
from equipoise.appraise.pooling.studies import StudyEffect, StudyTable, study_from_events
from equipoise.appraise.pooling.units import UNITS, Unit, unit_of
from equipoise.errors import ClaimError
from equipoise.io.pooling.fields import FieldReader
from equipoise.io.protocol.nodes import Mapping, Node, Scalar, Sequence

About: TypeAlias = tuple[str, float | None, str | None]  # label, year, group
_ARMS = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*(?:v|vs|versus)\.?\s*(\d+)\s*/\s*(\d+)\s*")


@dataclass(frozen=True, slots=True)
class Measure:
    """What the studies of one question estimate, and in which unit they print it."""

    effect: Effect
    unit: Unit | None = None  # of printed risk differences
    assumed: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class ResultReader(FieldReader):
    """Reads what single studies found."""

    def measure(self, node: Node, fields: dict[str, Node], effect: Effect) -> Measure:
        """Tell the one unit of all printed risk differences of a question."""
        if effect != "risk difference":
            self.idle(fields, "unit", "is of risk differences")
            return Measure(effect)
        told = self.word(fields, "unit", UNITS, "") or None
        estimates = printed_estimates(fields.get("studies"))
        if not estimates:
            self.idle(fields, "unit", "is of printed estimates, and no study gives one")
            return Measure(effect)
        try:
            read = unit_of(estimates, told)  # type: ignore[arg-type] # a known word
        except ClaimError as error:
            self.refused(fields.get("unit", node), error)
            return Measure(effect, "percent")
        return Measure(effect, read.unit, (read.assumed,), (read.remark,) if read.remark else ())

    def result(
        self, name: str, fields: dict[str, Node], about: About, measure: Measure
    ) -> StudyEffect | StudyTable:
        """Read the one result that a study gives."""
        if "estimate" in fields:
            return self.estimate(name, fields, about, measure)
        if "events" in fields:
            return self.table(name, fields, about, measure)
        return self.excess(name, fields, about, measure)

    def estimate(
        self, name: str, fields: dict[str, Node], about: About, measure: Measure
    ) -> StudyEffect:
        """Read a printed estimate with its limits."""
        return study_from_printed(
            name,
            self.text(fields, "estimate") or "",
            kind="ratio" if "ratio" in measure.effect else measure.effect,  # type: ignore[arg-type]
            unit=measure.unit,
            level=self.level(fields) if "level" in fields else None,
            label=about[0],
            year=about[1],
            group=about[2],
        )

    def table(
        self, name: str, fields: dict[str, Node], about: About, measure: Measure
    ) -> StudyTable:
        """Read the events of both arms."""
        found = _ARMS.fullmatch(self.text(fields, "events") or "")
        if found is None:
            raise ClaimError(
                f"the events of study {name!r} are not understood; write 17/54 v 31/54, "
                "experimental first"
            )
        if measure.effect not in {"odds ratio", "risk ratio", "risk difference"}:
            raise ClaimError(
                f"study {name!r} gives events of patients, which tell no {measure.effect}; ask for "
                "an odds ratio, risk ratio or risk difference"
            )
        first, patients, second, others = (int(part) for part in found.groups())
        return StudyTable(name, about[0], first, patients, second, others, about[1], about[2])

    def excess(
        self, name: str, fields: dict[str, Node], about: About, measure: Measure
    ) -> StudyEffect:
        """Read O - E and its variance."""
        beyond, variance = (
            self.number(fields, key) for key in ("observed_minus_expected", "variance")
        )
        if (
            beyond is None
            or variance is None
            or measure.effect not in {"hazard ratio", "odds ratio"}
        ):
            raise ClaimError(
                f"study {name!r} gives O - E without its variance, or not of a hazard or odds "
                "ratio; add `variance`, or give `estimate`"
            )
        return study_from_events(
            name, beyond, variance, label=about[0], year=about[1], group=about[2]
        )


def printed_estimates(studies: Node | None) -> dict[str, str]:
    """Collect every estimate that is printed, by its study (and contrast)."""
    found: dict[str, str] = {}
    for study in studies.items if isinstance(studies, Sequence) else ():
        name = _written(study, "id") or "?"
        inside = _under(study, "contrasts")
        for each in inside.items if isinstance(inside, Sequence) else (study,):
            text = _written(each, "estimate")
            if text is not None:
                found[name if name not in found else f"{name} ({len(found) + 1})"] = text
    return found


def _under(node: Node, key: str) -> Node | None:
    if not isinstance(node, Mapping) or key not in node.entries:
        return None
    return node.entries[key][1]


def _written(node: Node, key: str) -> str | None:
    value = _under(node, key)
    return value.text if isinstance(value, Scalar) else None
