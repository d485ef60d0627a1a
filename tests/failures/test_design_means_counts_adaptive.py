"""Questions no trial of means, counts or adaptive design can answer, and what is said instead."""

import pytest

from equipoise.design.adaptive.adapt import adapt
from equipoise.design.adaptive.assurance import InterimResult, assurance
from equipoise.design.adaptive.blinded import (
    blinded_counts,
    blinded_probabilities,
    blinded_rates,
    blinded_standard_deviation,
    restrained_size,
)
from equipoise.design.adaptive.fisher import fisher_combination, fisher_product_level
from equipoise.design.adaptive.inverse_normal import combined_z
from equipoise.design.adaptive.priors import (
    GridPrior,
    MixturePrior,
    NormalPrior,
    TruncatedNormalPrior,
    log_ratios,
    pooled_evidence,
)
from equipoise.design.adaptive.promising_zone import promising_zone, rest_for_power
from equipoise.design.continuous.comparison import (
    geometric_mean_ratio,
    mean_difference,
    mean_ratio,
    one_mean,
    paired_difference,
)
from equipoise.design.continuous.equivalence import (
    means_equivalence_patients,
    means_equivalence_power,
)
from equipoise.design.continuous.equivalence_plan import means_equivalence_design
from equipoise.design.continuous.fixed import means_patients, means_power
from equipoise.design.continuous.plan import means_design
from equipoise.design.counts.observation import Observation
from equipoise.design.counts.plan import counts_design
from equipoise.design.counts.rates import rate_ratio
from equipoise.design.sequential.group_sequential import group_sequential
from equipoise.design.sequential.rules import StoppingPlan
from equipoise.design.survival.world import Accrual, constant_rate
from equipoise.errors import DesignError
from equipoise.kernel.arrays import vector

EVEN = Accrual(vector([0]), vector([1.0]), 4.0)
TWO = group_sequential(StoppingPlan((0.5, 1.0)), power=0.9)
RATES = rate_ratio(0.7, control_rate=1.0, dispersion=2.0)

