"""What was found in a range of trials, mergeable with the ranges beside it, bit for bit.

Trials are tallied in chunks that start at fixed multiples of the plan's chunk size.  Two
neighbors merge when they are the halves of a node of one binary tree over all chunks, and then
only; what is left over is merged in the order of trials at the very end.  So the sums are taken
in the same order whoever made the parts and in whatever order they came, and a part holds few
tallies however many trials it covers.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Self

from equipoise.errors import SimulationError
from equipoise.simulate.characteristics.tally import Tally, tally_bytes, tally_from

VERSION = 1  # of what a part counts and how it is written
MAGIC = b"EQPART\x00\x01"
DIGEST = 16  # bytes of the checksum
HEAD = len(MAGIC) + 8 + DIGEST


@dataclass(frozen=True, slots=True)
class Node:
    """Whole chunks `chunk` ... `chunk + chunks - 1` of the tree, merged."""

    chunk: int
    chunks: int  # a power of two that divides `chunk`
    tally: Tally


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one scenario in some chunks of trials."""

    identity: str  # the plan's
    seed: int
    scenario: str
    chunk: int  # trials in a chunk
    nodes: tuple[Node, ...]  # in the order of trials

    @property
    def trials(self) -> int:
        """How many trials it holds."""
        return sum(node.tally.trials for node in self.nodes)

    def merged(self, other: Self) -> Self:
        """Take in other trials of the same scenario; trials that both hold count once.

        Raises:
            SimulationError: The other is of another plan, seed, scenario or chunk size.

        Witness: any split of a range at chunk boundaries gives the same bits.
        """
        mine = (self.identity, self.seed, self.scenario, self.chunk)
        if mine != (other.identity, other.seed, other.scenario, other.chunk):
            raise SimulationError(
                "Parts of two different plans or scenarios cannot be merged "
                f"({self.scenario!r} of plan {self.identity[:12]}, seed {self.seed}; "
                f"{other.scenario!r} of plan {other.identity[:12]}, seed {other.seed}). "
                "Keep the results of each plan apart.",
                about="plan",
            )
        nodes = joined((*self.nodes, *other.nodes), self.chunk)
        return type(self)(*mine, nodes)

    def until(self, chunk: int) -> Self:
        """Keep the nodes that lie wholly before a chunk."""
        kept = tuple(node for node in self.nodes if node.chunk + node.chunks <= chunk)
        return type(self)(self.identity, self.seed, self.scenario, self.chunk, kept)

    def holds(self, chunk: int) -> bool:
        """Tell whether a chunk is in it."""
        return any(node.chunk <= chunk < node.chunk + node.chunks for node in self.nodes)

    @property
    def from_the_first(self) -> int:
        """How many chunks it holds without a gap from the first trial on."""
        reached = 0
        for node in self.nodes:
            if node.chunk != reached:
                break
            reached += node.chunks
        return reached

    def total(self) -> Tally:
        """Give the tally of its trials without a gap from the first one on.

        Raises:
            SimulationError: The first chunk is missing.

        Witness: the tally of the whole table of trials, to rounding.
        """
        reached = self.from_the_first
        tallies = [node.tally for node in self.nodes if node.chunk < reached]
        if not tallies:
            raise SimulationError(
                f"No trial of {self.scenario!r} was rehearsed yet; let the run go on.",
                about="trials",
            )
        return reduce(Tally.merged, tallies)


def joined(nodes: Iterable[Node], chunk: int) -> tuple[Node, ...]:
    """Merge the halves of every node that is complete, chunks of so many trials each."""
    stack: list[Node] = []
    for node in sorted(nodes, key=lambda each: (each.chunk, -each.tally.trials)):
        if stack and node.chunk < stack[-1].chunk + stack[-1].chunks:
            continue  # held already
        stack.append(node)
        while len(stack) > 1 and _halves(stack[-2], stack[-1], chunk):
            right, left = stack.pop(), stack.pop()
            stack.append(Node(left.chunk, 2 * left.chunks, left.tally.merged(right.tally)))
    return tuple(stack)


def _halves(left: Node, right: Node, chunk: int) -> bool:
    return (
        left.chunks == right.chunks
        and left.chunk % (2 * left.chunks) == 0
        and right.chunk == left.chunk + left.chunks
        and right.tally.trials == right.chunks * chunk  # the last chunk may be short
    )


def part_bytes(part: Part) -> bytes:
    """Write a part as a record with a checksum."""
    tallies = [tally_bytes(node.tally) for node in part.nodes]
    sizes = zip(part.nodes, map(len, tallies), strict=True)
    head = {
        "version": VERSION,
        "identity": part.identity,
        "seed": part.seed,
        "scenario": part.scenario,
        "chunk": part.chunk,
        "nodes": [[node.chunk, node.chunks, size] for node, size in sizes],
    }
    text = json.dumps(head, separators=(",", ":")).encode()
    body = text + b"\n" + b"".join(tallies)
    digest = hashlib.blake2b(body, digest_size=DIGEST).digest()
    return MAGIC + len(body).to_bytes(8, "little") + digest + body


def parts_from(data: bytes) -> Iterator[tuple[Part, int]]:
    """Read records until the end or the first that is not whole; each with where it ends."""
    at = 0
    while data[at : at + len(MAGIC)] == MAGIC:
        size = int.from_bytes(data[at + len(MAGIC) : at + len(MAGIC) + 8], "little")
        digest, body = data[at + HEAD - DIGEST : at + HEAD], data[at + HEAD : at + HEAD + size]
        if len(body) < size or hashlib.blake2b(body, digest_size=DIGEST).digest() != digest:
            return
        at += HEAD + size
        yield _part(body), at


def _part(body: bytes) -> Part:
    head, _, rest = body.partition(b"\n")
    told = json.loads(head)
    if told["version"] != VERSION:
        raise SimulationError(
            f"These results were written as version {told['version']}, this program reads "
            f"{VERSION}. Run the plan anew, or use the version that wrote them.",
            about="version",
        )
    nodes, at = [], 0
    for chunk, chunks, size in told["nodes"]:
        nodes.append(Node(chunk, chunks, tally_from(rest[at : at + size])))
        at += size
    whose = told["identity"], told["seed"], told["scenario"], told["chunk"]
    return Part(*whose, tuple(nodes))
