"""A whole `TrialAnalysis` written by hand: three arms, every kind of endpoint, absent values.

The follow-up is drawn once from a fixed seed and summarized by the plainest loop there is, so
that curves, rates and numbers at risk agree with each other.  Estimates that only need to be
printed (hazard ratios, tests) are literal.
"""

from dataclasses import replace

import numpy as np

from equipoise.analyze.estimates import Absent, Estimate, Finding, Interval, TestResult
from equipoise.analyze.results import (
    AdverseEventAnalysis,
    AdverseEventCount,
    AdverseEventRow,
    ArmIncidence,
    ArmMean,
    ArmProportion,
    ArmSurvival,
    BaselineRow,
    BinaryAnalysis,
    BinaryComparison,
    CategoricalSummary,
    CauseIncidence,
    CompetingRisksAnalysis,
    CompetingRisksComparison,
    ContinuousAnalysis,
    ContinuousComparison,
    ContinuousSummary,
    Curve,
    DifferenceAt,
    FollowUp,
    RateAt,
    RestrictedMeanComparison,
    SubgroupEffect,
    SubgroupInteraction,
    TimeToEventAnalysis,
    TimeToEventComparison,
    TrialAnalysis,
    Verdict,
)
from equipoise.analyze.snapshot import Disposition, Exclusion, Snapshot, Source, Subjects
from equipoise.kernel.arrays import codes, vector
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, TimeToEvent
from equipoise.protocol.estimands import Estimand, IntercurrentEvent, Strategy, Summary
from equipoise.protocol.trial import (
    AnalysisPlan,
    Arm,
    Comparison,
    Hypothesis,
    Population,
    Protocol,
    Test,
    TestMethod,
    Trial,
    Variable,
)

MONTH = 365.25 / 12
ARMS = (
    Arm("observation", "Observation", "control"),
    Arm("levamisole", "Levamisole", "experimental"),
    Arm("combined", "Levamisole plus fluorouracil", "experimental"),
)
COMPARISONS = (
    Comparison("combined", "Levamisole plus fluorouracil v observation", "combined", "observation"),
    Comparison("levamisole", "Levamisole v observation", "levamisole", "observation"),
)
ITT = Population("itt", "All randomized patients")
SAFETY = Population("safety", "All treated patients", arms="received")
SIZES = {"observation": 315, "levamisole": 310, "combined": 304}
VARIABLES = (
    Variable("age", "Age", "continuous", unit="years"),
    Variable("sex", "Sex", "categorical", ("Female", "Male")),
    Variable("nodes", "More than four positive nodes", "categorical", ("No", "Yes")),
    Variable("differ", "Differentiation", "categorical", ("Well", "Moderate", "Poor")),
)
DFS = TimeToEvent("dfs", "Disease-free survival", ("recurrence", "death"))
OS = TimeToEvent("os", "Overall survival", ("death",))
RECURRENCE = TimeToEvent("recurrence", "Recurrence", ("recurrence",), ("death without recurrence",))
RESPONSE = Binary("mrd", "Undetectable tumor DNA")
SCORE = Continuous("qol", "Quality of life at 12 months", "points", baseline="age")
SAFETY_EVENTS = AdverseEvents("ae", "Adverse events")
EVERYONE = tuple(arm.id for arm in ARMS)


