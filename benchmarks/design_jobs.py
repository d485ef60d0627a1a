"""Which designs are timed, what each must not exceed, and who is asked."""

from typing import NamedTuple

from jobs import OURS


class Job(NamedTuple):
    """A question put alike to every library that can answer it."""

    title: str
    asked: str
    peers: tuple[str, ...]
    goal: float | None = None  # seconds of processor time, warm


ALL = ("gsDesign", "lrstat", "rpact", "gsDesign2", "sequential-analysis")  # that draw bounds
EARLY = "O'Brien-Fleming-type spending of one-sided 0.025"
DELAYED = (
    "enrollment of 5, 10, 20 a month over 2, 2, 8 months, control median 12 months, hazard ratio "
    "1 for 4 months and then 0.6, dropout 0.001 a month, 36 months in all"
)

JOBS = {
    "looks_3": Job(
        "3 looks",
        f"{EARLY}, non-binding HSD(-2) futility, power 0.9.",
        peers=ALL,
        goal=0.005,
    ),
    "looks_10": Job(
        "10 looks",
        f"{EARLY}, non-binding HSD(-2) futility, power 0.9.",
        peers=ALL,
        goal=0.020,
    ),
    "looks_50": Job(
        "50 looks, efficacy only",
        f"{EARLY}, power 0.9. sequential-analysis takes more than a minute.",
        peers=ALL[:-1],
    ),
    "binding_5": Job(
        "5 looks, binding futility",
        f"{EARLY}, binding HSD(-2), power 0.9.",
        peers=("gsDesign", "rpact", "gsDesign2"),
    ),
    "two_sided_5": Job(
        "5 looks, two-sided",
        "Symmetric O'Brien-Fleming-type 0.05, power 0.9.",
        peers=("gsDesign", "rpact", "sequential-analysis"),
    ),
    "crossing_10": Job(
        "Chances of crossing given bounds, 10 looks",
        "Upper and lower bounds as given, under drift 3. Python's gsdesign has only the steps of "
        "the integration; the loop over the looks and the sum beyond a bound are ours.",
        peers=("gsDesign", "lrstat", "gsDesign2", "gsdesign (Python)"),
    ),
    "survival_size": Job(
        "Group-sequential survival sample size, piecewise everything",
        "3 looks at 0.5, 0.75, 1 (O'Brien-Fleming-type, non-binding HSD(-2)); hazard 0.06, 0.05, "
        "0.03 from months 0, 6, 12, ratio 0.7; enrollment in proportions 5, 10, 20 from months 0, "
        "3, 6 to 24; dropout 0.003 and 0.005; 12 months of follow-up; Schoenfeld; power 0.9. "
        "gsDesign times interim looks by the control arm's dropout in both arms.",
        peers=("gsDesign", "lrstat", "rpact"),
        goal=0.015,
    ),
    "average_hazard_ratio": Job(
        "Average hazard ratio, 3 looks",
        f"{DELAYED}; looks at months 12, 24, 36, O'Brien-Fleming-type and non-binding HSD(-2), "
        "power 0.9. gsDesign2 puts the first look on another scale than the later ones.",
        peers=("gsDesign2",),
    ),
    "weighted_log_rank": Job(
        "Power of a weighted log-rank test, 3 looks",
        f"Fleming-Harrington(0, 1); {DELAYED}; looks at 0.5, 0.75, 1 of the information (given "
        "to gsDesign2 as the calendar times where that is), O'Brien-Fleming-type, efficacy only.",
        peers=("lrstat", "gsDesign2"),
    ),
    "max_combo": Job(
        "MaxCombo, fixed",
        f"Fleming-Harrington(0, 0), (0, ½), (½, ½); {DELAYED}; power 0.9.",
        peers=("gsDesign2",),
    ),
    "max_combo_3": Job(
        "MaxCombo, 3 looks",
        "Log-rank at months 12 and 24, also (0, ½) and (½, ½) at 36; O'Brien-Fleming-type alpha "
        f"and non-binding beta; {DELAYED}; power 0.9.",
        peers=("gsDesign2",),
    ),
    "restricted_mean": Job(
        "Restricted mean, fixed",
        f"To 24 months; {DELAYED}; power 0.9.",
        peers=("lrstat", "gsDesign2"),
    ),
    "milestone": Job(
        "Milestone survival, fixed",
        f"At 24 months; {DELAYED}; power 0.9.",
        peers=("lrstat", "gsDesign2"),
    ),
    "proportions_3": Job(
        "Two proportions, 3 looks",
        "0.3 against 0.5, pooled variance under the null, O'Brien-Fleming-type, non-binding "
        "HSD(-2), power 0.9. rpact inflates the fixed size, lrstat asks for its null variance at "
        "every look: each is compared with our answer of its kind (ours is timed as rpact's).",
        peers=("lrstat", "rpact"),
    ),
    "exact_power": Job(
        "Exact power of Fisher's test",
        "0.2 against 0.5, 100 patients an arm, two-sided 0.05.",
        peers=("lrstat",),
    ),
    "exact_size": Job(
        "Sample size for Fisher's test",
        "0.2 against 0.5, two-sided 0.05, power 0.8.",
        peers=("lrstat",),
    ),
    "simon": Job(
        "Simon's two stages",
        "0.1 against 0.3, alpha 0.05, power 0.8, up to 50 patients.",
        peers=("lrstat",),
    ),
    "t_test_3": Job(
        "t-test, 3 looks",
        "Half a standard deviation, O'Brien-Fleming-type, non-binding HSD(-2), power 0.9. lrstat "
        "takes another approximation to the power of a sequential t-test.",
        peers=("lrstat", "rpact"),
    ),
    "counts_3": Job(
        "Negative binomial rates, 3 looks",
        "1.0 against 0.7 events a year, dispersion 0.8, enrollment over 1 year, 1 year for the "
        "last, looks at 0.5, 0.75, 1 (O'Brien-Fleming-type, non-binding HSD(-2)), power 0.9.",
        peers=("lrstat", "rpact"),
    ),
    "shortcut_6": Job(
        "Graph of 6 hypotheses, shortcut",
        "Three doses, each with two endpoints.",
        peers=("lrstat", "graphicalMCP"),
    ),
    "shortcut_many": Job(
        "The same graph for 10,000 sets of p-values",
        "As a simulation asks. graphicalMCP has it only inside its simulation of power.",
        peers=("lrstat",),
    ),
    "closure_8": Job(
        "Graph of 8 hypotheses, closure by Bonferroni",
        "255 intersections.",
        peers=("graphicalMCP",),
    ),
    "simes_8": Job(
        "Graph of 8 hypotheses, closure by Simes",
        "255 intersections.",
        peers=("lrstat", "graphicalMCP"),
    ),
    "parametric_5": Job(
        "Graph of 5 hypotheses, parametric closure",
        "Equal shares, all correlations ½.",
        peers=("lrstat", "graphicalMCP"),
    ),
}

ADAPTERS = {  # label in the tables → module in adapters/ (None: an R package), with_ left off
    OURS: "equipoise_design",
    "gsDesign": None,
    "lrstat": None,
    "rpact": None,
    "gsDesign2": None,
    "graphicalMCP": None,
    "sequential-analysis": "sequential_analysis",
    "gsdesign (Python)": "gsdesign",
}
R_PACKAGES = tuple(label for label, adapter in ADAPTERS.items() if adapter is None)
DISTRIBUTIONS = ("equipoise", "sequential-analysis", "gsdesign", "numpy", "scipy")
