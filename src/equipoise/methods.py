"""Every method in one place, each loaded when it is first used.

    from equipoise.methods import kaplan_meier, log_rank, cox

`docs/python.md` lists them by task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.offered import loader

if TYPE_CHECKING:
    from equipoise.analyze.cox import cox
    from equipoise.analyze.cox_diagnostics import (
        cumulative_hazards,
        deviance_residuals,
        dfbeta,
        martingale_residuals,
        schoenfeld_residuals,
        score_residuals,
    )
    from equipoise.analyze.cox_fit import CoxFit
    from equipoise.analyze.cumulative_incidence import (
        CumulativeIncidence,
        cumulative_incidence,
        cumulative_incidence_difference,
    )
    from equipoise.analyze.estimates import Absent, Estimate, Interval, TestResult
    from equipoise.analyze.follow_up import reverse_kaplan_meier
    from equipoise.analyze.gray import gray_test
    from equipoise.analyze.kaplan_meier import SurvivalCurve, kaplan_meier
    from equipoise.analyze.landmark import landmark_difference, landmark_test
    from equipoise.analyze.log_rank import LogRank, log_rank
    from equipoise.analyze.max_combo import MaxCombo, max_combo
    from equipoise.analyze.means import ancova, mean_estimate, one_way, summarize, welch_difference
    from equipoise.analyze.proportional_hazards import (
        ProportionalHazards,
        proportional_hazards_test,
    )
    from equipoise.analyze.proportions import (
        agresti_caffo_difference,
        chi_square,
        fisher_exact,
        mee_difference,
        miettinen_nurminen_difference,
        miettinen_nurminen_test,
        newcombe_difference,
        proportion,
        proportion_interval,
        wald_difference,
    )
    from equipoise.analyze.ratios import (
        exact_odds_ratio,
        odds_ratio,
        risk_ratio,
        score_odds_ratio,
        score_risk_ratio,
    )
    from equipoise.analyze.restricted_mean import largest_common_time, restricted_mean_difference
    from equipoise.analyze.stratified_proportions import (
        cochran_mantel_haenszel,
        common_difference,
        common_odds_ratio,
        common_risk_ratio,
        stratified_miettinen_nurminen,
        stratified_miettinen_nurminen_test,
        stratified_tables,
    )

HOME = {  # module of `equipoise.analyze` → what it offers
    "cox": ("cox",),
    "cox_diagnostics": (
        "cumulative_hazards",
        "deviance_residuals",
        "dfbeta",
        "martingale_residuals",
        "schoenfeld_residuals",
        "score_residuals",
    ),
    "cox_fit": ("CoxFit",),
    "cumulative_incidence": (
        "CumulativeIncidence",
        "cumulative_incidence",
        "cumulative_incidence_difference",
    ),
    "estimates": ("Absent", "Estimate", "Interval", "TestResult"),
    "follow_up": ("reverse_kaplan_meier",),
    "gray": ("gray_test",),
    "kaplan_meier": ("SurvivalCurve", "kaplan_meier"),
    "landmark": ("landmark_difference", "landmark_test"),
    "log_rank": ("LogRank", "log_rank"),
    "max_combo": ("MaxCombo", "max_combo"),
    "means": ("ancova", "mean_estimate", "one_way", "summarize", "welch_difference"),
    "proportional_hazards": ("ProportionalHazards", "proportional_hazards_test"),
    "proportions": (
        "agresti_caffo_difference",
        "chi_square",
        "fisher_exact",
        "mee_difference",
        "miettinen_nurminen_difference",
        "miettinen_nurminen_test",
        "newcombe_difference",
        "proportion",
        "proportion_interval",
        "wald_difference",
    ),
    "ratios": (
        "exact_odds_ratio",
        "odds_ratio",
        "risk_ratio",
        "score_odds_ratio",
        "score_risk_ratio",
    ),
    "restricted_mean": ("largest_common_time", "restricted_mean_difference"),
    "stratified_proportions": (
        "cochran_mantel_haenszel",
        "common_difference",
        "common_odds_ratio",
        "common_risk_ratio",
        "stratified_miettinen_nurminen",
        "stratified_miettinen_nurminen_test",
        "stratified_tables",
    ),
}
MODULE_OF = {
    name: f"equipoise.analyze.{module}" for module, names in HOME.items() for name in names
}

__all__ = [
    "Absent",
    "CoxFit",
    "CumulativeIncidence",
    "Estimate",
    "Interval",
    "LogRank",
    "MaxCombo",
    "ProportionalHazards",
    "SurvivalCurve",
    "TestResult",
    "agresti_caffo_difference",
    "ancova",
    "chi_square",
    "cochran_mantel_haenszel",
    "common_difference",
    "common_odds_ratio",
    "common_risk_ratio",
    "cox",
    "cumulative_hazards",
    "cumulative_incidence",
    "cumulative_incidence_difference",
    "deviance_residuals",
    "dfbeta",
    "exact_odds_ratio",
    "fisher_exact",
    "gray_test",
    "kaplan_meier",
    "landmark_difference",
    "landmark_test",
    "largest_common_time",
    "log_rank",
    "martingale_residuals",
    "max_combo",
    "mean_estimate",
    "mee_difference",
    "miettinen_nurminen_difference",
    "miettinen_nurminen_test",
    "newcombe_difference",
    "odds_ratio",
    "one_way",
    "proportion",
    "proportion_interval",
    "proportional_hazards_test",
    "restricted_mean_difference",
    "reverse_kaplan_meier",
    "risk_ratio",
    "schoenfeld_residuals",
    "score_odds_ratio",
    "score_residuals",
    "score_risk_ratio",
    "stratified_miettinen_nurminen",
    "stratified_miettinen_nurminen_test",
    "stratified_tables",
    "summarize",
    "wald_difference",
    "welch_difference",
]


__getattr__ = loader(globals(), MODULE_OF, "docs/python.md")


def __dir__() -> list[str]:
    return sorted(__all__)