def protocol() -> Protocol:
    """Three arms, two comparisons, five questions."""
    stoma = IntercurrentEvent("start of another anticancer treatment", Strategy.TREATMENT_POLICY)
    estimands = (
        Estimand(
            "dfs",
            "Disease-free survival, all randomized",
            "dfs",
            "itt",
            EVERYONE,
            Summary.HAZARD_RATIO,
            (stoma, IntercurrentEvent("death without recurrence", Strategy.COMPOSITE)),
        ),
        Estimand(
            "os",
            "Overall survival, all randomized",
            "os",
            "itt",
            EVERYONE,
            Summary.HAZARD_RATIO,
            (stoma,),
        ),
        Estimand(
            "recurrence",
            "Recurrence with death competing",
            "recurrence",
            "itt",
            EVERYONE,
            Summary.CUMULATIVE_INCIDENCE_DIFFERENCE,
        ),
        Estimand(
            "mrd",
            "Undetectable tumor DNA, all randomized",
            "mrd",
            "itt",
            EVERYONE,
            Summary.RISK_DIFFERENCE,
        ),
        Estimand(
            "qol",
            "Quality of life, all randomized",
            "qol",
            "itt",
            EVERYONE,
            Summary.MEAN_DIFFERENCE,
        ),
        Estimand("ae", "Adverse events as treated", "ae", "safety", EVERYONE, Summary.INCIDENCE),
    )
    test = Test(TestMethod.LOG_RANK, ("nodes",))
    hypotheses = (
        Hypothesis("H1", "DFS, combined", "dfs", "combined", test),
        Hypothesis("H2", "DFS, levamisole", "dfs", "levamisole", test),
        Hypothesis("H3", "OS, combined", "os", "combined", test, "secondary"),
        Hypothesis(
            "H4", "Recurrence", "recurrence", "combined", Test(TestMethod.GRAY), "secondary"
        ),
        Hypothesis("H5", "DNA", "mrd", "combined", Test(TestMethod.FISHER), "secondary"),
        Hypothesis("H6", "Quality of life", "qol", "combined", Test(TestMethod.WELCH), "secondary"),
    )
    return Protocol(
        trial=Trial(
            "SAMPLE",
            "Adjuvant treatment of colon cancer",
            "NCT00000000",
            notes=("Made for tests; no patient is real.",),
        ),
        arms=ARMS,
        variables=VARIABLES,
        strata=("nodes",),
        populations=(ITT, SAFETY),
        endpoints=(DFS, OS, RECURRENCE, RESPONSE, SCORE, SAFETY_EVENTS),
        estimands=estimands,
        comparisons=COMPARISONS,
        hypotheses=hypotheses,
        analysis=AnalysisPlan(
            landmarks=(36 * MONTH, 60 * MONTH),
            subgroups=("sex", "nodes", "differ"),
            baseline=("age", "sex", "nodes", "differ"),
            data_cut="1995-06-30",
        ),
    )


def around(value, error, method="normal", scale="identity", level=0.95) -> Estimate:
    """An estimate with its interval on the scale named."""
    z = 1.959963984540054
    if isinstance(value, Absent):
        return Estimate(value, value, Interval(value, value, level, method), method, scale)
    if scale == "log":
        lower, upper = value * np.exp(-z * error), value * np.exp(z * error)
    else:
        lower, upper = value - z * error, value + z * error
    interval = Interval(float(lower), float(upper), level, method)
    return Estimate(float(value), float(error), interval, method, scale)


def result_of(method, statistic, one, two, df=1, assumed=()) -> TestResult:
    return TestResult(method, statistic, df, one, two, tuple(assumed))


# --- time to event --------------------------------------------------------------------------


def drawn(arm: str, *, yearly_hazard: float, cured: float):
    """Times in days and outcome flags of one arm."""
    random = np.random.default_rng([5, EVERYONE.index(arm)])
    size = SIZES[arm]
    event = random.exponential(365.25 / yearly_hazard, size)
    event = np.where(random.random(size) < cured, np.inf, event)
    censored = random.uniform(4.2 * 365.25, 8.6 * 365.25, size)
    censored = np.where(random.random(size) < 0.04, random.uniform(1, 1500, size), censored)
    return np.ceil(np.minimum(event, censored)), (event <= censored).astype(int)


def curve_of(time, outcome, cause=None) -> Curve:
    """Product limit (cause None) or Aalen-Johansen, one moment after the other."""
    moments, survival, incidence, spread = [0.0], 1.0, 0.0, 0.0
    value, lower, upper = [1.0 if cause is None else 0.0], [np.nan], [np.nan]
    for t in np.unique(time[outcome > 0]):
        at_risk, events = (time >= t).sum(), ((time == t) & (outcome > 0)).sum()
        of_cause = ((time == t) & (outcome == cause)).sum() if cause else 0
        incidence += survival * of_cause / at_risk
        survival *= 1 - events / at_risk
        spread += events / (at_risk * max(at_risk - events, 1))
        now = survival if cause is None else incidence
        error = 1.96 * survival * np.sqrt(spread) if cause is None else 0.05
        moments.append(t)
        value.append(now)
        lower.append(max(0.0, now - error))
        upper.append(min(1.0, now + error))
    moments.append(time.max())
    for column in (value, lower, upper):
        column.append(column[-1])
    return Curve(
        vector(moments),
        vector(value),
        vector(lower),
        vector(upper),
        vector(np.unique(time[outcome == 0])),
        "log-log, Greenwood",
    )


