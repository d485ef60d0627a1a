# The types of what `appraisal.py` loads when it is first used.
from equipoise.appraise.claims.claim import (
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
from equipoise.appraise.claims.units import (
    in_unit as in_unit,
)
from equipoise.appraise.claims.printed import (
    PrintedError as PrintedError,
    PrintedEstimate as PrintedEstimate,
    printed as printed,
    printed_estimate as printed_estimate,
    printed_interval as printed_interval,
)
from equipoise.appraise.claims.intervals import (
    Range as Range,
    exactly as exactly,
    range_of as range_of,
)
from equipoise.io.claims.read import (
    claims_of_text as claims_of_text,
    read_claims as read_claims,
)
from equipoise.appraise.checks.finding import (
    Finding as Finding,
    Line as Line,
)
from equipoise.appraise.checks.check import (
    Appraisal as Appraisal,
    appraise as appraise,
)
from equipoise.appraise.checks.record import (
    appraisal_json as appraisal_json,
    appraisal_record as appraisal_record,
)
from equipoise.appraise.checks.sidedness import (
    SidednessSet as SidednessSet,
    p_of_z as p_of_z,
    sidedness_of as sidedness_of,
    sides_that_fit as sides_that_fit,
)
from equipoise.appraise.relations.counts import (
    counts_that_fit as counts_that_fit,
)
from equipoise.appraise.relations.proportions import (
    ProportionTests as ProportionTests,
    proportion_tests as proportion_tests,
)
from equipoise.appraise.relations.ratio import (
    least_events as least_events,
)
from equipoise.appraise.checks.shrinkage import (
    Shrinkage as Shrinkage,
    shrinkage as shrinkage,
)
from equipoise.appraise.curves.curve import (
    AtRisk as AtRisk,
    Curve as Curve,
    Origin as Origin,
    at_risk_table as at_risk_table,
    claimed_at_risk as claimed_at_risk,
)
from equipoise.appraise.curves.cleaning import (
    cleaned_curve as cleaned_curve,
)
from equipoise.io.figures.curve_file import (
    CurveFile as CurveFile,
    Points as Points,
    read_at_risk as read_at_risk,
    read_curves as read_curves,
)
from equipoise.io.figures.read import (
    FigureCurves as FigureCurves,
    read_figure as read_figure,
)
from equipoise.appraise.curves.reconstruct import (
    Reconstruction as Reconstruction,
    reconstruct as reconstruct,
)
from equipoise.appraise.curves.draws import (
    RatioSpread as RatioSpread,
    Reconstructions as Reconstructions,
    Spread as Spread,
    hazard_ratio_spread as hazard_ratio_spread,
    reconstructions as reconstructions,
)
from equipoise.appraise.curves.fit import (
    Fit as Fit,
    RebuiltComparison as RebuiltComparison,
    compare_rebuilt as compare_rebuilt,
    fit_of as fit_of,
    rows_of as rows_of,
)
from equipoise.appraise.rebuilt.analysis import (
    analyze_rebuilt as analyze_rebuilt,
)
from equipoise.appraise.rebuilt.beliefs import (
    beliefs_of as beliefs_of,
)
from equipoise.io.figures.published_figure import (
    FigureOptions as FigureOptions,
    read_published as read_published,
)
from equipoise.appraise.rebuilt.figure import (
    PublishedArm as PublishedArm,
    PublishedFigure as PublishedFigure,
    RebuildAsked as RebuildAsked,
)
from equipoise.evidence.arm_roles import (
    roles_of as roles_of,
)
from equipoise.appraise.rebuilt.making import (
    rebuild_trial as rebuild_trial,
)
from equipoise.appraise.rebuilt.trial import (
    ArmNumber as ArmNumber,
    ArmRoles as ArmRoles,
    RebuiltArm as RebuiltArm,
    RebuiltContrast as RebuiltContrast,
    RebuiltTrial as RebuiltTrial,
)
from equipoise.appraise.rebuilt.record import (
    rebuilt_record as rebuilt_record,
)
from equipoise.io.rebuilt_patients import (
    rebuilt_files as rebuilt_files,
)
from equipoise.appraise.rebuilt.values import (
    OverDraws as OverDraws,
    RebuiltAnalysis as RebuiltAnalysis,
    RebuiltBeliefs as RebuiltBeliefs,
    RebuiltFragility as RebuiltFragility,
    RebuiltNumber as RebuiltNumber,
    RebuiltTest as RebuiltTest,
    SetAgainst as SetAgainst,
    over_draws as over_draws,
)
from equipoise.appraise.rebuilt.fragility import (
    Fragility as Fragility,
    outcome_fragility as outcome_fragility,
    reassignment_fragility as reassignment_fragility,
)
from equipoise.appraise.rebuilt.fragility_tables import (
    TableChange as TableChange,
    TableFragility as TableFragility,
    table_fragility as table_fragility,
)
from equipoise.appraise.pooling.studies import (
    StudyEffect as StudyEffect,
    StudyTable as StudyTable,
    study_from_difference as study_from_difference,
    study_from_estimate as study_from_estimate,
    study_from_events as study_from_events,
    study_from_ratio as study_from_ratio,
    study_from_table as study_from_table,
)
from equipoise.appraise.pooling.printed import (
    study_from_printed as study_from_printed,
)
from equipoise.appraise.pooling.heterogeneity import (
    Heterogeneity as Heterogeneity,
)
from equipoise.appraise.pooling.pool import (
    Pooled as Pooled,
    pool as pool,
)
from equipoise.appraise.pooling.tables import (
    pool_tables as pool_tables,
)
from equipoise.appraise.pooling.sensitivity import (
    Influence as Influence,
    WithoutStudy as WithoutStudy,
    cumulative as cumulative,
    influence as influence,
    leave_one_out as leave_one_out,
)
from equipoise.appraise.pooling.regression import (
    Coefficient as Coefficient,
    MetaRegression as MetaRegression,
    Subgroups as Subgroups,
    meta_regression as meta_regression,
    subgroups as subgroups,
)
from equipoise.appraise.pooling.asymmetry import (
    FunnelAsymmetry as FunnelAsymmetry,
    funnel_asymmetry as funnel_asymmetry,
)
from equipoise.appraise.pooling.trim import (
    TrimmedAndFilled as TrimmedAndFilled,
    trim_and_fill as trim_and_fill,
)
from equipoise.appraise.network.studies import (
    ArmContrast as ArmContrast,
    NetworkStudy as NetworkStudy,
    several_arm_study as several_arm_study,
    two_arm_study as two_arm_study,
)
from equipoise.appraise.network.network import (
    Network as Network,
    NetworkHeterogeneity as NetworkHeterogeneity,
    network as network,
)
from equipoise.appraise.network.consistency import (
    Decomposition as Decomposition,
    QPart as QPart,
    SplitComparison as SplitComparison,
    decompose as decompose,
    split_comparisons as split_comparisons,
)
from equipoise.appraise.indirect.bucher import (
    IndirectComparison as IndirectComparison,
    bucher as bucher,
)
from equipoise.appraise.indirect.weights import (
    Balance as Balance,
    MatchingWeights as MatchingWeights,
    TargetCovariate as TargetCovariate,
    matching_weights as matching_weights,
)
from equipoise.appraise.indirect.matched import (
    Bootstrap as Bootstrap,
    MatchedComparison as MatchedComparison,
    anchored_comparison as anchored_comparison,
    unanchored_comparison as unanchored_comparison,
)
from equipoise.io.pooling.file import (
    read_pooling as read_pooling,
    read_pooling_file as read_pooling_file,
)
from equipoise.appraise.pooling.asked import (
    NetworkAsked as NetworkAsked,
    PoolAsked as PoolAsked,
    PoolsAsked as PoolsAsked,
    network_as_asked as network_as_asked,
    pooled_as_asked as pooled_as_asked,
)
from equipoise.appraise.pooling.answers import (
    NetworkAnswer as NetworkAnswer,
    OtherMethod as OtherMethod,
    PoolAnswer as PoolAnswer,
    PooledEvidence as PooledEvidence,
    answered as answered,
    network_answer as network_answer,
    pool_answer as pool_answer,
)
from equipoise.appraise.pooling.record import (
    pooled_evidence_record as pooled_evidence_record,
)
