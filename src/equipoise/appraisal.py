"""Everything that appraising what others published takes, each loaded when it is first used.

    from equipoise.appraisal import analyze_rebuilt, outcome_fragility, pool, printed

`docs/appraisal.md` lists everything by task; `appraisal.pyi` tells the types of the same names.
"""

from equipoise.offered import loader

HOME = {  # module → what it offers
    "appraise.claims.claim": (
        "ClaimedArm ClaimedAtRisk ClaimedCount ClaimedDifference ClaimedEvents ClaimedFollowUp "
        "ClaimedMedian ClaimedP ClaimedPlan ClaimedRate ClaimedRatio Claims Place PrintedInterval "
        "PrintedNumber"
    ),
    "appraise.claims.units": "in_unit",
    "appraise.claims.printed": (
        "PrintedError PrintedEstimate printed printed_estimate printed_interval"
    ),
    "appraise.claims.intervals": "Range exactly range_of",
    "io.claims.read": "claims_of_text read_claims",
    "appraise.checks.finding": "Finding Line",
    "appraise.checks.check": "Appraisal appraise",
    "appraise.checks.record": "appraisal_json appraisal_record",
    "appraise.checks.sidedness": "SidednessSet p_of_z sidedness_of sides_that_fit",
    "appraise.relations.counts": "counts_that_fit",
    "appraise.relations.proportions": "ProportionTests proportion_tests",
    "appraise.relations.ratio": "least_events",
    "appraise.checks.shrinkage": "Shrinkage shrinkage",
    "appraise.curves.curve": "AtRisk Curve Origin at_risk_table claimed_at_risk",
    "appraise.curves.cleaning": "cleaned_curve",
    "io.figures.curve_file": "CurveFile Points read_at_risk read_curves",
    "io.figures.read": "FigureCurves read_figure",
    "appraise.curves.reconstruct": "Reconstruction reconstruct",
    "appraise.curves.draws": (
        "RatioSpread Reconstructions Spread hazard_ratio_spread reconstructions"
    ),
    "appraise.curves.fit": "Fit RebuiltComparison compare_rebuilt fit_of rows_of",
    "appraise.rebuilt.analysis": "analyze_rebuilt",
    "appraise.rebuilt.beliefs": "beliefs_of",
    "io.figures.published_figure": "FigureOptions read_published",
    "appraise.rebuilt.figure": "PublishedArm PublishedFigure RebuildAsked",
    "evidence.arm_roles": "roles_of",
    "appraise.rebuilt.making": "rebuild_trial",
    "appraise.rebuilt.trial": "ArmNumber ArmRoles RebuiltArm RebuiltContrast RebuiltTrial",
    "appraise.rebuilt.record": "rebuilt_record",
    "io.rebuilt_patients": "rebuilt_files",
    "appraise.rebuilt.values": (
        "OverDraws RebuiltAnalysis RebuiltBeliefs RebuiltFragility RebuiltNumber RebuiltTest "
        "SetAgainst over_draws"
    ),
    "appraise.rebuilt.fragility": "Fragility outcome_fragility reassignment_fragility",
    "appraise.rebuilt.fragility_tables": "TableChange TableFragility table_fragility",
    "appraise.pooling.studies": (
        "StudyEffect StudyTable study_from_difference study_from_estimate study_from_events "
        "study_from_ratio study_from_table"
    ),
    "appraise.pooling.printed": "study_from_printed",
    "appraise.pooling.heterogeneity": "Heterogeneity",
    "appraise.pooling.pool": "Pooled pool",
    "appraise.pooling.tables": "pool_tables",
    "appraise.pooling.sensitivity": ("Influence WithoutStudy cumulative influence leave_one_out"),
    "appraise.pooling.regression": (
        "Coefficient MetaRegression Subgroups meta_regression subgroups"
    ),
    "appraise.pooling.asymmetry": "FunnelAsymmetry funnel_asymmetry",
    "appraise.pooling.trim": "TrimmedAndFilled trim_and_fill",
    "appraise.network.studies": "ArmContrast NetworkStudy several_arm_study two_arm_study",
    "appraise.network.network": "Network NetworkHeterogeneity network",
    "appraise.network.consistency": (
        "Decomposition QPart SplitComparison decompose split_comparisons"
    ),
    "appraise.indirect.bucher": "IndirectComparison bucher",
    "appraise.indirect.weights": "Balance MatchingWeights TargetCovariate matching_weights",
    "appraise.indirect.matched": (
        "Bootstrap MatchedComparison anchored_comparison unanchored_comparison"
    ),
    "io.pooling.file": "read_pooling read_pooling_file",
    "appraise.pooling.asked": (
        "NetworkAsked PoolAsked PoolsAsked network_as_asked pooled_as_asked"
    ),
    "appraise.pooling.answers": (
        "NetworkAnswer OtherMethod PoolAnswer PooledEvidence answered network_answer pool_answer"
    ),
    "appraise.pooling.record": "pooled_evidence_record",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/appraisal.md")


def __dir__() -> list[str]:
    return sorted(__all__)