def at(curve: Curve, t: float) -> float:
    return float(curve.value[np.searchsorted(curve.time, t, side="right") - 1])


def crossing(curve: Curve, level: float) -> Estimate:
    below = np.nonzero(curve.value <= level)[0]
    method = "Brookmeyer-Crowley, log-log"
    if below.size == 0:
        return around(Absent.NOT_REACHED, 0, method)
    t = float(curve.time[below[0]])
    return Estimate(
        t,
        Absent.UNBOUNDED,
        Interval(t * 0.8, Absent.NOT_REACHED if level < 0.5 else t * 1.3, 0.95, method),
        method,
    )


def arm_survival(arm: Arm, hazard: float, cured: float, marks) -> ArmSurvival:
    time, outcome = drawn(arm.id, yearly_hazard=hazard, cured=cured)
    curve = curve_of(time, outcome)
    events = int(outcome.sum())
    rates = tuple(
        RateAt(t, int((time >= t).sum()), around(at(curve, t), 0.028, "log-log, Greenwood"))
        for t in (36 * MONTH, 60 * MONTH)
    )
    return ArmSurvival(
        arm,
        SIZES[arm.id],
        events,
        SIZES[arm.id] - events,
        {"recurrence": int(events * 0.9), "death": events - int(events * 0.9)},
        curve,
        crossing(curve, 0.5),
        crossing(curve, 0.75),
        crossing(curve, 0.25),
        rates,
        tuple(int((time >= t).sum()) for t in marks),
        around(float(np.minimum(time, 60 * MONTH).mean()), 30.0, "restricted mean, Greenwood"),
    )


def subgroup_effects(comparison: Comparison) -> tuple[SubgroupEffect, ...]:
    def effect(variable, label, level, patients, events, ratio, error):
        pair = (comparison.experimental, comparison.control)
        return SubgroupEffect(
            variable,
            label,
            level,
            dict(zip(pair, patients, strict=True)),
            dict(zip(pair, events, strict=True)),
            around(ratio, error, "Wald, Cox (Efron)", "log"),
        )

    return (
        effect("", "All patients", "", (304, 315), (119, 177), 0.61, 0.12),
        effect("sex", "Sex", "Female", (163, 149), (73, 79), 0.79, 0.163),
        effect("sex", "Sex", "Male", (141, 166), (46, 98), 0.45, 0.18),
        effect("nodes", "More than four positive nodes", "No", (225, 228), (72, 110), 0.59, 0.15),
        effect("nodes", "More than four positive nodes", "Yes", (79, 87), (47, 67), 0.63, 0.19),
        effect("differ", "Differentiation", "Well", (29, 27), (10, 14), 0.47, 0.43),
        effect("differ", "Differentiation", "Moderate", (215, 229), (80, 127), 0.57, 0.14),
        effect(
            "differ", "Differentiation", "Poor", (54, 52), (0, 29), Absent.NO_EVENTS_IN_AN_ARM, 0.3
        ),
    )


def survival_comparison(comparison: Comparison, ratio: float, p: float) -> TimeToEventComparison:
    log_rank = result_of(
        "log-rank, stratified",
        4.2 if p < 0.025 else 0.4,
        p,
        2 * p,
        assumed=("hypergeometric variance", "strata: nodes"),
    )
    interactions = (
        SubgroupInteraction("sex", result_of("likelihood ratio", 5.3, Absent.NO_VARIANCE, 0.021)),
        SubgroupInteraction("nodes", result_of("likelihood ratio", 0.1, Absent.NO_VARIANCE, 0.82)),
        SubgroupInteraction(
            "differ",
            result_of(
                "likelihood ratio",
                Absent.MONOTONE_LIKELIHOOD,
                Absent.MONOTONE_LIKELIHOOD,
                Absent.MONOTONE_LIKELIHOOD,
                2,
            ),
        ),
    )
    differences = tuple(
        DifferenceAt(t, around(d, 0.04, "Wald, Greenwood"), result_of("Wald", d / 0.04, p, 2 * p))
        for t, d in ((36 * MONTH, 0.15), (60 * MONTH, -0.012))
    )
    return TimeToEventComparison(
        comparison,
        (log_rank, result_of("Fleming-Harrington (0, 1)", 3.1, 0.00097, 0.0019)),
        around(ratio, 0.12, "Wald, Cox (Efron)", "log"),
        (
            result_of("Wald", 4.1, p, 2 * p),
            result_of("score", 4.2, p, 2 * p),
            result_of("likelihood ratio", 4.2, p, 2 * p),
        ),
        around(ratio + 0.01, 0.12, "Wald, Cox (Efron)", "log"),
        result_of(
            "score test of proportional hazards, km",
            7.2,
            Absent.NO_VARIANCE,
            0.007 if p < 0.025 else 0.64,
        ),
        RestrictedMeanComparison(
            60 * MONTH,
            around(5.4 * MONTH, 1.5 * MONTH, "Wald"),
            around(1.13, 0.035, "Wald on the log scale", "log"),
            result_of("Wald", 3.6, 0.00016, 0.00032),
        ),
        differences,
        subgroup_effects(comparison),
        interactions,
        ("More than four positive nodes",),
        0,
    )


