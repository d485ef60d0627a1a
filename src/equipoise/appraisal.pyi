# The types of what `appraisal.py` loads when it is first used.
from equipoise.appraise.claim import (
    ClaimedArm as ClaimedArm,
    ClaimedAtRisk as ClaimedAtRisk,
    ClaimedCount as ClaimedCount,
    ClaimedDifference as ClaimedDifference,
    ClaimedEvents as ClaimedEvents,
    ClaimedFollowUp as ClaimedFollowUp,
    ClaimedMedian as ClaimedMedian,
    ClaimedP as ClaimedP,
    ClaimedPlan as ClaimedPlan,
    ClaimedRate as ClaimedRate,
    ClaimedRatio as ClaimedRatio,
    Claims as Claims,
    Place as Place,
    PrintedInterval as PrintedInterval,
    PrintedNumber as PrintedNumber,
)
from equipoise.appraise.claim_units import (
    in_unit as in_unit,
)
from equipoise.appraise.printed import (
    PrintedError as PrintedError,
    PrintedEstimate as PrintedEstimate,
    printed as printed,
    printed_estimate as printed_estimate,
    printed_interval as printed_interval,
)
from equipoise.appraise.intervals import (
    Range as Range,
    exactly as exactly,
    range_of as range_of,
)
from equipoise.io.claims_read import (
    claims_of_text as claims_of_text,
    read_claims as read_claims,
)
from equipoise.appraise.finding import (
    Finding as Finding,
    Line as Line,
)
from equipoise.appraise.check import (
    Appraisal as Appraisal,
    appraise as appraise,
)
from equipoise.appraise.appraisal_record import (
    appraisal_json as appraisal_json,
    appraisal_record as appraisal_record,
)
from equipoise.appraise.sidedness import (
    SidednessSet as SidednessSet,
    p_of_z as p_of_z,
    sidedness_of as sidedness_of,
    sides_that_fit as sides_that_fit,
)
from equipoise.appraise.relations_counts import (
    counts_that_fit as counts_that_fit,
)
from equipoise.appraise.relations_proportions import (
    ProportionTests as ProportionTests,
    proportion_tests as proportion_tests,
)
from equipoise.appraise.relations_ratio import (
    least_events as least_events,
)
from equipoise.appraise.shrinkage import (
    Shrinkage as Shrinkage,
    shrinkage as shrinkage,
)
from equipoise.appraise.curve import (
    AtRisk as AtRisk,
    Curve as Curve,
    Origin as Origin,
    at_risk_table as at_risk_table,
    claimed_at_risk as claimed_at_risk,
)
from equipoise.appraise.curve_cleaning import (
    cleaned_curve as cleaned_curve,
)
from equipoise.io.curve_file import (
    CurveFile as CurveFile,
    Points as Points,
    read_at_risk as read_at_risk,
    read_curves as read_curves,
)
from equipoise.io.figure_read import (
    FigureCurves as FigureCurves,
    read_figure as read_figure,
)
from equipoise.appraise.reconstruct import (
    Reconstruction as Reconstruction,
    reconstruct as reconstruct,
)
from equipoise.appraise.reconstruct_draws import (
    RatioSpread as RatioSpread,
    Reconstructions as Reconstructions,
    Spread as Spread,
    hazard_ratio_spread as hazard_ratio_spread,
    reconstructions as reconstructions,
)
from equipoise.appraise.reconstruct_fit import (
    Fit as Fit,
    RebuiltComparison as RebuiltComparison,
    compare_rebuilt as compare_rebuilt,
    fit_of as fit_of,
    rows_of as rows_of,
)
from equipoise.appraise.rebuilt import (
    analyze_rebuilt as analyze_rebuilt,
)
from equipoise.appraise.rebuilt_beliefs import (
    beliefs_of as beliefs_of,
)
from equipoise.appraise.rebuilt_values import (
    OverDraws as OverDraws,
    RebuiltAnalysis as RebuiltAnalysis,
    RebuiltBeliefs as RebuiltBeliefs,
    RebuiltFragility as RebuiltFragility,
    RebuiltNumber as RebuiltNumber,
    RebuiltTest as RebuiltTest,
    SetAgainst as SetAgainst,
    over_draws as over_draws,
)
from equipoise.appraise.fragility import (
    Fragility as Fragility,
    outcome_fragility as outcome_fragility,
    reassignment_fragility as reassignment_fragility,
)
from equipoise.appraise.fragility_tables import (
    TableChange as TableChange,
    TableFragility as TableFragility,
    table_fragility as table_fragility,
)
from equipoise.appraise.pooling_studies import (
    StudyEffect as StudyEffect,
    StudyTable as StudyTable,
    study_from_difference as study_from_difference,
    study_from_estimate as study_from_estimate,
    study_from_events as study_from_events,
    study_from_ratio as study_from_ratio,
    study_from_table as study_from_table,
)
from equipoise.appraise.heterogeneity import (
    Heterogeneity as Heterogeneity,
)
from equipoise.appraise.pooling import (
    Pooled as Pooled,
    pool as pool,
)
from equipoise.appraise.pooling_tables import (
    pool_tables as pool_tables,
)
from equipoise.appraise.pooling_sensitivity import (
    Influence as Influence,
    WithoutStudy as WithoutStudy,
    cumulative as cumulative,
    influence as influence,
    leave_one_out as leave_one_out,
)
from equipoise.appraise.pooling_regression import (
    Coefficient as Coefficient,
    MetaRegression as MetaRegression,
    Subgroups as Subgroups,
    meta_regression as meta_regression,
    subgroups as subgroups,
)
from equipoise.appraise.pooling_asymmetry import (
    FunnelAsymmetry as FunnelAsymmetry,
    funnel_asymmetry as funnel_asymmetry,
)
from equipoise.appraise.pooling_trim import (
    TrimmedAndFilled as TrimmedAndFilled,
    trim_and_fill as trim_and_fill,
)
from equipoise.appraise.network_studies import (
    ArmContrast as ArmContrast,
    NetworkStudy as NetworkStudy,
    several_arm_study as several_arm_study,
    two_arm_study as two_arm_study,
)
from equipoise.appraise.network import (
    Network as Network,
    NetworkHeterogeneity as NetworkHeterogeneity,
    network as network,
)
from equipoise.appraise.network_consistency import (
    Decomposition as Decomposition,
    QPart as QPart,
    SplitComparison as SplitComparison,
    decompose as decompose,
    split_comparisons as split_comparisons,
)
from equipoise.appraise.indirect import (
    IndirectComparison as IndirectComparison,
    bucher as bucher,
)
from equipoise.appraise.indirect_weights import (
    Balance as Balance,
    MatchingWeights as MatchingWeights,
    TargetCovariate as TargetCovariate,
    matching_weights as matching_weights,
)
from equipoise.appraise.indirect_matched import (
    Bootstrap as Bootstrap,
    MatchedComparison as MatchedComparison,
    anchored_comparison as anchored_comparison,
    unanchored_comparison as unanchored_comparison,
)
from equipoise.io.pooling_file import (
    read_pooling as read_pooling,
    read_pooling_file as read_pooling_file,
)
from equipoise.appraise.pooling_asked import (
    NetworkAsked as NetworkAsked,
    PoolAsked as PoolAsked,
    PoolsAsked as PoolsAsked,
    network_as_asked as network_as_asked,
    pooled_as_asked as pooled_as_asked,
)
from equipoise.appraise.pooling_answers import (
    NetworkAnswer as NetworkAnswer,
    OtherMethod as OtherMethod,
    PoolAnswer as PoolAnswer,
    PooledEvidence as PooledEvidence,
    answered as answered,
    network_answer as network_answer,
    pool_answer as pool_answer,
)
from equipoise.appraise.pooling_record import (
    pooled_evidence_record as pooled_evidence_record,
)
