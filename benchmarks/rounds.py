"""The order of timing: a cold call each, then rounds in turn; then who was how far from us."""

import math
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from conversation import Conversation, Failed
from jobs import OURS

LEAST = 0.05  # seconds: shorter calls are repeated on the clock until they fill this
WARM_BUDGET = 25.0  # seconds of warm calls a library may use per job and size


@dataclass
class Runner:
    """A conversation, and what has come of it at the present size."""

    talk: Conversation
    record: dict[str, Any]
    budget: float = WARM_BUDGET
    inner: int = 1
    warm: list[dict[str, float]] = field(default_factory=list)

    def first(self, *data: Path) -> None:
        self.record["load"] = self.talk.ask(" ".join(["load", *map(str, data)]))
        self.record["first"] = self.talk.ask("call 1")
        if self.record["first"]["wall"] < self.talk.limit / 3:
            short = self.talk.ask("call 1")["wall"]
            self.inner = min(500, math.ceil(LEAST / max(short, 1e-6)))

    def wants_more(self) -> bool:
        spent = self.inner * sum(call["wall"] for call in self.warm)
        return "failed" not in self.record and spent < self.budget

    def again(self) -> None:
        self.warm.append(self.talk.ask(f"call {self.inner}"))

    def finish(self) -> None:
        self.record["answers"] = self.talk.ask("answers")
        self.record["calls_per_repeat"] = self.inner
        for clock in ("cpu", "wall"):
            self.record[clock] = summary([call[clock] for call in self.warm])
        self.record["memory_MB"] = self.warm[-1]["memory"]


def summary(seconds: list[float]) -> dict[str, float]:
    """Median, least and most of repeated timings."""
    found = {"median": median(seconds), "least": min(seconds), "most": max(seconds)}
    return found | {"repeats": len(seconds)}


def attempt(runner: Runner, step: str, *given: Path) -> None:
    """Take one step, and write down what went wrong instead of stopping the run."""
    if "failed" in runner.record:
        return
    try:
        getattr(runner, step)(*given)
    except Failed as failure:
        runner.record["failed"] = str(failure)


def in_turn(runners: list[Runner], rounds: int, *data: Path) -> None:
    """Let every library make its first call, then one call each a round."""
    for runner in runners:
        attempt(runner, "first", *data)
    for _ in range(rounds):
        for runner in runners:
            if runner.wants_more():
                attempt(runner, "again")
    for runner in runners:
        attempt(runner, "finish")


def case_of(record: dict[str, Any]) -> tuple[Any, ...]:
    """What must be the same for two records to be compared."""
    return record["job"], record.get("patients"), record.get("times")


def compare(records: list[dict[str, Any]]) -> None:
    """Add ratios and differences to ours, for the same job and patients."""
    ours = {
        case_of(record): record
        for record in records
        if record["library"] == OURS and "failed" not in record
    }
    for record in records:
        base = ours.get(case_of(record))
        if base is None or "failed" in record:
            continue
        for clock in ("cpu", "wall"):
            record[clock]["ratio"] = record[clock]["median"] / max(base[clock]["median"], 1e-9)
        record["difference"] = largest_difference(record["answers"], base["answers"])


def largest_difference(theirs: dict[str, float], ours: dict[str, float]) -> dict[str, Any] | None:
    """The answer in which two libraries differ most, relative to the larger of the two."""
    common = [name for name in theirs if name in ours and None not in (theirs[name], ours[name])]
    if not common:
        return None

    def relative(name: str) -> float:
        scale = max(abs(theirs[name]), abs(ours[name]))
        return abs(theirs[name] - ours[name]) / scale if scale else 0.0

    worst = max(common, key=relative)
    return {"answer": worst, "relative": relative(worst), "compared": len(common)}
