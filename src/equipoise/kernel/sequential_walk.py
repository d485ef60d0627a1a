"""One look at a time: the score of the trials still running, and the bound that spends an error.

`Running` holds the sub-density of the score S over the trials that a look let go on, at the
points of a Gauss-Legendre mesh.  `step` carries it to the next look, where S + mean step has
normal noise of variance Δ, so that

    P(stop above c) = Σ mass Φ((mean - c) / √Δ),    f(s) = Σ mass φ((s - mean) / √Δ) / √Δ.

Sums of positive terms: a crossing probability of 1e-20 keeps its digits.  The logarithm of
P(stop above c) is concave in c (log-concave densities stay so under truncation and smoothing),
so Newton's method on it cannot miss the bound that spends a given error.

Where looks nearly coincide the density has edges a short step wide, at the bounds just passed,
and is as smooth as before elsewhere: the mesh is fine at the edges only.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.errors import DidNotConverge
from equipoise.kernel.arrays import Vector
from equipoise.kernel.quadrature import gauss_legendre

REACH = 8.5  # standard deviations kept around what matters; beyond lies < 1e-16
NODES_PER_SD = 2.6  # of the finer of the two steps that meet at a look
NODES_MORE = 14  # on every panel, for its two ends
LARGEST_PANEL = 64  # points; wider regions are cut into several panels
BLOCK = 64  # points; of more, only those within a BAND are summed
BAND = 12.0  # standard deviations of the step on either side
SHORT = 0.3  # of the widths beside it: a step that leaves edges in a smooth density
NEWTON_STEPS = 60
CLOSE = 1e-8  # of a standard deviation: the Newton step after it is below rounding
NOISE = 1e-3  # likewise: a step this small that no longer shrinks is rounding
ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class Grain:
    """How fine a mesh the density of the score needs, and where."""

    width: float  # in standard deviations of a normal density; of all but the edges
    edges: tuple[tuple[float, float], ...] = ()  # (score, width)

    def after(self, sd: float, mean_step: float) -> "Grain":
        """Smooth all by a step; edges that are no finer than the rest are none."""
        wide = float(np.hypot(self.width, sd))
        edges = [(at + mean_step, float(np.hypot(width, sd))) for at, width in self.edges]
        wide = min([wide, *(width for _, width in edges if width >= SHORT * wide)])
        return Grain(wide, tuple(edge for edge in edges if edge[1] < SHORT * wide))


POINT = Grain(0.0)  # no width is known


@dataclass(frozen=True, slots=True)
class Running:
    """The trials still running after a look, by where their score is."""

    information: float
    score: Vector  # mesh points; a single one at the start of the trial
    mass: Vector  # weight times sub-density there; adds to the chance of still running
    grain: Grain = POINT


START = Running(0.0, np.zeros(1), np.ones(1))  # every trial starts at a score of zero


@dataclass(frozen=True, slots=True)
class Step:
    """The score on arriving at a look, before anything is decided: a mixture of normals."""

    information: float
    root: float  # of the information: score = z × root
    sd: float  # of the step
    mean: Vector
    mass: Vector
    grain: Grain = POINT

    def above(self, z: float) -> float:
        """Give the chance of arriving at or above z."""
        return float(self.mass @ ndtr((self.mean - z * self.root) / self.sd))

    def below(self, z: float) -> float:
        """Give the chance of arriving at or below z."""
        return float(self.mass @ ndtr((z * self.root - self.mean) / self.sd))

    def between(self, low: float, high: float) -> float:
        """Give the chance of arriving between two z."""
        edges = (np.array([[low], [high]]) * self.root - self.mean) / self.sd
        return float(self.mass @ np.diff(ndtr(edges), axis=0)[0])

    def upper(self, spend: float, guess: float | None = None) -> float:
        """Give the z at or above which a trial arrives with chance `spend`.

        Infinite for nothing to spend, minus infinity where fewer trials arrive than that.
        """
        return self._bound(spend, guess, 1.0)

    def lower(self, spend: float, guess: float | None = None) -> float:
        """Give the z at or below which a trial arrives with chance `spend`; likewise."""
        return -self._bound(spend, None if guess is None else -guess, -1.0)

    def _bound(self, spend: float, guess: float | None, side: float) -> float:
        """Solve log P(side × score ≥ c) = log spend for c / root by Newton's method."""
        if spend <= 0.0:
            return np.inf
        if spend >= self.mass.sum():
            return -np.inf
        scaled = self.mean * (side / self.sd)  # in standard deviations of the step
        scale = self.sd / self.root  # of z
        beyond = -float(ndtri(spend / self.mass.sum()))
        if scaled.size == 1:
            return (float(scaled[0]) + beyond) * scale
        low, high = float(scaled.min()) + beyond, float(scaled.max()) + beyond
        centre = float(scaled @ self.mass / self.mass.sum())
        at, before = centre + beyond if guess is None else guess / scale, np.inf
        for _ in range(NEWTON_STEPS):
            if not low <= at <= high:
                at = 0.5 * (low + high)
            away = scaled - at
            tail = float(self.mass @ ndtr(away))
            density = float(self.mass @ np.exp(-0.5 * away * away)) / ROOT_TWO_PI
            low, high = (at, high) if tail > spend else (low, at)
            if tail <= 0.0 or density <= 0.0:
                at = 0.5 * (low + high)
                continue
            move = float(np.log(tail / spend)) * tail / density
            at += move
            if abs(move) < CLOSE or before <= abs(move) < NOISE:
                return at * scale
            before = abs(move)
        raise DidNotConverge(
            f"The bound that spends {spend:g} at information {self.information:g} was not found: "
            f"z = {at * scale:g} after {NEWTON_STEPS} steps. Please report this."
        )

    def go_on(self, regions: list[tuple[float, float]], next_information: float) -> Running:
        """Let the trials with a score within the regions run on.

        Args:
            regions: (low, high) on the score's scale, apart from each other.
            next_information: at the look after this one; it says how fine the mesh must be.
        """
        ahead = float(np.sqrt(next_information - self.information))
        pieces = [piece for low, high in regions for piece in self.pieces(low, high, ahead)]
        if not pieces:
            return Running(self.information, np.zeros(0), self.mass[:0])
        meshes = [mesh(*piece) for piece in pieces]
        score = np.concatenate([points for points, _ in meshes])
        weight = np.concatenate([weights for _, weights in meshes])
        ends = tuple((end, 0.0) for low, high in regions if low < high for end in (low, high))
        grain = Grain(self.grain.width, (*self.grain.edges, *ends))
        mass = (weight * self.density(score).T).T  # of several densities in columns, or of one
        return Running(self.information, score, mass, grain)

    def pieces(self, low: float, high: float, ahead: float) -> list[tuple[float, float, float]]:
        """Cut a region where the mesh must be finer: (low, high, width), in order."""
        if low >= high:
            return []
        wide = min(self.grain.width, ahead)
        edges = [(at, width) for at, width in self.grain.edges if width < wide]
        if self.sd >= SHORT * wide or not edges:
            return [(low, high, min(self.sd, ahead))]
        cuts = {at + side * REACH * width for at, width in edges for side in (-1.0, 1.0)}
        ends = [low, *sorted(cut for cut in cuts if low < cut < high), high]
        pieces = []
        for start, end in itertools.pairwise(ends):
            middle = 0.5 * (start + end)
            near = [width for at, width in edges if abs(middle - at) < REACH * width]
            pieces.append((start, end, min([wide, *near])))
        return pieces

    def density(self, score: Vector) -> Vector:
        """Give the sub-density of the arriving score."""
        if self.mean.size <= BLOCK or np.any(np.diff(score) < 0.0):
            return self.density_from(score, slice(None))
        edges = range(0, score.size, BLOCK)  # far more points than steps: sum only those nearby
        first = np.searchsorted(self.mean, score[edges] - BAND * self.sd)
        ends = np.append(score[edges[1:]], score[-1])
        last = np.searchsorted(self.mean, ends + BAND * self.sd)
        near = [
            slice(min(low, self.mean.size - 1), max(high, low + 1))
            for low, high in zip(first.tolist(), last.tolist(), strict=True)
        ]
        blocks = [
            self.density_from(score[edge : edge + BLOCK], part)
            for edge, part in zip(edges, near, strict=True)
        ]
        return np.concatenate(blocks)

    def density_from(self, score: Vector, part: slice) -> Vector:
        """Sum what some of the points add to the sub-density."""
        away = (score[:, None] - self.mean[part]) / self.sd
        total = np.exp(-0.5 * away * away) @ self.mass[part]
        return np.asarray(total / (self.sd * ROOT_TWO_PI))


def step(running: Running, information: float, mean_step: float = 0.0) -> Step:
    """Carry the running trials to a look at more information.

    Args:
        running: as the look before left them; `START` at first.
        information: at this look.
        mean_step: what the drift adds to the score on the way.
    """
    sd = float(np.sqrt(information - running.information))
    root = float(np.sqrt(information))
    grain = running.grain.after(sd, mean_step)
    return Step(information, root, sd, running.score + mean_step, running.mass, grain)


def mesh(low: float, high: float, sd: float) -> tuple[Vector, Vector]:
    """Give Gauss-Legendre points and weights that resolve a normal density of that width."""
    panels = max(1, int(np.ceil((high - low) / sd * NODES_PER_SD / (LARGEST_PANEL - NODES_MORE))))
    width = (high - low) / panels
    points = NODES_MORE + NODES_PER_SD * width / sd
    node, weight = gauss_legendre(min(LARGEST_PANEL, 8 * int(np.ceil(points / 8))))
    half = 0.5 * width
    if panels == 1:
        return 0.5 * (low + high) + half * node, half * weight
    middle = low + width * (np.arange(panels) + 0.5)
    return (middle[:, None] + half * node).ravel(), np.tile(half * weight, panels)
