"""What a large trial looks like from within: who is at risk at each time since entry.

At a look at calendar time T, E(T - s) patients entered at least s earlier.  Those of an arm
with survival S and dropout survival G who are then still at risk, and their events, are

    π(s) = p E(T - s) S(s) G(s),        dN(s) = π(s) h(s) ds,        p the arm's share.

E is linear between breaks, the rest smooth between breaks: Gauss-Legendre panels that end at
all of them integrate whatever a test weighs the events by.  Around time 0 the nodes are
stretched, s ~ x⁴, for weights like (1 - S)^½ and hazards like s^(κ-1) that are not smooth there.
With a cured fraction, S and h are those of the whole arm.
"""

from dataclasses import dataclass

import numpy as np

from equipoise.design.survival.world import Accrual, Piecewise, StratumWorld, SurvivalWorld
from equipoise.kernel.arrays import Matrix, Vector, vector
from equipoise.kernel.piecewise_exponential import Cube
from equipoise.kernel.quadrature import NODE, WEIGHT

NODES = NODE.size
SPAN = 2.0  # a panel is no longer than this many mean times to event or dropout
START = 0.2  # the first is shorter, as its nodes are stretched
STRETCH = 4


def _running() -> Matrix:
    """Give what turns values at the nodes, times their widths, into integrals up to each node."""
    powers = np.arange(NODES)
    values = np.polynomial.legendre.legvander(NODE, NODES - 1)
    integrals = np.empty_like(values)
    for power in powers:
        antiderivative = np.polynomial.legendre.Legendre.basis(power).integ(lbnd=-1.0)
        integrals[:, power] = antiderivative(NODE)
    return np.asarray(integrals @ np.linalg.inv(values) / WEIGHT)


RUNNING = _running()


@dataclass(frozen=True, slots=True)
class ArmCourse:
    """One arm, by time since entry: arrays are (strata, nodes)."""

    survival: Matrix  # without the event, had nobody dropped out
    staying: Matrix  # without event and dropout
    hazard: Matrix  # of the event, of those still at risk


@dataclass(frozen=True, slots=True)
class Cohort:
    """A world seen at its looks, on the nodes of a quadrature over time since entry."""

    looks: Vector  # calendar times
    time: Vector  # (nodes,) since entry
    width: Vector  # (nodes,) weights of the quadrature
    entered: Cube  # (looks, strata, nodes) patients who entered at least `time` before the look
    patients: Vector  # (looks,) enrolled by then
    experimental_share: float
    control: ArmCourse
    experimental: ArmCourse

    @property
    def control_at_risk(self) -> Matrix:
        """Per patient entered, in the control arm and still at risk: (strata, nodes)."""
        return (1.0 - self.experimental_share) * self.control.staying

    @property
    def experimental_at_risk(self) -> Matrix:
        """Per patient entered, in the experimental arm and still at risk: (strata, nodes)."""
        return self.experimental_share * self.experimental.staying

    @property
    def pooled_events(self) -> Matrix:
        """Events per patient entered and time unit, both arms: (strata, nodes)."""
        return np.asarray(
            self.control_at_risk * self.control.hazard
            + self.experimental_at_risk * self.experimental.hazard
        )

    @property
    def pooled_survival(self) -> Matrix:
        """Where the Kaplan-Meier curve of both arms together, by stratum, tends to."""
        at_risk = self.control_at_risk + self.experimental_at_risk
        hazard = self.pooled_events / np.maximum(at_risk, 1e-300)
        return np.exp(-np.maximum(self.up_to(hazard), 0.0))

    @property
    def events(self) -> Matrix:
        """(looks, 2) expected in the control and the experimental arm."""
        control = self.integral(self.control_at_risk * self.control.hazard)
        experimental = self.integral(self.experimental_at_risk * self.experimental.hazard)
        return np.column_stack([control, experimental])

    def integral(self, density: Matrix) -> Vector:
        """Integrate something per patient entered over strata and time, at each look."""
        return np.asarray(np.tensordot(self.entered, density * self.width, axes=2))

    def up_to(self, values: Matrix) -> Matrix:
        """Integrate from 0 to each node."""
        panels = (values * self.width).reshape(*values.shape[:-1], -1, NODES)
        whole = panels.sum(axis=-1)
        before = np.cumsum(whole, axis=-1) - whole
        return np.asarray((panels @ RUNNING.T + before[..., None]).reshape(values.shape))


