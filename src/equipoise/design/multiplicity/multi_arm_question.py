"""What is asked of a multi-arm multi-stage design, and what cannot be asked."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.checks import check_alpha
from equipoise.design.sequential.rules import Spending, WangTsiatis
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector, vector
from equipoise.kernel.multi_arm_walk import MOST_LOOKS

Shape: TypeAlias = Spending | WangTsiatis | Literal["triangular", "last look"]


@dataclass(frozen=True, slots=True)
class MultiArmQuestion:
    """What was asked of `multi_arm_bounds`."""

    arms: int
    information: Vector  # (looks,) fractions of the maximum
    shape: Shape
    alpha: float
    allocation: float  # patients of each arm per patient of the control arm
    correlation: float  # of two arms' statistics at one look
    binding: bool  # whether alpha relies on dropping arms

    @property
    def correlation_for_power(self) -> float:
        """Give what power counts on: bounds of independent arms are conservative, power is not."""
        return self.correlation or self.allocation / (1.0 + self.allocation)


def lower_bounds(futility: ArrayLike | None, looks: int) -> Vector:
    """Give a lower bound for each look, none where none is given."""
    lower = np.full(looks, -np.inf)
    if futility is not None:
        given = np.atleast_1d(np.asarray(futility, dtype=np.float64))
        if given.size != looks - 1:
            raise DesignError(
                f"{looks} looks have {looks - 1} futility bounds, none at the last; found "
                f"{given.size}. Write -inf where no arm is dropped."
            )
        lower[:-1] = given
    return lower


def checked_question(
    arms: int,
    information: ArrayLike,
    shape: Shape,
    alpha: float,
    allocation: float,
    binding: bool,  # noqa: FBT001
    correlation: float | None,
    *,
    most_looks: int = MOST_LOOKS,
) -> MultiArmQuestion:
    """Put the question together, or say why it cannot be asked."""
    t = np.atleast_1d(np.asarray(information, dtype=np.float64))
    check_alpha(alpha)
    if arms < 1:
        raise DesignError(f"A design compares at least one arm with the control; found {arms}.")
    if (np.diff(t, prepend=0.0) <= 0.0).any() or abs(t[-1] - 1.0) > 1e-9:  # noqa: PLR2004
        raise DesignError(
            f"Information increases from above 0 to 1; found {t.tolist()}. Give fractions of the "
            "maximum."
        )
    if t.size > most_looks:
        raise DesignError(
            f"{t.size} looks are more than can be integrated over all arms together. Use at most "
            f"{most_looks}, or a graph of hypotheses (`group_sequential_graph`)."
        )
    if not allocation > 0.0:
        raise DesignError(f"Arms need patients; found {allocation:g} per patient of the control.")
    rho = allocation / (1.0 + allocation) if correlation is None else correlation
    if not 0.0 <= rho < 1.0:
        raise DesignError(f"Arms' statistics correlate from 0 to below 1; found {rho:g}.")
    obeyed = binding or shape == "triangular"
    return MultiArmQuestion(arms, vector(t), shape, alpha, allocation, rho, obeyed)