def verdict(promise: Protocol, hypothesis: str, test: TestResult) -> Verdict:
    asked = next(h for h in promise.hypotheses if h.id == hypothesis)
    p = test.p_one_sided
    return Verdict(asked, test, p, None if isinstance(p, Absent) else p <= 0.025, 0.025)


MARKS = tuple(m * MONTH for m in (0, 12, 24, 36, 48, 60, 72, 84, 96))


def survival_analysis(promise: Protocol, endpoint: TimeToEvent, shape, verdicts):
    comparisons = (
        survival_comparison(COMPARISONS[0], 0.61, 0.0000042),
        survival_comparison(COMPARISONS[1], 0.97, 0.34),
    )
    follow_up = tuple(
        FollowUp(
            endpoint.id,
            arm,
            SIZES[arm.id] if arm else 929,
            around(2364.0, 30.0, "Brookmeyer-Crowley, log-log"),
            1944.0,
            2700.0 if arm else Absent.NOT_REACHED,
            3329.0,
        )
        for arm in (*ARMS, None)
    )
    return TimeToEventAnalysis(
        endpoint,
        promise.estimand(endpoint.id),
        ITT,
        tuple(arm_survival(arm, *shape[arm.id], MARKS) for arm in ARMS),
        MARKS,
        comparisons,
        follow_up,
        tuple(verdict(promise, h, comparisons[c].tests[0]) for h, c in verdicts),
        (
            "ties: Efron",
            "survival intervals: log-log, Greenwood variance",
            "medians: Brookmeyer-Crowley, midpoint rule",
        ),
    )


def competing_analysis(promise: Protocol) -> CompetingRisksAnalysis:
    arms = []
    for arm, (hazard, cured) in zip(ARMS, ((0.45, 0.42), (0.44, 0.44), (0.4, 0.57)), strict=True):
        time, outcome = drawn(arm.id, yearly_hazard=hazard, cured=cured)
        second = np.random.default_rng(3).random(time.size) < 0.14
        outcome = np.where((outcome == 1) & second, 2, outcome)
        causes = []
        for cause, name in ((1, "recurrence"), (2, "death without recurrence")):
            curve = curve_of(time, outcome, cause)
            rates = tuple(
                RateAt(t, int((time >= t).sum()), around(at(curve, t), 0.027, "log-log, Aalen"))
                for t in (36 * MONTH, 60 * MONTH)
            )
            causes.append(CauseIncidence(name, int((outcome == cause).sum()), curve, rates))
        arms.append(
            ArmIncidence(
                arm,
                time.size,
                int((outcome == 0).sum()),
                tuple(causes),
                tuple(int((time >= t).sum()) for t in MARKS),
            )
        )
    gray = {
        "recurrence": result_of("Gray", 3.9, 0.000048, 0.000096),
        "death without recurrence": result_of("Gray", -0.6, 0.73, 0.55),
    }
    comparisons = tuple(
        CompetingRisksComparison(
            comparison,
            gray,
            (
                DifferenceAt(
                    36 * MONTH,
                    around(-0.14, 0.04, "Wald, Aalen"),
                    result_of("Wald", 3.4, 0.0003, 0.0006),
                ),
            ),
            around(0.58, 0.13, "Wald, Cox (Efron)", "log"),
            around(0.57, 0.12, "Wald, Cox (Efron)", "log"),
            ("More than four positive nodes",),
        )
        for comparison in COMPARISONS
    )
    return CompetingRisksAnalysis(
        RECURRENCE,
        promise.estimand("recurrence"),
        ITT,
        tuple(arms),
        MARKS,
        comparisons,
        (verdict(promise, "H4", gray["recurrence"]),),
        ("variance: Aalen", "Gray's test: rho 0"),
    )