def cohort(world: SurvivalWorld, looks: Vector, *, breaks: tuple[float, ...] = ()) -> Cohort:
    """Lay a world, already checked, out on the nodes of a quadrature.

    Args:
        world: the truth.
        looks: calendar times.
        breaks: times since entry where what will be integrated is not smooth.

    Accuracy:
        1e-12 relative for smooth integrands.
    Witness:
        `expected_events`, in closed form; sums over a fine grid.
    """
    time, width = _nodes(world, looks, breaks)
    arms = [tuple(_course(world, stratum, time, arm) for stratum in world.strata) for arm in (0, 1)]
    control, experimental = (
        ArmCourse(*(np.array(part) for part in zip(*arm, strict=True))) for arm in arms
    )
    since = np.append(looks[:, None] - time, looks[:, None], axis=1)
    accruals = world.accrual_by_stratum or (world.accrual,)
    entered = np.stack([_enrolled(accrual, since) for accrual in accruals], axis=1)
    patients = entered[:, :, -1].sum(axis=1)
    if not world.accrual_by_stratum:
        entered = entered * np.array([stratum.share for stratum in world.strata])[:, None]
    entered = np.where(time < world.longest_follow_up, entered[:, :, :-1], 0.0)
    return Cohort(
        looks, time, width, entered, patients, world.experimental_share, control, experimental
    )


def _nodes(world: SurvivalWorld, looks: Vector, breaks: tuple[float, ...]) -> tuple[Vector, Vector]:
    """Give nodes and weights of panels that end wherever something changes."""
    end = float(looks.max())
    entries = [[*a.starts, a.duration] for a in world.accrual_by_stratum or (world.accrual,)]
    changes = np.concatenate([*entries, [0.0]])
    clock = 1.0 / world.weibull_shape
    rates = [s.control_hazard.starts**clock for s in world.strata]
    rates += [s.hazard_ratio.starts**clock for s in world.strata]
    rates += [s.control_dropout.starts for s in world.strata]
    rates += [s.experimental_dropout.starts for s in world.strata]
    last = [min(end, world.longest_follow_up), 0.0]
    edges = np.concatenate([(looks[:, None] - changes).ravel(), *rates, breaks, last])
    edges = np.unique(edges[(edges >= 0) & (edges <= last[0])])
    edges = edges[np.append(True, np.diff(edges) > 1e-12 * end)]
    edges = _refine(world, edges)
    half = np.diff(edges)[:, None] / 2
    time = edges[:-1, None] + half * (1.0 + NODE)
    width = half * WEIGHT
    unit = (1.0 + NODE) / 2.0
    power = STRETCH / min(world.weibull_shape, 1.0)
    time[0] = edges[1] * unit**power
    width[0] = edges[1] * WEIGHT / 2.0 * power * unit ** (power - 1.0)
    return vector(time.ravel()), vector(width.ravel())


def _refine(world: SurvivalWorld, edges: Vector) -> Vector:
    """Cut panels in which much happens, and a short one off the first."""
    middle = (edges[1:] + edges[:-1]) / 2
    length = np.diff(edges)
    exit_rate = np.zeros(middle.size)
    kappa = world.weibull_shape
    for stratum in world.strata:
        hazard = stratum.control_hazard.at(middle**kappa) * kappa * middle ** (kappa - 1.0)
        ratio = stratum.hazard_ratio.at(middle**kappa)
        exit_rate = np.maximum(exit_rate, hazard + stratum.control_dropout.at(middle))
        exit_rate = np.maximum(exit_rate, hazard * ratio + stratum.experimental_dropout.at(middle))
    parts = np.ceil(np.minimum(length * exit_rate / SPAN, 200.0)).astype(np.int64)
    parts = np.maximum(parts, 1)
    which = np.repeat(np.arange(length.size), parts)
    place = np.arange(which.size) - np.repeat(np.cumsum(parts) - parts, parts)
    cut = edges[which] + length[which] * place / parts[which]
    first = min(cut[1] if cut.size > 1 else edges[-1], edges[-1])
    start = START / exit_rate[0] if exit_rate[0] > 0 else np.inf
    early = [start] if start < first / 2 else []
    return np.unique(np.concatenate([cut, early, edges[-1:]]))


def _course(
    world: SurvivalWorld, stratum: StratumWorld, time: Vector, arm: int
) -> tuple[Vector, Vector, Vector]:
    """Give survival, staying and hazard of one arm of one stratum."""
    rate = stratum.experimental_hazard if arm else stratum.control_hazard
    dropout = stratum.experimental_dropout if arm else stratum.control_dropout
    cured = stratum.experimental_cured if arm else stratum.control_cured
    kappa = world.weibull_shape
    clock = time if kappa == 1.0 else time**kappa
    hazard = rate.at(clock)
    if kappa != 1.0:
        hazard = hazard * kappa * time ** (kappa - 1.0)
    survival = np.exp(-_cumulative(rate, clock))
    if cured:
        whole = cured + (1.0 - cured) * survival
        hazard = hazard * (1.0 - cured) * survival / whole
        survival = whole
    return survival, survival * np.exp(-_cumulative(dropout, time)), hazard


def _cumulative(rate: Piecewise, time: Vector) -> Vector:
    if rate.starts.size == 1:
        return np.asarray(rate.values[0] * time)
    return rate.cumulative(time)


def _enrolled(accrual: Accrual, since: Matrix) -> Matrix:
    """Give those enrolled by each calendar time; nobody before 0."""
    known = accrual.starts < accrual.duration
    knots = np.append(accrual.starts[known], accrual.duration)
    total = np.append(0.0, np.cumsum(accrual.rates[known] * np.diff(knots)))
    return np.asarray(np.interp(since, knots, total))
