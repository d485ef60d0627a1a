"""What follows from what was promised, where the protocol leaves it unsaid.

    label        the id, in words
    comparisons  every experimental arm against the only control
    estimand     one an endpoint: all arms, `itt` (`safety` for adverse events), and the
                 summary that its kind is reported by; what the endpoint is censored at by
                 rule is an intercurrent event under the hypothetical strategy
    test         log-rank, Gray where events compete, Cochran-Mantel-Haenszel or
                 Miettinen-Nurminen, analysis of covariance or Welch; stratified as randomized
    alpha        0.025 one-sided, 0.05 two-sided

`FITTING_TESTS` and `FITTING_SUMMARIES` say what may be stated instead.
"""

from collections.abc import Sequence

from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, Endpoint, TimeToEvent
from equipoise.protocol.estimands import Estimand, IntercurrentEvent, Strategy, Summary
from equipoise.protocol.trial import Alternative, Arm, Comparison, Test, TestMethod

FITTING_TESTS: dict[type[Endpoint], tuple[TestMethod, ...]] = {
    TimeToEvent: (
        TestMethod.LOG_RANK,
        TestMethod.FLEMING_HARRINGTON,
        TestMethod.MAX_COMBO,
        TestMethod.COX_WALD,
        TestMethod.RESTRICTED_MEAN,
        TestMethod.GRAY,
    ),
    Binary: (
        TestMethod.MIETTINEN_NURMINEN,
        TestMethod.COCHRAN_MANTEL_HAENSZEL,
        TestMethod.FISHER,
    ),
    Continuous: (TestMethod.WELCH, TestMethod.ANCOVA),
    AdverseEvents: (),
}
STRATIFIABLE = frozenset(
    {
        TestMethod.LOG_RANK,
        TestMethod.FLEMING_HARRINGTON,
        TestMethod.MAX_COMBO,
        TestMethod.COX_WALD,
        TestMethod.GRAY,
        TestMethod.MIETTINEN_NURMINEN,
        TestMethod.COCHRAN_MANTEL_HAENSZEL,
        TestMethod.ANCOVA,
    }
)
FITTING_SUMMARIES: dict[type[Endpoint], tuple[Summary, ...]] = {
    TimeToEvent: (
        Summary.HAZARD_RATIO,
        Summary.SURVIVAL_DIFFERENCE,
        Summary.RESTRICTED_MEAN_DIFFERENCE,
        Summary.CUMULATIVE_INCIDENCE_DIFFERENCE,
    ),
    Binary: (Summary.RISK_DIFFERENCE, Summary.ODDS_RATIO),
    Continuous: (Summary.MEAN_DIFFERENCE,),
    AdverseEvents: (Summary.INCIDENCE,),
}


def label_of(identifier: str) -> str:
    """Put an id into words.

    >>> label_of("age_group")
    'Age group'
    """
    words = identifier.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def comparisons_of(arms: Sequence[Arm]) -> tuple[Comparison, ...]:
    """Set every experimental arm against the control; none if there is not just one control."""
    controls = [arm for arm in arms if arm.role == "control"]
    if len(controls) != 1:
        return ()
    control = controls[0]
    return tuple(
        comparison_of(arm, control, f"{arm.id}_vs_{control.id}")
        for arm in arms
        if arm.role == "experimental"
    )


def comparison_of(experimental: Arm, control: Arm, identifier: str) -> Comparison:
    """Name a comparison by its arms."""
    label = f"{experimental.label} versus {control.label}"
    return Comparison(identifier, label, experimental.id, control.id)


def summary_of(endpoint: Endpoint) -> Summary:
    """Give the summary an endpoint of this kind is reported by."""
    if isinstance(endpoint, TimeToEvent) and endpoint.competing:
        return Summary.CUMULATIVE_INCIDENCE_DIFFERENCE
    return FITTING_SUMMARIES[type(endpoint)][0]


def population_of(endpoint: Endpoint) -> str:
    """Give the population an endpoint of this kind is reported in."""
    return "safety" if isinstance(endpoint, AdverseEvents) else "itt"


def intercurrent_events_of(endpoint: Endpoint) -> tuple[IntercurrentEvent, ...]:
    """Say what an endpoint's construction implies: censored by rule means hypothetical."""
    censoring = endpoint.censoring if isinstance(endpoint, TimeToEvent) else ()
    return tuple(IntercurrentEvent(event, Strategy.HYPOTHETICAL) for event in censoring)


def estimand_of(endpoint: Endpoint, arms: Sequence[Arm]) -> Estimand:
    """State the estimand of an endpoint that has none, with the endpoint's own id."""
    return Estimand(
        id=endpoint.id,
        label=endpoint.label,
        endpoint=endpoint.id,
        population=population_of(endpoint),
        treatment=tuple(arm.id for arm in arms),
        summary=summary_of(endpoint),
        intercurrent_events=intercurrent_events_of(endpoint),
    )


def usual_test(endpoint: Endpoint, strata: tuple[str, ...]) -> Test:
    """Choose the usual test of an endpoint, stratified as randomized where it can be."""
    match endpoint:
        case TimeToEvent(competing=competing):
            method = TestMethod.GRAY if competing else TestMethod.LOG_RANK
        case Binary():
            stratified = TestMethod.COCHRAN_MANTEL_HAENSZEL
            method = stratified if strata else TestMethod.MIETTINEN_NURMINEN
        case Continuous(baseline=baseline):
            method = TestMethod.ANCOVA if baseline else TestMethod.WELCH
        case AdverseEvents():  # refused by `coherence`: harms are described, not tested
            method = TestMethod.FISHER
    return Test(method, strata_of(method, strata))


def strata_of(method: TestMethod, strata: tuple[str, ...]) -> tuple[str, ...]:
    """Stratify as randomized, if the method can."""
    return strata if method in STRATIFIABLE else ()


def alpha_of(alternative: Alternative) -> float:
    """Give the customary budget."""
    return 0.025 if alternative is Alternative.ONE_SIDED else 0.05
