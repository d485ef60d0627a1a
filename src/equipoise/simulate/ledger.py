"""Which chunks are there, which are still to be played, and when a scenario is done.

Where precision is asked, chunks are taken in the order of trials, one at a time, and what comes
too early waits; else they merge as they come.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.simulate.characteristics.precision import precise
from equipoise.simulate.part import Node, Part
from equipoise.simulate.plan import SimulationPlan


@dataclass(frozen=True, slots=True)
class Task:
    """Chunks `first` ... `last - 1` of a scenario (by place)."""

    scenario: int
    first: int
    last: int


class Ledger:
    """One scenario's chunks in one run."""

    def __init__(self, plan: SimulationPlan, scenario: int, first: int, last: int) -> None:
        self._plan, self._scenario, self.first, self.last = plan, scenario, first, last
        name = plan.scenarios[scenario].name
        self.part = Part(plan.identity, plan.seed, name, plan.chunk, ())
        self._waiting: dict[int, Part] = {}
        self._given = first
        self.precise = False

    def take(self, part: Part) -> int:
        """Take in a part, and tell how many of its trials were of use."""
        before = self.part.trials + sum(each.trials for each in self._waiting.values())
        nodes = tuple(node for node in part.nodes if self._usable(node))
        part = Part(part.identity, part.seed, part.scenario, part.chunk, nodes)
        if self._plan.precision is None:
            self.part = self.part.merged(part)
        else:
            self._in_order(part)
        now = self.part.trials + sum(each.trials for each in self._waiting.values())
        return now - before

    def _usable(self, node: Node) -> bool:
        if self._plan.precision is not None and node.chunks > 1:
            return False
        end = node.chunk * self._plan.chunk + node.tally.trials
        whole = node.tally.trials == node.chunks * self._plan.chunk
        return end <= self._plan.trials and (whole or end == self._plan.trials)

    def _in_order(self, part: Part) -> None:
        for node in part.nodes:
            if not self.part.holds(node.chunk) and not self.precise:
                one = Part(part.identity, part.seed, part.scenario, part.chunk, (node,))
                self._waiting[node.chunk] = one
        while not self.precise and self.part.from_the_first in self._waiting:
            self.part = self.part.merged(self._waiting.pop(self.part.from_the_first))
            self.precise = precise(self._plan, self.part.total())
        if self.precise:
            self._waiting.clear()

    def next_task(self, span: int) -> Task | None:
        """Give out the next chunks nobody has yet, at most so many; none where all are."""
        while self._given < self.last and self._there(self._given):
            self._given += 1
        if self.precise or self._given >= self.last:
            return None
        first = self._given
        self._given += 1
        most = min(self.last, first - first % span + span)
        while self._given < most and not self._there(self._given):
            self._given += 1
        return Task(self._scenario, first, self._given)

    def _there(self, chunk: int) -> bool:
        return chunk in self._waiting or self.part.holds(chunk)

    @property
    def done(self) -> bool:
        """Whether all that was asked is there."""
        return self.precise or all(self.part.holds(at) for at in range(self.first, self.last))

    @property
    def asked(self) -> int:
        """How many trials it was given to play, at most."""
        return min(self.last * self._plan.chunk, self._plan.trials) - self.first * self._plan.chunk


def tasks_of(ledgers: list[Ledger], span: int) -> Iterator[Task]:
    """Give out work, scenarios in turn, so that all of them get on together."""
    while True:
        found = [task for ledger in ledgers if (task := ledger.next_task(span)) is not None]
        if not found:
            return
        yield from found
