"""Everything that appraising what others published takes, each loaded when it is first used.

    from equipoise.appraisal import analyze_rebuilt, outcome_fragility, pool, printed

`docs/appraisal.md` lists everything by task; `appraisal.pyi` tells the types of the same names.
"""

from equipoise.offered import loader

HOME = {  # module → what it offers
    "appraise.claim": (
        "ClaimedArm ClaimedAtRisk ClaimedCount ClaimedDifference ClaimedEvents ClaimedFollowUp "
        "ClaimedMedian ClaimedP ClaimedPlan ClaimedRate ClaimedRatio Claims Place PrintedInterval "
        "PrintedNumber"
    ),
    "appraise.claim_units": "in_unit",
    "appraise.printed": ("PrintedError PrintedEstimate printed printed_estimate printed_interval"),
    "appraise.intervals": "Range exactly range_of",
    "io.claims_read": "claims_of_text read_claims",
    "appraise.finding": "Finding Line",
    "appraise.check": "Appraisal appraise",
    "appraise.appraisal_record": "appraisal_json appraisal_record",
    "appraise.sidedness": "SidednessSet p_of_z sidedness_of sides_that_fit",
    "appraise.relations_counts": "counts_that_fit",
    "appraise.relations_proportions": "ProportionTests proportion_tests",
    "appraise.relations_ratio": "least_events",
    "appraise.shrinkage": "Shrinkage shrinkage",
    "appraise.curve": "AtRisk Curve Origin at_risk_table claimed_at_risk",
    "appraise.curve_cleaning": "cleaned_curve",
    "io.curve_file": "CurveFile Points read_at_risk read_curves",
    "io.figure_read": "FigureCurves read_figure",
    "appraise.reconstruct": "Reconstruction reconstruct",
    "appraise.reconstruct_draws": (
        "RatioSpread Reconstructions Spread hazard_ratio_spread reconstructions"
    ),
    "appraise.reconstruct_fit": "Fit RebuiltComparison compare_rebuilt fit_of rows_of",
    "appraise.rebuilt": "analyze_rebuilt",
    "appraise.rebuilt_beliefs": "beliefs_of",
    "appraise.rebuilt_values": (
        "OverDraws RebuiltAnalysis RebuiltBeliefs RebuiltFragility RebuiltNumber RebuiltTest "
        "SetAgainst over_draws"
    ),
    "appraise.fragility": "Fragility outcome_fragility reassignment_fragility",
    "appraise.fragility_tables": "TableChange TableFragility table_fragility",
    "appraise.pooling_studies": (
        "StudyEffect StudyTable study_from_difference study_from_estimate study_from_events "
        "study_from_ratio study_from_table"
    ),
    "appraise.heterogeneity": "Heterogeneity",
    "appraise.pooling": "Pooled pool",
    "appraise.pooling_tables": "pool_tables",
    "appraise.pooling_sensitivity": ("Influence WithoutStudy cumulative influence leave_one_out"),
    "appraise.pooling_regression": (
        "Coefficient MetaRegression Subgroups meta_regression subgroups"
    ),
    "appraise.pooling_asymmetry": "FunnelAsymmetry funnel_asymmetry",
    "appraise.pooling_trim": "TrimmedAndFilled trim_and_fill",
    "appraise.network_studies": "ArmContrast NetworkStudy several_arm_study two_arm_study",
    "appraise.network": "Network NetworkHeterogeneity network",
    "appraise.network_consistency": (
        "Decomposition QPart SplitComparison decompose split_comparisons"
    ),
    "appraise.indirect": "IndirectComparison bucher",
    "appraise.indirect_weights": "Balance MatchingWeights TargetCovariate matching_weights",
    "appraise.indirect_matched": (
        "Bootstrap MatchedComparison anchored_comparison unanchored_comparison"
    ),
    "io.pooling_file": "read_pooling read_pooling_file",
    "appraise.pooling_asked": (
        "NetworkAsked PoolAsked PoolsAsked network_as_asked pooled_as_asked"
    ),
    "appraise.pooling_answers": (
        "NetworkAnswer OtherMethod PoolAnswer PooledEvidence answered network_answer pool_answer"
    ),
    "appraise.pooling_record": "pooled_evidence_record",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/appraisal.md")


def __dir__() -> list[str]:
    return sorted(__all__)