REFUSED = {
    "no spread": (lambda: one_mean(1.0, 0.0), "standard deviation must be a number above 0"),
    "correlation": (lambda: paired_difference(1, 1, correlation=1.0), "between -1 and 1"),
    "allocation": (lambda: mean_difference(1, 1, allocation=0.0), "allocation"),
    "no covariate": (lambda: mean_difference(1, 1, correlation=0.5), "covariates"),
    "covariates and Welch": (
        lambda: mean_difference(1, 1, experimental_standard_deviation=2, covariates=1),
        "one variance",
    ),
    "negative ratio": (lambda: mean_ratio(-1, 1), "above 0"),
    "no variation": (lambda: geometric_mean_ratio(0.9, 0.0), "coefficient of variation"),
    "no effect": (lambda: means_design(mean_difference(0, 1), power=0.9), "not there"),
    "nothing to solve": (lambda: means_design(mean_difference(1, 1)), "Give `power`"),
    "power below alpha": (lambda: means_patients(mean_difference(1, 1), 0.01), "between"),
    "tiny effect": (lambda: means_patients(mean_difference(1e-8, 1), 0.9, sides=2), "Even"),
    "two patients": (lambda: means_power(mean_difference(1, 1), 2), "take 3 or more"),
    "margins exchanged": (
        lambda: means_equivalence_power(mean_difference(0, 1), 20, lower=1, upper=-1),
        "exchange",
    ),
    "truth outside the margins": (
        lambda: means_equivalence_patients(mean_difference(2, 1), 0.9, lower=-1, upper=1),
        "Widen",
    ),
    "equivalence by ratio of means": (
        lambda: means_equivalence_power(mean_ratio(1, 1), 20, lower=0.8, upper=1.25),
        "geometric_mean_ratio",
    ),
    "equivalence by a two-sided plan": (
        lambda: means_equivalence_design(
            mean_difference(0, 1), StoppingPlan(sides=2), lower=-1, upper=1, power=0.9
        ),
        "two one-sided",
    ),
    "equivalence of nothing": (
        lambda: means_equivalence_design(mean_difference(0, 1), StoppingPlan(), lower=-1, upper=1),
        "Give `power`",
    ),
    "no rate": (lambda: rate_ratio(0.5, control_rate=0.0), "control rate must be a number above 0"),
    "one of four": (lambda: rate_ratio(0.5), "Give two of"),
    "negative dispersion": (lambda: rate_ratio(0.5, control_rate=1, dispersion=-1), "Poisson"),
    "no observation": (Observation, "Neither an exposure nor an accrual"),
    "dropout evenly spaced": (
        lambda: Observation(
            accrual=EVEN, control_dropout=constant_rate(0.1), entry="evenly spaced"
        ),
        "uniform",
    ),
    "open end": (lambda: counts_design(RATES, Observation(accrual=EVEN), power=0.9), "follow_up"),
    "no rate effect": (
        lambda: counts_design(RATES.with_ratio(1.0), Observation(exposure=1), power=0.9),
        "not there",
    ),
    "information bounded": (
        lambda: counts_design(RATES, Observation(accrual=EVEN), power=0.9, patients=50),
        "never comes in",
    ),
    "no ratio low enough": (
        lambda: counts_design(RATES, Observation(exposure=1), power=0.9, patients=6),
        "take more patients",
    ),
    "no patients": (
        lambda: counts_design(RATES, Observation(exposure=1), patients=0),
        "number of patients",
    ),
    "alpha in percent": (lambda: fisher_combination(alpha=5), "between 0 and 0.5"),
    "information falls": (lambda: fisher_combination((0.5, 0.4, 1.0)), "increase to 1"),
    "futility below alpha": (lambda: fisher_combination(futility=(0.01,)), "above alpha"),
    "no interaction of two": (
        lambda: fisher_combination(bounds="no interaction", futility=(0.5,)),
        "three stages",
    ),
    "spending past alpha": (
        lambda: fisher_combination(bounds="spent alpha", spent=(0.01, 0.05)),
        "increasing to alpha",
    ),
    "futility leaves too few": (
        lambda: fisher_combination(
            bounds="spent alpha", futility=(0.03,), spent=(0.001, 0.1), alpha=0.1
        ),
        "above alpha",
    ),
    "nobody left to reject": (
        lambda: fisher_combination(
            (0.3, 0.6, 1.0),
            bounds="spent alpha",
            futility=(0.11, 0.11),
            spent=(0.001, 0.002, 0.1),
            alpha=0.1,
        ),
        "too few",
    ),
    "no p-value": (lambda: fisher_product_level(fisher_combination(), (1.2,)), "from 0 to 1"),
    "too many stages": (lambda: combined_z(TWO, (0.1, 0.2, 0.3)), "3 p-values for 2"),
    "power and information": (
        lambda: adapt(TWO, 10, look=1, z=1, effect=1, power=0.9, information=5),
        "Give `power`",
    ),
    "effect against": (lambda: adapt(TWO, 10, look=1, z=1, effect=-1, power=0.9), "above 0"),
    "no interim look": (
        lambda: promising_zone(group_sequential(StoppingPlan(), power=0.9)),
        "1 look",
    ),
    "cap below the plan": (lambda: promising_zone(TWO, most_information=0.9), "1 or more"),
    "empty zone": (lambda: promising_zone(TWO, lowest=0.95), "not below"),
    "trend against": (lambda: rest_for_power(TWO, -0.5, 0.9), "stop for futility"),
    "look that is none": (
        lambda: assurance(TWO, NormalPrior(1, 1), after=InterimResult(2, 1.0)),
        "look",
    ),
    "certain normal": (lambda: NormalPrior(1, 0), "GridPrior"),
    "empty limits": (lambda: TruncatedNormalPrior(0, 1, 2, 1), "widen"),
    "no point": (lambda: GridPrior(()), "one"),
    "part without weight": (lambda: MixturePrior((NormalPrior(0, 1),), ()), "weight for each"),
    "no evidence": (lambda: pooled_evidence([]), "no estimate"),
    "limits exchanged": (lambda: log_ratios([(0.5, 0.6, 0.4)]), "out of order"),
    "spread by the difference": (
        lambda: blinded_standard_deviation(1.0, 50, difference=3.0),
        "difference=None",
    ),
    "risk above 1": (
        lambda: blinded_probabilities(0.1, 0.5, measure="risk difference"),
        "Revise",
    ),
    "no pooled rate": (lambda: blinded_rates(0, 0.5), "above 0"),
    "no event": (lambda: blinded_counts([0, 0, 0], 1.0), "an event"),
    "cap below the floor": (lambda: restrained_size(80, 100, at_most=90), "raise the cap"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_a_remedy(name):
    ask, remedy = REFUSED[name]
    with pytest.raises(DesignError, match=remedy):
        ask()