# --- the other kinds ------------------------------------------------------------------------


def binary_analysis(promise: Protocol) -> BinaryAnalysis:
    arms = tuple(
        ArmProportion(
            arm, SIZES[arm.id], yes, missing, around(yes / SIZES[arm.id], 0.027, "Clopper-Pearson")
        )
        for arm, yes, missing in zip(ARMS, (118, 131, 172), (9, 4, 0), strict=True)
    )
    fisher = result_of("Fisher's exact", Absent.NO_VARIANCE, 0.0249, 0.0498)
    comparisons = tuple(
        BinaryComparison(
            comparison,
            around(0.19, 0.04, "Miettinen-Nurminen"),
            around(0.185, 0.04, "Mantel-Haenszel weights, Miettinen-Nurminen"),
            around(2.2, 0.165, "Wald on the log scale", "log"),
            around(2.15, 0.165, "Mantel-Haenszel, Robins-Breslow-Greenland", "log"),
            (fisher, result_of("Cochran-Mantel-Haenszel", 4.6, 2.1e-6, 4.2e-6)),
            ("More than four positive nodes",),
        )
        for comparison in COMPARISONS
    )
    return BinaryAnalysis(
        RESPONSE,
        promise.estimand("mrd"),
        ITT,
        arms,
        comparisons,
        (verdict(promise, "H5", fisher),),
        ("missing counts as no",),
    )


def continuous_summary(size: int, missing: int) -> ContinuousSummary:
    return ContinuousSummary(size - missing, missing, 59.754, 11.948, 61.0, 53.0, 69.0, 18.0, 85.0)


