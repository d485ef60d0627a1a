"""A count trial with given rates, patients and observation: its information over calendar time."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from equipoise.design.checks import check_above_zero
from equipoise.design.counts.observation import ArmCourse, Observation, arms
from equipoise.design.counts.rates import NullVariance, RateComparison
from equipoise.errors import DesignError
from equipoise.kernel.arrays import Vector
from equipoise.kernel.root import root_between

MOST_TIME = 1e7  # times the accrual (or 1): a search for the end of a trial ends here


@dataclass(frozen=True, slots=True)
class Trial:
    """So many patients, compared and observed so."""

    comparison: RateComparison
    observation: Observation
    control: ArmCourse
    experimental: ArmCourse

    @classmethod
    def of(cls, comparison: RateComparison, observation: Observation, patients: float) -> "Trial":
        """Split patients as allocated."""
        check_above_zero(patients, "The number of patients")
        control, experimental = (share * patients for share in comparison.shares)
        return cls(comparison, observation, *arms(observation, control, experimental))

    @property
    def patients(self) -> float:
        """All patients."""
        return self.control.patients + self.experimental.patients

    def with_ratio(self, ratio: float) -> "Trial":
        """Give the same trial where the truth is another ratio, at the same control rate."""
        return replace(self, comparison=self.comparison.with_ratio(ratio))

    def information(self, time: float) -> float:
        """Give the information on the log rate ratio by a calendar time; 0 before any event.

        Witness: rpact (plan-rpact-0168: `information_by_stage` at `calendar_time_by_stage`).
        """
        control, experimental = self._by_stratum(time)
        if control.min() <= 0 or experimental.min() <= 0:
            return 0.0
        return float((1 / (1 / control + 1 / experimental)).sum())

    def information_by_ratio(self, time: float) -> Callable[[Vector], Vector]:
        """Give the rule from true rate ratios to the information by a calendar time.

        Witness: `information`, one by one.
        """
        rates = self.comparison
        multiple, share = rates.stratum_multiples, rates.stratum_shares
        control, _ = self._by_stratum(time)
        seen = self.experimental.seen(time)

        def at(ratios: Vector) -> Vector:
            each = np.multiply.outer(rates.control_rate * ratios, multiple)
            own = seen.information(each.ravel(), rates.experimental_dispersion)
            own = own.reshape(each.shape) * share
            if control.min() <= 0:
                return np.zeros_like(ratios)
            return np.asarray((own / (1 + own / control)).sum(axis=1))

        return at

    def of_arms(self, time: float) -> tuple[float, float]:
        """Give the information on the log rate of each arm by a calendar time."""
        control, experimental = self._by_stratum(time)
        return float(control.sum()), float(experimental.sum())

    def _by_stratum(self, time: float) -> tuple[Vector, Vector]:
        """Give the information on the log rate of the control and experimental arm by stratum."""
        rates = self.comparison
        multiple, share = rates.stratum_multiples, rates.stratum_shares
        control = self.control.seen(time).information(
            rates.control_rate * multiple, rates.control_dispersion
        )
        experimental = self.experimental.seen(time).information(
            rates.experimental_rate * multiple, rates.experimental_dispersion
        )
        return control * share, experimental * share

    def events(self, time: float) -> tuple[float, float]:
        """Give the expected events of each arm by a calendar time."""
        rates = self.comparison
        mean = float(rates.stratum_shares @ rates.stratum_multiples)
        return (
            self.control.events(rates.control_rate * mean, time),
            self.experimental.events(rates.experimental_rate * mean, time),
        )

    def entered(self, time: float) -> float:
        """Give the patients entered by a calendar time."""
        return self.control.entered(time) + self.experimental.entered(time)

    def under_null(self, at: NullVariance, time: float) -> "Trial":
        """Give the trial with the rates at which the null variance is taken."""
        rates = self.comparison
        if at == "true rates":
            return self
        if at == "control rate":
            return self.with_ratio(rates.null)
        share, other = rates.shares
        pooled = share * rates.control_rate + other * rates.experimental_rate
        if at == "pooled rate":
            control = pooled / (share + other * rates.null)
        else:
            control = self._null_control_rate(time)
        return replace(self, comparison=rates.with_rates(control, control * rates.null))

    def _null_control_rate(self, time: float) -> float:
        """Solve the expected score under the null: Σ (true/λ - 1) information(λ) = 0."""
        rates = self.comparison

        def score(rate: float) -> float:
            trial = replace(self, comparison=rates.with_rates(rate, rate * rates.null))
            control, experimental = trial.of_arms(time)
            shown = rates.experimental_rate / (rates.null * rate)
            return (rates.control_rate / rate - 1) * control + (shown - 1) * experimental

        ends = sorted((rates.control_rate, rates.experimental_rate / rates.null))
        if ends[0] == ends[1]:
            return ends[0]
        return root_between(score, ends[0], ends[1])

    def time_of(self, information: float) -> float:
        """Give the calendar time by which so much information has come in.

        Raises:
            DesignError: where it never does.

        Accuracy: 1e-11 relative.

        Witness: rpact's calendar times (plan-rpact-0169).
        """
        accrual = self.observation.accrual
        unit = 1.0 if accrual is None else accrual.duration
        high = unit
        while self.information(high) < information * (1 - 1e-12):
            high *= 2
            if high > unit * MOST_TIME:
                raise DesignError(
                    f"Information {information:g} never comes in: {self.patients:g} patients give "
                    f"at most {self.information(high):g}, for overdispersion or limited exposure. "
                    "Take more patients, or less power."
                )
        return float(
            root_between(lambda time: self.information(time) - information, 0.0, high * (1 + 1e-9))
        )
