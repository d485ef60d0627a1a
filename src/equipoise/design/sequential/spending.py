"""How much of an error budget is spent by which fraction of the information.

A spending function f(t; total) is 0 at t = 0 and `total` from t = 1 on, and never falls
(Lan & DeMets 1983).  In between, by name:

    Lan-DeMets O'Brien-Fleming  2 (1 - Φ(z_{total/2} t^{-ρ/2})),  ρ = 1
    Lan-DeMets Pocock           total ln(1 + (e - 1) t)
    Hwang-Shih-DeCani (1990)    total (1 - e^{-γt}) / (1 - e^{-γ})
    power (Kim & DeMets 1987)   total t^exponent
    exponential (Anderson & Clark 2010)  total^(t^-ν)
    Xi & Gallo (2019)           2 (1 - Φ((z_{total/2} - z_γ g(t)) / √t))

A symmetric two-sided test spends half its alpha on each side: f(t; alpha/2) twice.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.normal import upper_quantile, upper_tail

ROUNDING = 1e-9  # of a function of one's own, relative to the budget
STEEPEST = 40.0  # of Hwang-Shih-DeCani: beyond, the function is a step within rounding


@dataclass(frozen=True, slots=True)
class SpendingFunction(ABC):
    """A spending function: called with fractions of information (or time) and the budget.

    >>> PowerSpending(2.0)(np.array([0.5, 1.0, 1.2]), 0.025).tolist()
    [0.00625, 0.025, 0.025]
    """

    def __call__(self, fraction: Vector, total: float) -> Vector:
        """Give the cumulative error spent: 0 at 0, `total` at 1 and beyond.

        Raises:
            DesignError: A fraction is negative or not a number, or the budget is not in (0, 1].

        Witness: gsDesign 3.11 and rpact 3.3.4 boundaries; it never falls and adds to `total`.
        """
        at = np.atleast_1d(np.asarray(fraction, dtype=np.float64))
        if not np.all(at >= 0.0):
            raise DesignError(
                f"Error cannot be spent at information fractions {at.tolist()}; "
                "give fractions of the planned maximum, from 0 on."
            )
        if not 0.0 < total <= 1.0:
            raise DesignError(
                f"The error to spend is {total:g}; give a probability above 0, not over 1."
            )
        spent = np.where(at >= 1.0, total, 0.0)
        inside = (at > 0.0) & (at < 1.0)
        if inside.any():
            with np.errstate(over="ignore", divide="ignore"):  # an infinite quantile spends 0
                spent[inside] = self.spent(at[inside], total)
        return spent

    @abstractmethod
    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent strictly between 0 and 1."""


@dataclass(frozen=True, slots=True)
class LanDeMetsOBrienFleming(SpendingFunction):
    """Little early, nearly all late: close to O'Brien & Fleming's bounds.

    >>> LanDeMetsOBrienFleming()(np.array([0.5]), 0.025).round(6).tolist()
    [0.001525]
    """

    rho: float = 1.0  # larger: later

    def __post_init__(self) -> None:
        require(0.005 <= self.rho <= 20.0, "rho", self.rho, "from 0.005 to 20")  # noqa: PLR2004

    def __str__(self) -> str:
        shape = "" if self.rho == 1.0 else f" (rho = {self.rho:g})"
        return f"Lan-DeMets spending of O'Brien-Fleming type{shape}"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        return np.asarray(2.0 * ndtr(-upper_quantile(total / 2.0) * at ** (-self.rho / 2.0)))


@dataclass(frozen=True, slots=True)
class LanDeMetsPocock(SpendingFunction):
    """Nearly even over the trial: close to Pocock's constant bounds."""

    def __str__(self) -> str:
        return "Lan-DeMets spending of Pocock type"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        return np.asarray(total * np.log1p((np.e - 1.0) * at))


@dataclass(frozen=True, slots=True)
class HwangShihDeCani(SpendingFunction):
    """One parameter from late (-4, like O'Brien-Fleming) over linear (0) to early (1, Pocock)."""

    gamma: float

    def __post_init__(self) -> None:
        require(abs(self.gamma) <= STEEPEST, "gamma", self.gamma, "from -40 to 40")

    def __str__(self) -> str:
        return f"Hwang-Shih-DeCani spending (gamma = {self.gamma:g})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        if self.gamma == 0.0:
            return total * at
        return np.asarray(total * np.expm1(-self.gamma * at) / np.expm1(-self.gamma))


