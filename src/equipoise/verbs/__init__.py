"""The verbs as Python functions: what the command line does, for those who think in Python.

    from equipoise.verbs import analyze
    result = analyze("protocol.yaml", data={"patients": frame})

Heavy parts are imported by the verb that needs them, so that importing this module is instant.
"""

from equipoise.verbs.analysis import analyze, compare, report
from equipoise.verbs.appraisal import appraise, appraise_numbers
from equipoise.verbs.asking import FORMATS, chosen_formats
from equipoise.verbs.evidence import (
    analyze_evidence,
    compare_evidence,
    evidence_priors,
    list_evidence,
)
from equipoise.verbs.monitoring import monitor, monitor_statistics, record_decision
from equipoise.verbs.planning import check, design, init
from equipoise.verbs.pooling import pool_studies
from equipoise.verbs.rebuilding import rebuild
from equipoise.verbs.rehearsal import simulate
from equipoise.verbs.rehearsed_trial import replay_trial, simulate_patients

__all__ = [
    "FORMATS",
    "analyze",
    "analyze_evidence",
    "appraise",
    "appraise_numbers",
    "check",
    "chosen_formats",
    "compare",
    "compare_evidence",
    "design",
    "evidence_priors",
    "init",
    "list_evidence",
    "monitor",
    "monitor_statistics",
    "pool_studies",
    "rebuild",
    "record_decision",
    "replay_trial",
    "report",
    "simulate",
    "simulate_patients",
]