def categorical_summary(size: int, variable: Variable) -> CategoricalSummary:
    missing = 23 if variable.id == "differ" else 0
    first, *others = variable.levels
    counts = {level: (size - missing) // len(variable.levels) for level in others}
    counts = {first: size - missing - sum(counts.values())} | counts
    return CategoricalSummary(size - missing, missing, counts)


def continuous_analysis(promise: Protocol) -> ContinuousAnalysis:
    arms = tuple(
        ArmMean(arm, continuous_summary(SIZES[arm.id], 3), around(59.754, 0.7, "t, own variance"))
        for arm in ARMS
    )
    welch = result_of("Welch t", -0.3, 0.62, 0.76)
    comparisons = tuple(
        ContinuousComparison(
            comparison, around(-0.3, 1.0, "Welch"), around(-0.35, 0.9, "ANCOVA, t"), (welch,)
        )
        for comparison in COMPARISONS
    )
    return ContinuousAnalysis(
        SCORE,
        promise.estimand("qol"),
        ITT,
        arms,
        comparisons,
        (verdict(promise, "H6", welch),),
        ("no imputation",),
    )


TERMS = (
    ("Gastrointestinal disorders", None, (31, 98, 181)),
    ("Gastrointestinal disorders", "Nausea", (12, 60, 120)),
    ("Gastrointestinal disorders", "Diarrhea", (15, 33, 96)),
    ("Gastrointestinal disorders", "Stomatitis", (2, 7, 62)),
    ("Blood and lymphatic system disorders", None, (4, 21, 142)),
    ("Blood and lymphatic system disorders", "Leukopenia", (1, 15, 118)),
    ("Blood and lymphatic system disorders", "Thrombocytopenia", (0, 2, 31)),
    ("Skin and subcutaneous tissue disorders", None, (9, 55, 79)),
    ("Skin and subcutaneous tissue disorders", "Dermatitis", (9, 50, 71)),
    ("Nervous system disorders", None, (7, 30, 38)),
    ("Nervous system disorders", "Dizziness", (7, 30, 38)),
)


def adverse_event_analysis(promise: Protocol) -> AdverseEventAnalysis:
    patients = {"observation": 308, "levamisole": 306, "combined": 300}

    def row(kind, label, body, counts):
        by_arm = {}
        for arm, n in zip(EVERYONE, counts, strict=True):
            severe = n // 5
            by_arm[arm] = AdverseEventCount(
                n,
                n + n // 3,
                {1: n - severe - n // 3, 2: n // 3, 3: severe - severe // 4, 4: severe // 4}
                if n
                else {},
            )
        differences = {
            c.id: around(
                by_arm[c.experimental].patients / patients[c.experimental]
                - by_arm[c.control].patients / patients[c.control],
                0.03,
                "Miettinen-Nurminen",
            )
            for c in COMPARISONS
        }
        return AdverseEventRow(kind, label, body, by_arm, differences)

    rows = tuple(
        row("system organ class" if term is None else "preferred term", term or body, body, counts)
        for body, term, counts in TERMS
    )
    overview = (
        row("overview", "Any adverse event", None, (101, 190, 262)),
        row("overview", "Grade 3 or worse", None, (20, 39, 92)),
        row("overview", "Serious", None, (11, 13, 28)),
        row("overview", "Fatal", None, (0, 0, 2)),
    )
    return AdverseEventAnalysis(
        SAFETY_EVENTS,
        promise.estimand("ae"),
        SAFETY,
        ARMS,
        patients,
        overview,
        rows,
        COMPARISONS,
        (1, 2, 3, 4),
        12,
        ("treatment-emergent events only",),
    )


def disposition() -> Disposition:
    return Disposition(
        assessed=1296,
        not_randomized=367,
        randomized=SIZES,
        treated={"observation": 308, "levamisole": 306, "combined": 300},
        completed={"observation": 280, "levamisole": 240, "combined": 220},
        discontinued={
            "observation": {"Lost to follow-up": 28},
            "levamisole": {"Adverse event": 31, "Withdrawal by subject": 35},
            "combined": {"Adverse event": 60, "Withdrawal by subject": 20},
        },
        populations={
            "itt": SIZES,
            "safety": {"observation": 308, "levamisole": 306, "combined": 300},
        },
        exclusions=(
            Exclusion(
                "population safety",
                "received no study treatment",
                15,
                {"observation": 7, "levamisole": 4, "combined": 4},
                ("12", "80"),
            ),
            Exclusion("records of adae", "not treatment-emergent", 12, {}),
        ),
    )


def sample_analysis() -> TrialAnalysis:
    """The whole thing."""
    promise = protocol()
    snapshot = Snapshot(
        promise,
        Subjects(
            tuple(str(i) for i in range(929)),
            codes(np.repeat([0, 1, 2], [315, 310, 304])),
            codes(np.repeat([0, 1, 2], [315, 310, 304])),
            {},
            {},
        ),
        {},
        {},
        {},
        {},
        disposition(),
        (
            Finding(
                "warning",
                "median-of-days",
                "Times of dfs look like days, as declared.",
                "colon",
                (3, 4),
                2,
            ),
            Finding(
                "note",
                "missing-values",
                "Differentiation is missing in 23 patients.",
                "colon",
                (12, 50),
                23,
            ),
        ),
        (Source("colon.csv", "ab" * 32, 106_226, 1858, 16),),
    )
    everyone = {**SIZES, "": 929}
    baseline = (
        BaselineRow(VARIABLES[0], {arm: continuous_summary(n, 0) for arm, n in everyone.items()}),
        *(
            BaselineRow(
                variable, {arm: categorical_summary(n, variable) for arm, n in everyone.items()}
            )
            for variable in VARIABLES[1:]
        ),
    )
    early = {"observation": (0.45, 0.42), "levamisole": (0.44, 0.44), "combined": (0.4, 0.57)}
    late = {"observation": (0.2, 0.4), "levamisole": (0.19, 0.4), "combined": (0.17, 0.5)}
    return TrialAnalysis(
        promise,
        snapshot,
        baseline,
        (
            survival_analysis(promise, DFS, early, (("H1", 0), ("H2", 1))),
            survival_analysis(promise, OS, late, (("H3", 0),)),
            competing_analysis(promise),
            binary_analysis(promise),
            continuous_analysis(promise),
            adverse_event_analysis(promise),
        ),
    )


def two_arm_analysis() -> TrialAnalysis:
    """The same trial without its second comparison: one primary hypothesis."""
    whole = sample_analysis()
    promise = replace(whole.protocol, hypotheses=whole.protocol.hypotheses[:1])
    dfs = whole.endpoints[0]
    return replace(whole, protocol=promise, endpoints=(replace(dfs, verdicts=dfs.verdicts[:1]),))
