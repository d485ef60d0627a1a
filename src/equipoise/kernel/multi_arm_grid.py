"""Up to three arms against one control, look by look, on a grid of all their scores.

From look to look each arm's score gains θ Δ + √ρ H + √(1-ρ) G: H is the noise of the control they
share, G the arm's own, both of variance Δ.  Given H the arms step independently, so that their
joint sub-density steps by a matrix for each arm and each Gauss-Hermite node h of H,

    f(y₁, y₂, …) = Σ_h w_h ∫…∫ Π_i φ(y_i - x_i - θ_i Δ - √ρ h; (1-ρ) Δ) f(x₁, x₂, …) dx₁ dx₂ ….

Behind the points of an arm's mesh come two more states: dropped, and crossed.  The work grows with
the number of looks, where a tree of the control's paths (`multi_arm_walk`) doubles and redoubles;
but it grows with a power of the points for each arm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import ndtr

from equipoise.kernel.arrays import Matrix, Vector
from equipoise.kernel.multi_arm_course import RunningOn
from equipoise.kernel.multi_arm_walk import Arms
from equipoise.kernel.quadrature import gauss_legendre

MOST_ARMS = 3
SHARED = {
    1: 40,
    2: 40,
    3: 20,
}  # nodes of the noise of a control as large as an arm, by their number
SHARED_AT_FIRST = 64
LEAST_SHARED = 8
REACH = 6.0  # standard deviations: beyond lies 1e-9
LEAST_POINTS, POINTS_PER_SD, MOST_POINTS = 12, 1.1, 64  # of a mesh; of an arm's own step
HEIGHTS = 32  # of the largest statistic above its bound
DROPPED, CROSSED = -2, -1
ROOT_TWO_PI = float(np.sqrt(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class GridRunning:
    """Where the arms are after a look, all together."""

    arms: Arms
    information: Vector  # (looks,)
    look: int  # from 1; 0 before the first
    points: tuple[Vector, ...]  # per arm: scores
    chance: Matrix  # (points + 2) for each arm
    crossed: float  # the chance that some arm has crossed so far

    def arrive(self) -> "GridArriving":
        """Go to the next look."""
        before = self.information[self.look - 1] if self.look else 0.0
        step = float(self.information[self.look] - before)
        node, weight = _hermite(self._nodes())
        shared = np.sqrt(self.arms.correlation * step) * node[:, None]
        each = zip(self.points, drifts(self.arms), strict=True)
        return GridArriving(
            before=self,
            root=float(np.sqrt(self.information[self.look])),
            sd=float(np.sqrt((1.0 - self.arms.correlation) * step)),
            weight=weight,
            mean=tuple(points + drift * step + shared for points, drift in each),
        )

    def _nodes(self) -> int:
        """Tell how finely to follow the noise that arms share: the more of it, the finer."""
        more = float(np.sqrt(self.arms.correlation / (1.0 - self.arms.correlation)))
        usual = SHARED[len(self.points)] if self.look else SHARED_AT_FIRST
        return max(LEAST_SHARED, int(np.ceil(usual * more)))

    def running_on(self) -> RunningOn:
        """Give the chances that the trial, and an arm of each kind, run on after a look.

        Witness: simulation with dropped arms; the tree of `multi_arm_walk`.
        """
        clear = self.chance[(slice(CROSSED),) * self.chance.ndim]
        ended = self.chance[(slice(DROPPED, None),) * self.chance.ndim]
        return RunningOn(
            trial=float(clear.sum() - clear.flat[-1]),
            arm=np.array(
                [clear.sum() - clear.take(-1, axis=i).sum() for i in first_of_kind(self.arms)]
            ),
            some_arm=float(self.chance.sum() - ended.sum()),
        )


@dataclass(frozen=True, slots=True)
class GridArriving:
    """The arms on reaching a look, before anything is decided, for each node of the shared step."""

    before: GridRunning
    root: float  # of the information: score = z × root
    sd: float  # of an arm's own step
    weight: Vector  # (nodes,)
    mean: tuple[Matrix, ...]  # per arm: (nodes, points)

    def some_crossed(self, upper: float) -> float:
        """Give the chance that some arm has crossed by this look.

        Witness: the multivariate normal; the tree of `multi_arm_walk`.
        """
        return self.before.crossed + self._first(upper)

    def first_to_cross(self, upper: float) -> Vector:
        """Give the chance that an arm of each kind crosses at this look, and none before it.

        Witness: the multivariate normal; the tree of `multi_arm_walk`.
        """
        clear = [_states(np.ones_like(mean), dropped=1.0) for mean in self.mean]
        found = []
        for i in first_of_kind(self.before.arms):
            beyond = _states(ndtr((self.mean[i] - upper * self.root) / self.sd))
            found.append(self._chance([*clear[:i], beyond, *clear[i + 1 :]]) @ self.weight)
        return np.array(found)

    def largest_to_cross(self, upper: float, kind: int) -> float:
        """Give the chance that one arm of a kind crosses first and is the best of those that do.

        Witness: the multivariate normal; the tree of `multi_arm_walk`.
        """
        best = first_of_kind(self.before.arms)[kind]
        low = upper * self.root
        high = float(self.mean[best].max(initial=-np.inf)) + REACH * self.sd
        if not low < high:
            return 0.0
        node, width = gauss_legendre(HEIGHTS)
        height = (low + (high - low) / 2.0 * (1.0 + node))[:, None]
        states = []
        for i, mean in enumerate(self.mean):
            away = (height - mean[:, None, :]) / self.sd  # (nodes, heights, points)
            if i == best:
                states.append(_states(np.exp(-0.5 * away * away) / (self.sd * ROOT_TWO_PI)))
            else:
                states.append(_states(ndtr(away), dropped=1.0))
        flat = [part.reshape(-1, part.shape[-1]) for part in states]
        density = self._chance(flat).reshape(self.weight.size, HEIGHTS)
        return float(self.weight @ density @ width) * (high - low) / 2.0

    def go_on(self, lower: float, upper: float) -> GridRunning:
        """Drop the arms at or below the lower bound, claim those at or above the upper."""
        steps = {kind: self._step(kind, lower, upper) for kind in set(kinds(self.before.arms))}
        each = [steps[kind] for kind in kinds(self.before.arms)]
        return GridRunning(
            self.before.arms,
            self.before.information,
            self.before.look + 1,
            tuple(points for points, _ in each),
            _carried(self.before.chance, self.weight, [matrix for _, matrix in each]),
            self.before.crossed + self._first(upper),
        )

    def _first(self, upper: float) -> float:
        """Give the chance that some arm crosses at this look, and none before it."""
        below = [
            _states(ndtr((upper * self.root - mean) / self.sd), dropped=1.0) for mean in self.mean
        ]
        clear = self.before.chance[(slice(CROSSED),) * len(below)].sum()
        return float(clear - self._chance(below) @ self.weight)

    def _chance(self, states: Sequence[Matrix]) -> Vector:
        """Add up the chance of all arms' states, each weighed by its arm's: (rows, states)."""
        rows = states[0].shape[0]
        left = states[0] @ self.before.chance.reshape(states[0].shape[1], -1)
        for state in states[1:]:
            left = np.einsum("ri,rij->rj", state, left.reshape(rows, state.shape[1], -1))
        return np.asarray(left[:, 0])

    def _step(self, kind: int, lower: float, upper: float) -> tuple[Vector, Matrix]:
        """Give an arm's new points, and its matrices to them: (nodes, states, states before)."""
        arms, information = self.before.arms, self.before.information
        mean = self.mean[first_of_kind(arms)[kind]]
        expected = float(arms.drift[kind]) * self.root**2
        low = max(lower * self.root, expected - REACH * self.root)
        high = max(low, min(upper * self.root, expected + REACH * self.root))
        following = information[self.before.look + 1] - information[self.before.look]
        finer = min(self.sd, float(np.sqrt((1.0 - arms.correlation) * following)))
        count = min(MOST_POINTS, LEAST_POINTS + int(POINTS_PER_SD * (high - low) / finer))
        node, width = gauss_legendre(count)
        points = low + (high - low) / 2.0 * (1.0 + node)
        away = (points[:, None] - mean[:, None, :]) / self.sd
        matrix = np.zeros((self.weight.size, count + 2, mean.shape[1] + 2))
        scale = width * ((high - low) / 2.0 / (self.sd * ROOT_TWO_PI))
        matrix[:, :DROPPED, :DROPPED] = np.exp(-0.5 * away * away) * scale[:, None]
        matrix[:, DROPPED, :DROPPED] = ndtr((lower * self.root - mean) / self.sd)
        matrix[:, CROSSED, :DROPPED] = ndtr((mean - upper * self.root) / self.sd)
        matrix[:, DROPPED, DROPPED] = matrix[:, CROSSED, CROSSED] = 1.0
        return points, matrix


