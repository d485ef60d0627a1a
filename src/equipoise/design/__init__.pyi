# The types of what `__init__.py` loads when it is first used.
from equipoise.design.plan import (
    ArmSize as ArmSize,
    Bound as Bound,
    Effect as Effect,
    Expected as Expected,
    LookPlan as LookPlan,
    Plan as Plan,
)
from equipoise.design.trial import (
    design_trial as design_trial,
)
from equipoise.design.trial_design import (
    HypothesisDesign as HypothesisDesign,
    TrialDesign as TrialDesign,
)
from equipoise.design.sequential.rules import (
    SpendOnHarm as SpendOnHarm,
    ConditionalPowerFutility as ConditionalPowerFutility,
    EffectFutility as EffectFutility,
    EfficacyRule as EfficacyRule,
    FixedEfficacy as FixedEfficacy,
    FixedFutility as FixedFutility,
    FutilityRule as FutilityRule,
    HaybittlePeto as HaybittlePeto,
    InterimEfficacy as InterimEfficacy,
    NoInterimEfficacy as NoInterimEfficacy,
    OptimalWangTsiatis as OptimalWangTsiatis,
    PampallonaTsiatis as PampallonaTsiatis,
    PredictivePowerFutility as PredictivePowerFutility,
    SpendAlpha as SpendAlpha,
    SpendBeta as SpendBeta,
    SpendBothSides as SpendBothSides,
    Spending as Spending,
    SpendUnderNull as SpendUnderNull,
    StoppingPlan as StoppingPlan,
    WangTsiatis as WangTsiatis,
    equally_spaced as equally_spaced,
)
from equipoise.design.sequential.spending import (
    CustomSpending as CustomSpending,
    ExponentialSpending as ExponentialSpending,
    HwangShihDeCani as HwangShihDeCani,
    LanDeMetsOBrienFleming as LanDeMetsOBrienFleming,
    LanDeMetsPocock as LanDeMetsPocock,
    PowerSpending as PowerSpending,
    XiGallo as XiGallo,
)
from equipoise.design.sequential.spending_families import (
    BetaDistributionSpending as BetaDistributionSpending,
    CauchySpending as CauchySpending,
    ExtremeValue2Spending as ExtremeValue2Spending,
    ExtremeValueSpending as ExtremeValueSpending,
    LogisticSpending as LogisticSpending,
    NormalSpending as NormalSpending,
    TDistributionSpending as TDistributionSpending,
)
from equipoise.design.sequential.spending_shapes import (
    GappedSpending as GappedSpending,
    PiecewiseLinearSpending as PiecewiseLinearSpending,
    SpendingByLook as SpendingByLook,
    StepSpending as StepSpending,
    TrimmedSpending as TrimmedSpending,
    TruncatedSpending as TruncatedSpending,
)
from equipoise.design.sequential.spending_names import (
    spending_named as spending_named,
)
from equipoise.design.sequential.design import (
    GroupSequential as GroupSequential,
)
from equipoise.design.sequential.group_sequential import (
    group_sequential as group_sequential,
)
from equipoise.design.sequential.describe import (
    describe as describe,
    power_curve as power_curve,
)
from equipoise.design.sequential.reading import (
    read_at as read_at,
    updated_design as updated_design,
)
from equipoise.design.sequential.conditional_power import (
    ConditionalPowerAtBounds as ConditionalPowerAtBounds,
    conditional_power as conditional_power,
    conditional_power_at_bounds as conditional_power_at_bounds,
    conditional_stops as conditional_stops,
)
from equipoise.design.sequential.predictive_power import (
    DriftBelief as DriftBelief,
    predictive_interval as predictive_interval,
    predictive_power as predictive_power,
    probability_of_success as probability_of_success,
)
from equipoise.design.sequential.delayed_response import (
    DelayedResponse as DelayedResponse,
    delayed_response as delayed_response,
)
from equipoise.design.survival.world import (
    Accrual as Accrual,
    Piecewise as Piecewise,
    StratumWorld as StratumWorld,
    SurvivalWorld as SurvivalWorld,
    constant_rate as constant_rate,
)
from equipoise.design.survival.hazards import (
    accrual as accrual,
    hazard_from_median as hazard_from_median,
    hazard_from_probability as hazard_from_probability,
    hazard_from_survival as hazard_from_survival,
    median_survival as median_survival,
    one_stratum as one_stratum,
    piecewise_rate as piecewise_rate,
    survival_at as survival_at,
    weibull_hazard as weibull_hazard,
)
from equipoise.design.survival.question import (
    SurvivalQuestion as SurvivalQuestion,
)
from equipoise.design.survival.survival_design import (
    SurvivalDesign as SurvivalDesign,
    expected_over_time as expected_over_time,
    survival_design as survival_design,
    survival_power as survival_power,
)
from equipoise.design.survival.whole_design import (
    whole_survival_design as whole_survival_design,
)
from equipoise.design.survival.calendar_power import (
    CalendarPower as CalendarPower,
    power_by_calendar as power_by_calendar,
)
from equipoise.design.survival.allocation import (
    optimal_survival_allocation as optimal_survival_allocation,
)
from equipoise.design.survival.events import (
    ExpectedCounts as ExpectedCounts,
    expected_events as expected_events,
    most_events as most_events,
    time_of_events as time_of_events,
)
from equipoise.design.survival.look_rules import (
    LookRule as LookRule,
    look_calendar as look_calendar,
)
from equipoise.design.survival.formulas import (
    power_of_events as power_of_events,
    required_events as required_events,
)
from equipoise.design.survival.events_needed import (
    EventDesign as EventDesign,
    detectable_hazard_ratio as detectable_hazard_ratio,
    power_of_sequential_events as power_of_sequential_events,
    sequential_events as sequential_events,
)
from equipoise.design.survival.conversions import (
    events_from_hazard_ratio as events_from_hazard_ratio,
    hazard_ratio_from_z as hazard_ratio_from_z,
    z_from_hazard_ratio as z_from_hazard_ratio,
)
from equipoise.design.survival.constant_hazards import (
    ConstantHazards as ConstantHazards,
    ConstantHazardSize as ConstantHazardSize,
    constant_hazard_size as constant_hazard_size,
    event_probability as event_probability,
)
from equipoise.design.survival.equivalence import (
    EquivalenceLimits as EquivalenceLimits,
    SurvivalEquivalenceDesign as SurvivalEquivalenceDesign,
    SurvivalEquivalencePower as SurvivalEquivalencePower,
    survival_equivalence_design as survival_equivalence_design,
    survival_equivalence_events as survival_equivalence_events,
    survival_equivalence_power as survival_equivalence_power,
)
from equipoise.design.survival.timing import (
    Timing as Timing,
)
from equipoise.design.survival.weights import (
    AtRiskWeight as AtRiskWeight,
    FlemingHarrington as FlemingHarrington,
    ModestlyWeighted as ModestlyWeighted,
    PiecewiseWeight as PiecewiseWeight,
    Weight as Weight,
    early_zero_weight as early_zero_weight,
    log_rank_weight as log_rank_weight,
)
from equipoise.design.survival.average_hazard_ratio import (
    AverageHazardRatio as AverageHazardRatio,
    average_hazard_ratio as average_hazard_ratio,
    average_hazard_ratio_design as average_hazard_ratio_design,
)
from equipoise.design.survival.weighted_log_rank import (
    weighted_hazard_ratio as weighted_hazard_ratio,
    weighted_log_rank_design as weighted_log_rank_design,
)
from equipoise.design.survival.large_sample_design import (
    LargeSampleDesign as LargeSampleDesign,
)
from equipoise.design.survival.max_combo import (
    MaxComboDesign as MaxComboDesign,
    max_combo_design as max_combo_design,
)
from equipoise.design.survival.milestone import (
    milestone_design as milestone_design,
)
from equipoise.design.survival.restricted_mean import (
    restricted_mean_design as restricted_mean_design,
)
from equipoise.design.survival.nonproportional_power import (
    NonproportionalPower as NonproportionalPower,
    nonproportional_power as nonproportional_power,
)
from equipoise.design.binary.rates import (
    TwoRates as TwoRates,
)
from equipoise.design.binary.two_arms import (
    BinaryDesign as BinaryDesign,
    binary_design as binary_design,
    detectable_rate as detectable_rate,
    optimal_binary_allocation as optimal_binary_allocation,
)
from equipoise.design.binary.stratified import (
    PairedDesign as PairedDesign,
    RateStratum as RateStratum,
    StratifiedDesign as StratifiedDesign,
    paired_design as paired_design,
    strata_of_odds_ratio as strata_of_odds_ratio,
    stratified_design as stratified_design,
)
from equipoise.design.binary.equivalence import (
    BinaryEquivalenceDesign as BinaryEquivalenceDesign,
    binary_equivalence_design as binary_equivalence_design,
)
from equipoise.design.binary.exact import (
    ExactBinaryDesign as ExactBinaryDesign,
    ExactBinaryQuestion as ExactBinaryQuestion,
    exact_binary_patients as exact_binary_patients,
    exact_binary_power as exact_binary_power,
)
from equipoise.design.binary.exact_equivalence import (
    ExactBinaryEquivalence as ExactBinaryEquivalence,
    exact_binary_equivalence_power as exact_binary_equivalence_power,
)
from equipoise.design.binary.one_arm import (
    OneRateDesign as OneRateDesign,
    OneRateQuestion as OneRateQuestion,
    one_rate_patients as one_rate_patients,
    one_rate_power as one_rate_power,
)
from equipoise.design.binary.one_arm_plan import (
    OneArmDesign as OneArmDesign,
    one_arm_design as one_arm_design,
)
from equipoise.design.binary.two_stage import (
    TwoStage as TwoStage,
    TwoStageDesigns as TwoStageDesigns,
    TwoStageQuestion as TwoStageQuestion,
    simon as simon,
    two_stage as two_stage,
)
from equipoise.design.binary.multi_stage import (
    MultiStage as MultiStage,
    Stages as Stages,
    fleming as fleming,
    multi_stage as multi_stage,
    sequential_probability_ratio as sequential_probability_ratio,
)
from equipoise.design.binary.exact_spending import (
    ExactSpending as ExactSpending,
    ExactSpendingQuestion as ExactSpendingQuestion,
    exact_spending as exact_spending,
)
from equipoise.design.continuous.comparison import (
    MeanComparison as MeanComparison,
    crossover_difference as crossover_difference,
    geometric_mean_ratio as geometric_mean_ratio,
    mean_difference as mean_difference,
    mean_ratio as mean_ratio,
    one_mean as one_mean,
    paired_difference as paired_difference,
)
from equipoise.design.continuous.fixed import (
    detectable_mean_effect as detectable_mean_effect,
    means_patients as means_patients,
    means_power as means_power,
)
from equipoise.design.continuous.plan import (
    MeansDesign as MeansDesign,
    means_design as means_design,
    means_stops as means_stops,
)
from equipoise.design.continuous.equivalence import (
    means_equivalence_patients as means_equivalence_patients,
    means_equivalence_power as means_equivalence_power,
)
from equipoise.design.continuous.equivalence_plan import (
    MeansEquivalenceDesign as MeansEquivalenceDesign,
    means_equivalence_design as means_equivalence_design,
)
from equipoise.design.counts.rates import (
    RateComparison as RateComparison,
    rate_ratio as rate_ratio,
)
from equipoise.design.counts.observation import (
    Observation as Observation,
)
from equipoise.design.counts.plan import (
    CountsDesign as CountsDesign,
    counts_design as counts_design,
    counts_stops as counts_stops,
)
from equipoise.design.counts.solve import (
    optimal_counts_allocation as optimal_counts_allocation,
    optimally_allocated as optimally_allocated,
)
from equipoise.design.multiplicity.graph import (
    Closure as Closure,
    Graph as Graph,
    draw_graph as draw_graph,
    intersection_weights as intersection_weights,
    reject_hypotheses as reject_hypotheses,
)
from equipoise.design.multiplicity.shortcut import (
    GraphTest as GraphTest,
    adjusted_p_values as adjusted_p_values,
    rejection_orders as rejection_orders,
    shortcut_test as shortcut_test,
)
from equipoise.design.multiplicity.closed_test import (
    ClosedTest as ClosedTest,
    HypothesisGroup as HypothesisGroup,
    closed_test as closed_test,
)
from equipoise.design.multiplicity.graph_power import (
    GraphPower as GraphPower,
    graph_power as graph_power,
)
from equipoise.design.multiplicity.group_sequential_graph import (
    HypothesisLevels as HypothesisLevels,
    SequentialGraphTest as SequentialGraphTest,
    alpha_levels as alpha_levels,
    group_sequential_graph as group_sequential_graph,
    planning_table as planning_table,
)
from equipoise.design.multiplicity.repeated_p import (
    HypothesisSchedule as HypothesisSchedule,
    bounds_at_levels as bounds_at_levels,
    efficacy_bounds as efficacy_bounds,
    hypothesis_schedule as hypothesis_schedule,
    repeated_p_values as repeated_p_values,
    sequential_p_value as sequential_p_value,
    stagewise_levels as stagewise_levels,
    z_of_p_values as z_of_p_values,
)
from equipoise.design.multiplicity.procedures import (
    bonferroni as bonferroni,
    fallback as fallback,
    fixed_sequence as fixed_sequence,
    hochberg as hochberg,
    holm as holm,
    hommel as hommel,
    sidak as sidak,
    truncated_procedure as truncated_procedure,
)
from equipoise.design.multiplicity.gatekeeping import (
    HypothesisFamily as HypothesisFamily,
    gatekeeping as gatekeeping,
    two_sequences as two_sequences,
)
from equipoise.design.multiplicity.correlation import (
    nested_correlation as nested_correlation,
    shared_control_correlation as shared_control_correlation,
)
from equipoise.design.multiplicity.dunnett import (
    DunnettPower as DunnettPower,
    dunnett_critical_value as dunnett_critical_value,
    dunnett_factor as dunnett_factor,
    dunnett_p_values as dunnett_p_values,
    dunnett_power as dunnett_power,
)
from equipoise.design.multiplicity.co_primary import (
    JointPower as JointPower,
    co_primary_factor as co_primary_factor,
    joint_power as joint_power,
)
from equipoise.design.multiplicity.multi_arm import (
    MultiArmBounds as MultiArmBounds,
    fewer_arms as fewer_arms,
    multi_arm_bounds as multi_arm_bounds,
    multi_arm_factor as multi_arm_factor,
)
from equipoise.design.multiplicity.multi_arm_power import (
    MultiArmPower as MultiArmPower,
    least_favorable_factor as least_favorable_factor,
    multi_arm_power as multi_arm_power,
)
from equipoise.design.multiplicity.pick_the_winner import (
    WinnerBounds as WinnerBounds,
    WinnerPower as WinnerPower,
    winner_bounds as winner_bounds,
    winner_factor as winner_factor,
    winner_power as winner_power,
)
from equipoise.design.multiplicity.multi_arm_design import (
    ArmEffects as ArmEffects,
    MultiArmDesign as MultiArmDesign,
    hazard_ratio_effects as hazard_ratio_effects,
    mean_effects as mean_effects,
    multi_arm_design as multi_arm_design,
    rate_effects as rate_effects,
)
from equipoise.design.multiplicity.staged_comparisons import (
    StagedComparisons as StagedComparisons,
    staged_comparisons as staged_comparisons,
)
from equipoise.design.multiplicity.adaptive_closed_test import (
    AdaptiveClosedTest as AdaptiveClosedTest,
    adaptive_closed_test as adaptive_closed_test,
)
from equipoise.design.multiplicity.conditional_dunnett import (
    ConditionalDunnett as ConditionalDunnett,
    conditional_dunnett as conditional_dunnett,
)
from equipoise.design.multiplicity.populations import (
    PopulationBounds as PopulationBounds,
    population_bounds as population_bounds,
    remaining_level as remaining_level,
)
from equipoise.design.adaptive.inverse_normal import (
    combination_p as combination_p,
    combined_z as combined_z,
    conditional_error as conditional_error,
)
from equipoise.design.adaptive.fisher import (
    FisherCombination as FisherCombination,
    fisher_combination as fisher_combination,
    fisher_conditional_error as fisher_conditional_error,
    fisher_product_level as fisher_product_level,
)
from equipoise.design.adaptive.adapt import (
    AdaptedTrial as AdaptedTrial,
    adapt as adapt,
)
from equipoise.design.adaptive.promising_zone import (
    PromisingInterim as PromisingInterim,
    PromisingZone as PromisingZone,
    promising_at_interim as promising_at_interim,
    promising_information as promising_information,
    promising_power as promising_power,
    promising_zone as promising_zone,
    rest_for_power as rest_for_power,
)
from equipoise.design.adaptive.blinded import (
    PooledCounts as PooledCounts,
    ReestimatedSize as ReestimatedSize,
    blinded_counts as blinded_counts,
    blinded_probabilities as blinded_probabilities,
    blinded_rates as blinded_rates,
    blinded_standard_deviation as blinded_standard_deviation,
    restrained_size as restrained_size,
)
from equipoise.design.adaptive.priors import (
    EffectPrior as EffectPrior,
    GridPrior as GridPrior,
    MixturePrior as MixturePrior,
    NormalPrior as NormalPrior,
    PooledEvidence as PooledEvidence,
    TruncatedNormalPrior as TruncatedNormalPrior,
    log_ratios as log_ratios,
    pooled_evidence as pooled_evidence,
)
from equipoise.design.adaptive.assurance import (
    Assurance as Assurance,
    InterimResult as InterimResult,
    assurance as assurance,
    assurance_curve as assurance_curve,
)
from equipoise.design.safety.boundary import (
    SafetyBoundary as SafetyBoundary,
    SafetyQuestion as SafetyQuestion,
    draw_safety_boundary as draw_safety_boundary,
    given_safety_boundary as given_safety_boundary,
    safety_boundary as safety_boundary,
)
from equipoise.design.safety.poisson import (
    PoissonBoundary as PoissonBoundary,
    PoissonQuestion as PoissonQuestion,
    poisson_boundary as poisson_boundary,
)
from equipoise.design.counts.one_rate import (
    EventRateDesign as EventRateDesign,
    EventRateQuestion as EventRateQuestion,
    event_rate_patients as event_rate_patients,
    event_rate_power as event_rate_power,
)
