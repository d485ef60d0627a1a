"""A data cut drawn from a seed for safety reviews: dates, deaths with causes, harms with onsets.

Times are in months.  Toxic deaths follow a fatal, related adverse event by a few days."""

from datetime import date
from types import MappingProxyType

import numpy as np

from equipoise.analyze.snapshot import (
    AdverseEventLog,
    Answers,
    Categories,
    Disposition,
    Followup,
    Snapshot,
    Subjects,
)
from equipoise.kernel.arrays import codes, flags, vector
from equipoise.monitor.cut.cut import DataCut
from equipoise.protocol.endpoints import AdverseEvents, Binary, TimeToEvent
from equipoise.protocol.estimands import Estimand, Summary
from equipoise.protocol.planning import DesignPromise, SafetyRule
from equipoise.protocol.trial import (
    AnalysisPlan,
    Arm,
    Comparison,
    Population,
    Protocol,
    Trial,
)

ARMS = (Arm("control", "Control", "control"), Arm("new", "New", "experimental"))
BOTH = ("control", "new")
MONTH = 365.25 / 12
START = date(2018, 1, 1).toordinal()
CAUSES = ("alive", "death of disease", "death of toxicity")


def protocol(rules=()):
    """Overall survival, treatment-related mortality, a yes-or-no harm and adverse events."""
    endpoints = (
        TimeToEvent("os", "Overall survival", CAUSES[1:]),
        TimeToEvent("trm", "Treatment-related mortality", (CAUSES[2],), (CAUSES[1],)),
        Binary("dlt", "Dose-limiting toxicity", better="no"),
        AdverseEvents("ae", "Adverse events"),
    )
    summaries = (
        Summary.HAZARD_RATIO,
        Summary.CUMULATIVE_INCIDENCE_DIFFERENCE,
        Summary.RISK_DIFFERENCE,
        Summary.INCIDENCE,
    )
    return Protocol(
        trial=Trial("T", "A trial", time_unit="month"),
        arms=ARMS,
        variables=(),
        strata=(),
        populations=(
            Population("itt", "All randomized"),
            Population("safety", "Treated", arms="received"),
        ),
        endpoints=endpoints,
        estimands=tuple(
            Estimand(e.id, e.label, e.id, "safety" if e.id == "ae" else "itt", BOTH, s)
            for e, s in zip(endpoints, summaries, strict=True)
        ),
        comparisons=(Comparison("c", "New against control", "new", "control"),),
        hypotheses=(),
        analysis=AnalysisPlan(landmarks=(6.0, 12.0)),
        design=DesignPromise(0.025, 1, safety=tuple(rules)),
    )


def cut(seed=1, patients=120, *, rules=(), toxicity=0.15, dated=True):
    """Draw a data cut 24 months after the first patient."""
    rng = np.random.default_rng(seed)
    enters = np.sort(rng.integers(0, 500, patients))
    shuffle = rng.permutation(patients)  # rows of the data are in no order of entry
    enters = enters[shuffle]
    end = int(24 * MONTH)
    arm = rng.permutation(np.arange(patients) % 2)
    received = np.where(rng.random(patients) < 0.05, -1, arm)
    course = np.maximum(rng.exponential(15.0, patients) * MONTH, 2).round() / MONTH
    censored = (end - enters) / MONTH
    toxic = rng.random(patients) < toxicity
    dies = course <= censored
    outcome = np.where(dies, np.where(toxic, 2, 1), 0)
    time = np.minimum(course, censored)
    who = np.arange(patients)
    fatal = np.flatnonzero((outcome == 2) & (received >= 0))
    other = rng.integers(0, patients, 3 * patients)
    subject = np.concatenate([fatal, other])
    within = rng.random(other.size) * time[other]
    onset = np.concatenate([np.maximum(time[fatal] - 1 / MONTH, 0.0), within])
    first = np.where(received >= 0, START + enters + 3, -1)
    last = np.where(rng.random(patients) < 0.3, -1, first + rng.integers(20, 200, patients))
    last = np.where((first < 0) | (last > START + end), -1, last)
    term = np.concatenate([np.zeros(fatal.size), rng.integers(0, 8, other.size)]).astype(int)
    is_fatal = np.concatenate([np.ones(fatal.size), np.zeros(other.size)])
    snapshot = Snapshot(
        protocol=protocol(rules),
        subjects=Subjects(
            id=tuple(f"P{k:03d}" for k in range(patients)),
            assigned=codes(arm),
            received=codes(received),
            variables=MappingProxyType({}),
            populations=MappingProxyType(
                {"itt": flags(np.ones(patients)), "safety": flags(received >= 0)}
            ),
            randomized=codes(START + enters) if dated else None,
            treated_from=codes(first) if dated else None,
            treated_until=codes(last) if dated else None,
        ),
        followups=MappingProxyType(
            {
                "os": Followup(
                    "os",
                    codes(who),
                    vector(time),
                    codes(outcome > 0),
                    happening=Categories(CAUSES, codes(outcome)),
                ),
                "trm": Followup(
                    "trm", codes(who), vector(time), codes(np.array([0, 2, 1])[outcome])
                ),
            }
        ),
        answers=MappingProxyType({"dlt": Answers("dlt", codes(rng.integers(-1, 2, patients)))}),
        measurements=MappingProxyType({}),
        adverse_events=MappingProxyType(
            {
                "ae": AdverseEventLog(
                    "ae",
                    codes(subject),
                    Categories(("Infections", "Blood"), codes(term % 2)),
                    Categories(tuple("ABCDEFGH"), codes(term)),
                    codes(np.where(is_fatal > 0, 5, rng.integers(1, 5, subject.size))),
                    flags((rng.random(subject.size) < 0.2) | (is_fatal > 0)),
                    flags((rng.random(subject.size) < 0.5) | (is_fatal > 0)),
                    flags(is_fatal),
                    frozenset({"grade", "serious", "related", "fatal"}),
                    onset=vector(onset) if dated else None,
                )
            }
        ),
        disposition=Disposition(None, None, {}, {}, {}, {}, {}, ()),
        findings=(),
        sources=(),
    )
    return DataCut(
        date.fromordinal(START + end),
        snapshot,
        (),
        0,
        date.fromordinal(START + int(enters.min())),
        date.fromordinal(START + end),
        (),
    )


RULES = (
    SafetyRule("tox", "Toxic death", 0.05, 0.05, 80, "pocock", unacceptable=0.15),
    SafetyRule("bayes", "Toxicity", 0.2, 0.95, 60, "beta-binomial", prior=(0.4, 1.6)),
    SafetyRule("sprt", "Grade 5", 0.05, 0.1, 80, "max-sprt", every=5, unacceptable=0.2),
    SafetyRule("obf", "Late toxic death", 0.1, 0.1, 60, "o'brien-fleming", every=10),
)
