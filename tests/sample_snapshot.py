"""A snapshot drawn from a seed: two arms, two strata, every kind of endpoint but plain survival.

With `events` False nothing ever happens, nobody answers yes and the score has no noise."""

from types import MappingProxyType

import numpy as np

from equipoise.analyze.snapshot import (
    AdverseEventLog,
    Answers,
    Categories,
    Disposition,
    Followup,
    Measurements,
    Snapshot,
    Subjects,
)
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.protocol.endpoints import AdverseEvents, Binary, Continuous, TimeToEvent
from equipoise.protocol.estimands import Estimand, Summary
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

ARMS = (Arm("control", "Control", "control"), Arm("new", "New", "experimental"))
BOTH = ("control", "new")


def protocol(
    *,
    stratified=("risk",),
    missing="counts as no",
    binary=TestMethod.COCHRAN_MANTEL_HAENSZEL,
    competing=TestMethod.GRAY,
    continuous=TestMethod.ANCOVA,
):
    """A protocol with one estimand and one hypothesis for each endpoint."""
    endpoints = (
        TimeToEvent("hsct", "Transplant", ("transplant",), ("relapse", "death"), better="sooner"),
        Binary("mrd", "MRD negative", missing),
        Continuous("score", "Score", baseline="age"),
        AdverseEvents("ae", "Adverse events"),
    )
    summaries = (
        Summary.CUMULATIVE_INCIDENCE_DIFFERENCE,
        Summary.RISK_DIFFERENCE,
        Summary.MEAN_DIFFERENCE,
        Summary.INCIDENCE,
    )
    estimands = tuple(
        Estimand(e.id, e.label, e.id, "safety" if e.id == "ae" else "itt", BOTH, s)
        for e, s in zip(endpoints, summaries, strict=True)
    )
    methods = zip(("hsct", "mrd", "score"), (competing, binary, continuous), strict=True)
    return Protocol(
        trial=Trial("T", "A trial", time_unit="month"),
        arms=ARMS,
        variables=(
            Variable("risk", "Risk", "categorical", ("low", "high")),
            Variable("age", "Age", "continuous"),
        ),
        strata=("risk",),
        populations=(
            Population("itt", "All randomized"),
            Population("safety", "Treated", arms="received"),
        ),
        endpoints=endpoints,
        estimands=estimands,
        comparisons=(Comparison("c", "New against control", "new", "control"),),
        hypotheses=tuple(
            Hypothesis(name, name, name, "c", Test(method, stratified)) for name, method in methods
        ),
        analysis=AnalysisPlan(landmarks=(6.0, 12.0), baseline=("age", "risk")),
    )


def snapshot(seed=1, patients=60, *, promise=None, events=True, one_time=False):
    """Draw the data; `events` False: nothing ever happens; `one_time`: everything at once."""
    rng = np.random.default_rng(seed)
    arm = rng.permutation(np.arange(patients) % 2)
    received = np.where(rng.random(patients) < 0.1, -1, arm)
    risk = np.where(rng.random(patients) < 0.1, -1, rng.integers(0, 2, patients))
    age = np.where(rng.random(patients) < 0.05, np.nan, rng.normal(50, 10, patients).round(1))
    records = 4 * patients
    draw = rng.integers(0, 4, patients) if events else np.zeros(patients)
    time = np.full(patients, 5.0) if one_time else rng.integers(1, 25, patients)
    answer = rng.integers(-1, 2, patients) if events else np.zeros(patients)
    kept = records if events else 0
    score = 0.5 * age + 3 * arm + (rng.normal(0, 4, patients).round(2) if events else 0)
    term = rng.integers(0, 9, records)[:kept]
    return Snapshot(
        protocol=promise or protocol(),
        subjects=Subjects(
            id=tuple(f"P{k}" for k in range(patients)),
            assigned=codes(arm),
            received=codes(received),
            variables=MappingProxyType(
                {"risk": Categories(("low", "high"), codes(risk)), "age": vector(age)}
            ),
            populations=MappingProxyType(
                {"itt": flags(np.ones(patients)), "safety": flags(received >= 0)}
            ),
        ),
        followups=MappingProxyType(
            {"hsct": Followup("hsct", codes(np.arange(patients)), vector(time), codes(draw))}
        ),
        answers=MappingProxyType({"mrd": Answers("mrd", codes(answer))}),
        measurements=MappingProxyType({"score": Measurements("score", vector(score))}),
        adverse_events=MappingProxyType(
            {
                "ae": AdverseEventLog(
                    "ae",
                    codes(rng.integers(0, patients, records)[:kept]),
                    Categories(("Blood", "Cardiac", "Skin"), codes(term % 3)),
                    Categories(tuple("ABCDEFGHI"), codes(term)),
                    codes(rng.integers(-1, 6, records)[:kept]),
                    flags(rng.random(records)[:kept] < 0.2),
                    flags(rng.random(records)[:kept] < 0.5),
                    flags(rng.random(records)[:kept] < 0.05),
                    frozenset({"grade", "serious"}),
                    left_out=3,
                )
            }
        ),
        disposition=Disposition(None, None, {}, {}, {}, {}, {}, ()),
        findings=(),
        sources=(),
    )