def start_on_grid(arms: Arms, information: Vector) -> GridRunning:
    """Give the arms before the first look."""
    number = len(kinds(arms))
    chance = np.zeros((3,) * number)
    chance.flat[0] = 1.0
    return GridRunning(arms, information, 0, (np.zeros(1),) * number, chance, 0.0)


def kinds(arms: Arms) -> list[int]:
    """Give the kind of each arm."""
    return list(np.repeat(np.arange(arms.drift.size), arms.count.astype(np.int64)).tolist())


def first_of_kind(arms: Arms) -> list[int]:
    """Give the first arm of each kind."""
    return [kinds(arms).index(kind) for kind in range(arms.drift.size)]


def drifts(arms: Arms) -> list[float]:
    """Give the drift of each arm."""
    return [float(arms.drift[kind]) for kind in kinds(arms)]


def _states(running: Matrix, dropped: float = 0.0) -> Matrix:
    """Weigh the states of an arm: on its points, dropped, and crossed, which counts nothing."""
    ends = np.zeros((*running.shape[:-1], 2))
    ends[..., 0] = dropped
    return np.concatenate([running, ends], axis=-1)


def _carried(chance: Matrix, weight: Vector, steps: Sequence[Matrix]) -> Matrix:
    """Step every arm by its matrices, (nodes, new, old), and add up over the nodes."""
    nodes, shape = weight.size, tuple(step.shape[1] for step in steps)
    moved = np.broadcast_to(chance.reshape(1, 1, -1), (nodes, 1, chance.size))
    moved = moved * weight[:, None, None]
    for step in steps[:-1]:  # (nodes, arms done, this arm, arms to come)
        moved = step[:, None] @ moved.reshape(
            nodes, -1, step.shape[2], moved.shape[2] // step.shape[2]
        )
        moved = moved.reshape(nodes, -1, moved.shape[3])
    last = steps[-1]
    done = moved.transpose(1, 0, 2).reshape(moved.shape[1], -1)
    return np.asarray((done @ last.transpose(0, 2, 1).reshape(-1, last.shape[1])).reshape(shape))


@cache
def _hermite(nodes: int) -> tuple[Vector, Vector]:
    node, weight = hermegauss(nodes)
    return np.asarray(node), np.asarray(weight / weight.sum())