@dataclass(frozen=True, slots=True)
class PowerSpending(SpendingFunction):
    """A power of the fraction (Kim & DeMets 1987; Jennison & Turnbull's rho family)."""

    exponent: float

    def __post_init__(self) -> None:
        require(0.0 < self.exponent <= 50.0, "exponent", self.exponent, "above 0, up to 50")  # noqa: PLR2004

    def __str__(self) -> str:
        return f"power spending (exponent {self.exponent:g})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        return np.asarray(total * at**self.exponent)


@dataclass(frozen=True, slots=True)
class ExponentialSpending(SpendingFunction):
    """The budget to a power that falls to 1: .75 is near O'Brien-Fleming for small budgets."""

    nu: float

    def __post_init__(self) -> None:
        require(0.0 < self.nu <= 10.0, "nu", self.nu, "above 0, up to 10")  # noqa: PLR2004

    def __str__(self) -> str:
        return f"exponential spending (nu = {self.nu:g})"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent."""
        return np.asarray(total ** (at**-self.nu))


@dataclass(frozen=True, slots=True)
class XiGallo(SpendingFunction):
    """Spending by conditional error: at a bound crossed, about gamma to cross at the end, too.

    g(t) is √(1-t) by method 1, 1-t by method 2 and 1-√t by method 3.
    """

    method: int
    gamma: float

    def __post_init__(self) -> None:
        require(self.method in {1, 2, 3}, "method", self.method, "1, 2 or 3")
        lowest = 0.5 if self.method == 1 else 0.0
        require(lowest <= self.gamma < 1.0, "gamma", self.gamma, f"from {lowest:g} to below 1")

    def __str__(self) -> str:
        return f"Xi-Gallo spending by conditional error, method {self.method}, {self.gamma:g}"

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent.

        Raises:
            DesignError: The conditional error is below what makes the function rise.
        """
        z_half = upper_quantile(total / 2.0)
        least = {1: 0.5, 2: upper_tail(z_half / 2.0), 3: total / 2.0}[self.method]
        if self.gamma < least:
            raise DesignError(
                f"Xi and Gallo's conditional error {self.gamma:g} is too small for method "
                f"{self.method} to spend {total:g} without falling; choose {least:.4g} or more."
            )
        ahead = {1: np.sqrt(1.0 - at), 2: 1.0 - at, 3: 1.0 - np.sqrt(at)}[self.method]
        z = (z_half - upper_quantile(self.gamma) * ahead) / np.sqrt(at)
        return np.asarray(2.0 * ndtr(-z))


@dataclass(frozen=True, slots=True)
class CustomSpending(SpendingFunction):
    """Any Python function of (fraction, total), checked each time it is used.

    >>> str(CustomSpending(lambda t, total: total * t**1.5, name="t to 1.5"))
    't to 1.5'
    """

    function: Callable[[float, float], float]
    name: str = "spending by a function of one's own"

    def __str__(self) -> str:
        return self.name

    def spent(self, at: Vector, total: float) -> Vector:
        """Give the cumulative error spent.

        Raises:
            DesignError: The function leaves [0, total], falls, or does not end at `total`.
        """
        spent = np.array([self.function(float(t), total) for t in at], dtype=np.float64)
        last = float(self.function(1.0, total))
        if not abs(last - total) <= ROUNDING * total:
            raise DesignError(
                f"{self.name} spends {last:g} of {total:g} by the end; "
                "let it reach the whole at fraction 1."
            )
        steps = np.diff(spent[np.argsort(at)], prepend=0.0, append=total)
        if not np.all(steps >= -ROUNDING * total):
            raise DesignError(
                f"{self.name} falls, or leaves the range from 0 to {total:g}: it gives "
                f"{spent.tolist()} at {at.tolist()}; spending can only grow."
            )
        return np.clip(spent, 0.0, total)


def require(condition: bool, name: str, value: float, allowed: str) -> None:  # noqa: FBT001
    """Refuse a parameter outside its range.

    Raises:
        DesignError: The condition does not hold.
    """
    if not condition:
        raise DesignError(f"{name} of a spending function is {value:g}; it must be {allowed}.")
