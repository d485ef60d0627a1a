"""Log hazards by pieces under two trends and a random walk, sampled from their posterior.

    θ ~ N(m, C),   C = σ² + ½² x x' + u u' + τ² min(x - x₁, x' - x₁),
    log likelihood = Σ_k d_k θ_k - T_k e^{θ_k},

concave in θ: Newton's steps find the mode.  For each τ of a grid Laplace's approximation gives the
evidence; θ is drawn from multivariate t's about the modes and resampled with the weights that make
it the posterior (Rubin's SIR).  Pieces that nobody has reached follow from the others exactly.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.kernel.arrays import Codes, Matrix, Vector

TREND_SD = 0.5  # of the hazard's power of time
BEND_SD = 1.0  # of its exponential rise or fall until the longest follow-up
WALKS = (0.05, 0.15, 0.3, 0.5, 0.8)  # τ, the walk's deviation over a factor e of time ...
WALK_SCALE = 0.4  # ... with half normal weights of this deviation
STEPS, ENOUGH = 60, 1e-10
PROPOSED = 6  # for each draw
FREEDOM = 8.0  # of the t


@dataclass(frozen=True, slots=True)
class WalkPrior:
    """What is believed of the level of a log hazard."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class _Mode:
    """Laplace's approximation for one τ."""

    center: Vector
    root: Matrix  # lower triangle of the covariance
    precision: Matrix  # of the prior
    log_prior: float  # half the log determinant of `precision`
    height: float  # of the log posterior, unscaled, at the mode

    @property
    def log_evidence(self) -> float:
        """Laplace's approximation to what the data say for this τ."""
        return self.height + float(np.log(np.diag(self.root)).sum())


def walk_draws(
    events: Vector,
    exposure: Vector,
    place: Matrix,
    prior: WalkPrior,
    draws: int,
    generator: np.random.Generator,
) -> Matrix:
    """Draw log hazards of all pieces, (draws, pieces).

    Args:
        events: (pieces,) seen.
        exposure: (pieces,) patient times; 0 from some piece on.
        place: (2, pieces) x, increasing, and u, not decreasing.
        prior: of the level.
        draws: rows.
        generator: of random numbers.

    Witness: quadrature with one and two pieces.
    """
    seen = max(int(np.count_nonzero(exposure > 0)), 1)
    center = np.average(place[:, :seen], axis=1, weights=events[:seen] + 1.0)
    covariances = [_covariance(place, center, prior.sd, walk) for walk in WALKS]
    modes = [
        _mode(events[:seen], exposure[:seen], prior.mean, each[:seen, :seen])
        for each in covariances
    ]
    log_mass = np.array([mode.log_evidence for mode in modes]) - 0.5 * (
        (np.array(WALKS) / WALK_SCALE) ** 2
    )
    mass = np.exp(log_mass - log_mass.max())
    which, theta = _resampled(
        events[:seen], exposure[:seen], prior.mean, modes, mass / mass.sum(), draws, generator
    )
    if seen == events.size:
        return theta
    return np.hstack([theta, _beyond(theta, which, seen, covariances, prior.mean, generator)])


def _covariance(place: Matrix, center: Vector, level_sd: float, walk: float) -> Matrix:
    (x, u), along = place - center[:, None], place[0] - place[0, 0]
    trends = TREND_SD**2 * np.outer(x, x) + BEND_SD**2 * np.outer(u, u)
    return np.asarray(level_sd**2 + trends + walk**2 * np.minimum(along[:, None], along))


def _mode(events: Vector, exposure: Vector, mean: float, covariance: Matrix) -> _Mode:
    precision: Matrix = np.linalg.inv(covariance).astype(np.float64)
    theta = np.full(events.size, mean)
    for _ in range(STEPS):
        expected = exposure * np.exp(theta)
        slope = events - expected - precision @ (theta - mean)
        step = np.linalg.solve(np.diag(expected) + precision, slope)
        theta = theta + np.clip(step, -1.0, 1.0)
        if float(np.abs(step).max()) < ENOUGH:
            break
    curvature = np.diag(exposure * np.exp(theta)) + precision
    root: Matrix = np.linalg.cholesky(np.linalg.inv(curvature)).astype(np.float64)
    log_prior = 0.5 * float(np.linalg.slogdet(precision)[1])
    height = float(_height(theta[None, :], events, exposure, mean, precision)[0]) + log_prior
    return _Mode(theta, root, precision, log_prior, height)


def _height(
    theta: Matrix, events: Vector, exposure: Vector, mean: float, precision: Matrix
) -> Vector:
    away = theta - mean
    likely = theta @ events - np.exp(theta) @ exposure
    return np.asarray(likely - 0.5 * np.einsum("ij,jk,ik->i", away, precision, away))


def _resampled(
    events: Vector,
    exposure: Vector,
    mean: float,
    modes: list[_Mode],
    mass: Vector,
    draws: int,
    generator: np.random.Generator,
) -> tuple[Codes, Matrix]:
    """Propose from the t's, and keep each as often as its weight asks."""
    proposed, size = PROPOSED * draws, events.size
    which = generator.choice(mass.size, size=proposed, p=mass)
    normal = generator.standard_normal((proposed, size))
    spread = np.sqrt(FREEDOM / generator.chisquare(FREEDOM, proposed))
    theta, log_weight = np.empty((proposed, size)), np.empty(proposed)
    for number, mode in enumerate(modes):
        mine = which == number
        away = normal[mine] * spread[mine, None]
        theta[mine] = mode.center + away @ mode.root.T
        target = _height(theta[mine], events, exposure, mean, mode.precision) + mode.log_prior
        near = (FREEDOM + size) / 2.0 * np.log1p((away**2).sum(axis=1) / FREEDOM)
        log_weight[mine] = target - mode.height + near  # the mass of τ cancels
    weight = np.exp(log_weight - log_weight.max())
    edges = np.cumsum(weight) / weight.sum()
    points = (np.arange(draws) + generator.random()) / draws
    kept = np.minimum(np.searchsorted(edges, points), proposed - 1)
    kept = generator.permutation(kept)
    return which[kept], theta[kept]


def _beyond(
    theta: Matrix,
    which: Codes,
    seen: int,
    covariances: list[Matrix],
    mean: float,
    generator: np.random.Generator,
) -> Matrix:
    """Draw the pieces that nobody has reached, given the others."""
    further = covariances[0].shape[0] - seen
    normal = generator.standard_normal((theta.shape[0], further))
    drawn = np.empty((theta.shape[0], further))
    for number, whole in enumerate(covariances):
        mine = which == number
        onto = np.linalg.solve(whole[:seen, :seen], whole[:seen, seen:])
        rest = whole[seen:, seen:] - whole[seen:, :seen] @ onto
        root = np.linalg.cholesky(rest)
        drawn[mine] = mean + (theta[mine] - mean) @ onto + normal[mine] @ root.T
    return drawn
