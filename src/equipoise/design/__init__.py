"""What a trial will take: boundaries, events, patients, time; loaded when it is first used.

    from equipoise.design import StoppingPlan, group_sequential

`docs/design.md` lists everything by task; `__init__.pyi` tells the types of the same names.
"""

from equipoise.offered import loader

HOME = {  # module of this room → what it offers
    "plan": "ArmSize Bound Effect Expected LookPlan Plan",
    "trial": "design_trial",
    "trial_design": "HypothesisDesign TrialDesign",
    "sequential.rules": (
        "ConditionalPowerFutility EffectFutility EfficacyRule FixedEfficacy FixedFutility "
        "FutilityRule HaybittlePeto InterimEfficacy NoInterimEfficacy OptimalWangTsiatis "
        "PampallonaTsiatis PredictivePowerFutility SpendAlpha SpendBeta SpendBothSides Spending "
        "SpendOnHarm SpendUnderNull StoppingPlan WangTsiatis equally_spaced"
    ),
    "sequential.spending": (
        "CustomSpending ExponentialSpending HwangShihDeCani LanDeMetsOBrienFleming "
        "LanDeMetsPocock PowerSpending XiGallo"
    ),
    "sequential.spending_families": (
        "BetaDistributionSpending CauchySpending ExtremeValue2Spending ExtremeValueSpending "
        "LogisticSpending NormalSpending TDistributionSpending"
    ),
    "sequential.spending_shapes": (
        "GappedSpending PiecewiseLinearSpending SpendingByLook StepSpending TrimmedSpending "
        "TruncatedSpending"
    ),
    "sequential.spending_names": "spending_named",
    "sequential.design": "GroupSequential",
    "sequential.group_sequential": "group_sequential",
    "sequential.describe": "describe power_curve",
    "sequential.reading": "read_at updated_design",
    "sequential.conditional_power": (
        "ConditionalPowerAtBounds conditional_power conditional_power_at_bounds conditional_stops"
    ),
    "sequential.predictive_power": (
        "DriftBelief predictive_interval predictive_power probability_of_success"
    ),
    "sequential.delayed_response": "DelayedResponse delayed_response",
    "survival.world": "Accrual Piecewise StratumWorld SurvivalWorld constant_rate",
    "survival.hazards": (
        "accrual hazard_from_median hazard_from_probability hazard_from_survival "
        "median_survival one_stratum piecewise_rate survival_at weibull_hazard"
    ),
    "survival.question": "SurvivalQuestion",
    "survival.survival_design": "SurvivalDesign expected_over_time survival_design survival_power",
    "survival.whole_design": "whole_survival_design",
    "survival.calendar_power": "CalendarPower power_by_calendar",
    "survival.allocation": "optimal_survival_allocation",
    "survival.events": "ExpectedCounts expected_events most_events time_of_events",
    "survival.look_rules": "LookRule look_calendar",
    "survival.formulas": "power_of_events required_events",
    "survival.events_needed": (
        "EventDesign detectable_hazard_ratio power_of_sequential_events sequential_events"
    ),
    "survival.conversions": "events_from_hazard_ratio hazard_ratio_from_z z_from_hazard_ratio",
    "survival.constant_hazards": (
        "ConstantHazards ConstantHazardSize constant_hazard_size event_probability"
    ),
    "survival.equivalence": (
        "EquivalenceLimits SurvivalEquivalenceDesign SurvivalEquivalencePower "
        "survival_equivalence_design survival_equivalence_events survival_equivalence_power"
    ),
    "survival.timing": "Timing",
    "survival.weights": (
        "AtRiskWeight FlemingHarrington ModestlyWeighted PiecewiseWeight Weight "
        "early_zero_weight log_rank_weight"
    ),
    "survival.average_hazard_ratio": (
        "AverageHazardRatio average_hazard_ratio average_hazard_ratio_design"
    ),
    "survival.weighted_log_rank": "weighted_hazard_ratio weighted_log_rank_design",
    "survival.large_sample_design": "LargeSampleDesign",
    "survival.max_combo": "MaxComboDesign max_combo_design",
    "survival.milestone": "milestone_design",
    "survival.restricted_mean": "restricted_mean_design",
    "survival.nonproportional_power": "NonproportionalPower nonproportional_power",
    "binary.rates": "TwoRates",
    "binary.two_arms": "BinaryDesign binary_design detectable_rate optimal_binary_allocation",
    "binary.stratified": (
        "PairedDesign RateStratum StratifiedDesign paired_design strata_of_odds_ratio "
        "stratified_design"
    ),
    "binary.equivalence": "BinaryEquivalenceDesign binary_equivalence_design",
    "binary.exact": (
        "ExactBinaryDesign ExactBinaryQuestion exact_binary_patients exact_binary_power"
    ),
    "binary.exact_equivalence": "ExactBinaryEquivalence exact_binary_equivalence_power",
    "binary.one_arm": "OneRateDesign OneRateQuestion one_rate_patients one_rate_power",
    "binary.one_arm_plan": "OneArmDesign one_arm_design",
    "binary.two_stage": "TwoStage TwoStageDesigns TwoStageQuestion simon two_stage",
    "binary.multi_stage": "MultiStage Stages fleming multi_stage sequential_probability_ratio",
    "binary.exact_spending": "ExactSpending ExactSpendingQuestion exact_spending",
    "continuous.comparison": (
        "MeanComparison crossover_difference geometric_mean_ratio mean_difference mean_ratio "
        "one_mean paired_difference"
    ),
    "continuous.fixed": "detectable_mean_effect means_patients means_power",
    "continuous.plan": "MeansDesign means_design means_stops",
    "continuous.equivalence": "means_equivalence_patients means_equivalence_power",
    "continuous.equivalence_plan": "MeansEquivalenceDesign means_equivalence_design",
    "counts.rates": "RateComparison rate_ratio",
    "counts.observation": "Observation",
    "counts.plan": "CountsDesign counts_design counts_stops",
    "counts.solve": "optimal_counts_allocation optimally_allocated",
    "counts.one_rate": ("EventRateDesign EventRateQuestion event_rate_patients event_rate_power"),
    "multiplicity.graph": "Closure Graph draw_graph intersection_weights reject_hypotheses",
    "multiplicity.shortcut": "GraphTest adjusted_p_values rejection_orders shortcut_test",
    "multiplicity.closed_test": "ClosedTest HypothesisGroup closed_test",
    "multiplicity.graph_power": "GraphPower graph_power",
    "multiplicity.group_sequential_graph": (
        "HypothesisLevels SequentialGraphTest alpha_levels group_sequential_graph planning_table"
    ),
    "multiplicity.repeated_p": (
        "HypothesisSchedule bounds_at_levels efficacy_bounds hypothesis_schedule "
        "repeated_p_values sequential_p_value stagewise_levels z_of_p_values"
    ),
    "multiplicity.procedures": (
        "bonferroni fallback fixed_sequence hochberg holm hommel sidak truncated_procedure"
    ),
    "multiplicity.gatekeeping": "HypothesisFamily gatekeeping two_sequences",
    "multiplicity.correlation": "nested_correlation shared_control_correlation",
    "multiplicity.dunnett": (
        "DunnettPower dunnett_critical_value dunnett_factor dunnett_p_values dunnett_power"
    ),
    "multiplicity.co_primary": "JointPower co_primary_factor joint_power",
    "multiplicity.multi_arm": "MultiArmBounds fewer_arms multi_arm_bounds multi_arm_factor",
    "multiplicity.multi_arm_power": "MultiArmPower least_favorable_factor multi_arm_power",
    "multiplicity.pick_the_winner": (
        "WinnerBounds WinnerPower winner_bounds winner_factor winner_power"
    ),
    "multiplicity.multi_arm_design": (
        "ArmEffects MultiArmDesign hazard_ratio_effects mean_effects multi_arm_design rate_effects"
    ),
    "multiplicity.staged_comparisons": "StagedComparisons staged_comparisons",
    "multiplicity.adaptive_closed_test": "AdaptiveClosedTest adaptive_closed_test",
    "multiplicity.conditional_dunnett": "ConditionalDunnett conditional_dunnett",
    "multiplicity.populations": "PopulationBounds population_bounds remaining_level",
    "adaptive.inverse_normal": "combination_p combined_z conditional_error",
    "adaptive.fisher": (
        "FisherCombination fisher_combination fisher_conditional_error fisher_product_level"
    ),
    "adaptive.adapt": "AdaptedTrial adapt",
    "adaptive.promising_zone": (
        "PromisingInterim PromisingZone promising_at_interim promising_information "
        "promising_power promising_zone rest_for_power"
    ),
    "adaptive.blinded": (
        "PooledCounts ReestimatedSize blinded_counts blinded_probabilities blinded_rates "
        "blinded_standard_deviation restrained_size"
    ),
    "adaptive.priors": (
        "EffectPrior GridPrior MixturePrior NormalPrior PooledEvidence TruncatedNormalPrior "
        "log_ratios pooled_evidence"
    ),
    "adaptive.assurance": "Assurance InterimResult assurance assurance_curve",
    "safety.boundary": (
        "SafetyBoundary SafetyQuestion draw_safety_boundary given_safety_boundary safety_boundary"
    ),
    "safety.poisson": "PoissonBoundary PoissonQuestion poisson_boundary",
}
MODULE_OF = {
    name: f"equipoise.design.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/design.md")


def __dir__() -> list[str]:
    return sorted(__all__)
