"""Designs of every kind, small: each a protocol as someone would write it, designed."""

from functools import cache

from equipoise.design.trial import design_trial
from equipoise.design.trial_design import TrialDesign
from equipoise.io.protocol.read import examine_text
from equipoise.report.design.build import build_design_document
from equipoise.report.document import Document

HEAD = """
schema: 1
trial: {id: SAMPLE, title: A sample of a design, time_unit: month}
arms: [{id: control, label: Control, role: control}, {id: new, label: New, role: experimental}]
"""
SURVIVAL = (
    HEAD
    + """
endpoints: [{id: os, label: Overall survival, type: time-to-event, events: [death]}]
hypotheses: [{id: H1, label: New prolongs survival, endpoint: os, effect: {hazard_ratio: 0.7}}]
planning:
  accrual: {duration: 24}
  follow_up: 12
  endpoints: {os: {control: {median: 15}}}
"""
)
RATE = (
    HEAD
    + """
endpoints: [{id: response, label: Response, type: binary}]
hypotheses: [{id: H1, endpoint: response, effect: {experimental_rate: 0.5}}]
planning: {endpoints: {response: {control: {rate: 0.3}}}}
"""
)
MEAN = (
    HEAD
    + """
endpoints: [{id: score, label: Score, type: continuous, better: lower}]
hypotheses: [{id: H1, endpoint: score, effect: {mean_difference: -4}}]
planning: {endpoints: {score: {standard_deviation: 12}}}
"""
)
THREE = (
    HEAD
    + """
endpoints:
  - {id: pfs, label: Progression-free survival, type: time-to-event, events: [progression, death]}
  - {id: os, label: Overall survival, type: time-to-event, events: [death]}
  - {id: response, label: Response, type: binary}
hypotheses:
  - {id: H1, label: Less progression, endpoint: pfs, effect: {hazard_ratio: 0.6}}
  - {id: H2, label: Longer survival, endpoint: os, effect: {hazard_ratio: 0.75}}
  - {id: H3, label: More response, endpoint: response, role: secondary}
planning:
  accrual: {duration: 24}
  follow_up: 12
  endpoints:
    pfs: {control: {median: 8}}
    os: {control: {median: 20}}
"""
)
ARMS = (
    THREE.replace(
        "{id: new, label: New, role: experimental}",
        "{id: new, label: New, role: experimental}, {id: high, label: High, role: experimental}",
    ).partition("endpoints:")[0]
    + """
endpoints: [{id: response, label: Response, type: binary}]
comparisons:
  - {id: new_dose, label: New against control, experimental: new, control: control}
  - {id: high_dose, label: High against control, experimental: high, control: control}
hypotheses:
  - {id: H1, endpoint: response, comparison: new_dose, effect: {experimental_rate: 0.5}}
  - {id: H2, endpoint: response, comparison: high_dose, effect: {experimental_rate: 0.45}}
planning: {endpoints: {response: {control: {rate: 0.3}}}}
"""
)
SAFETY = """
  safety:
    - {id: toxicity, label: Toxic death, acceptable: 0.05, unacceptable: 0.2, level: 0.05,
       patients: 30}
    - {id: harm, label: Harm, acceptable: 0.2, level: 0.9, patients: 30, every: 10,
       method: beta-binomial}
"""
LOOKS = """
  power: 0.9
  looks: {information: [0.5, 0.75, 1], read_at: [120, 200]}
"""
KINDS = {
    "survival-fixed": f"{SURVIVAL}design: {{power: 0.9}}\n",
    "survival-looks": f"{SURVIVAL}design:{LOOKS}",
    "survival-futility": (
        f"{SURVIVAL}design:{LOOKS}"
        "  futility: {spending: hwang-shih-decani, gamma: -2, binding: true}\n"
        "  prior: {hazard_ratio: 0.75, standard_deviation: 0.2}\n"
        f"  notes: [The median is unverified.]{SAFETY}"
    ),
    "survival-power": (
        f"{SURVIVAL}design: {{power: 0.9, events: 200, looks: {{information: [0.6, 1]}}}}\n"
    ),
    "survival-gap": (
        f"{SURVIVAL}design:{LOOKS}"
        "  efficacy: {spending: lan-demets o'brien-fleming, looks: [2, 3]}\n"
        "  futility: {hazard_ratio: 1}\n"
    ),
    "survival-many": (
        f"{SURVIVAL}design: {{power: 0.9, looks: {{number: 20}}, futility: {{z: 0}}}}\n"
    ),
    "two-sided": f"{SURVIVAL}analysis: {{alternative: two-sided}}\ndesign:{LOOKS}",
    "two-sided-wedge": (
        f"{SURVIVAL}analysis: {{alternative: two-sided}}\ndesign:{LOOKS}"
        "  efficacy: {boundary: pampallona-tsiatis, delta_efficacy: 0.1, delta_futility: 0.1}\n"
    ),
    "two-sided-unequal": (
        f"{SURVIVAL}analysis: {{alternative: two-sided}}\ndesign:{LOOKS}"
        "  efficacy: {spending: power, exponent: 2, "
        "lower: {spending: power, exponent: 1, alpha: 0.02}}\n"
    ),
    "two-sided-futility": (
        f"{SURVIVAL}analysis: {{alternative: two-sided}}\ndesign:{LOOKS}  futility: {{z: 0.5}}\n"
    ),
    "harm": (
        f"{SURVIVAL}design:{LOOKS}"
        "  futility: {spending: hwang-shih-decani, gamma: -2}\n"
        "  harm: {spending: hwang-shih-decani, gamma: -2, total: 0.1}\n"
    ),
    "margin-looks": (
        SURVIVAL.replace("{hazard_ratio: 0.7}", "{hazard_ratio: 1, margin: 1.3}")
        + f"design:{LOOKS}"
    ),
    "max-combo": (
        SURVIVAL.replace("{hazard_ratio: 0.7}", "{hazard_ratio: {0: 1, 3: 0.6}}").replace(
            "endpoint: os,", "endpoint: os, test: {method: max-combo},"
        )
        + "design: {power: 0.8, looks: {information: [0.7, 1]}}\n"
    ),
    "calendar": SURVIVAL.replace("  follow_up: 12\n", "")
    + "design: {power: 0.9, looks: {calendar: [20, 30, 36]}}\n",
    "events-only": (
        SURVIVAL.partition("planning:")[0]
        + "design: {power: 0.9, looks: {information: [0.5, 1]}}\n"
    ),
    "non-inferiority": (
        SURVIVAL.replace("{hazard_ratio: 0.7}", "{hazard_ratio: 0.9, margin: 1.25}")
        + "design: {power: 0.8}\n"
    ),
    "alternatives": (
        SURVIVAL.replace("0.7}", "[0.7, 0.65]}")
        .replace("accrual:", "patients: [600, 200]\n  accrual:")
        .replace("  follow_up: 12\n", "")
        + "design: {power: [0.9, 0.8], solve_for: follow-up, looks: {information: [0.5, 1]}}\n"
    ),
    "alternatives-power": (
        SURVIVAL.replace("0.7}", "[0.7, 0.6]}")
        + "design: {power: 0.9, events: [260, 200], looks: {information: [0.5, 1]}}\n"
    ),
    "rate": f"{RATE}design: {{power: [0.9, 0.8], looks: {{information: [0.5, 1]}}}}\n",
    "rate-fixed": f"{RATE}design: {{power: 0.9, method: exact}}\n",
    "mean": f"{MEAN}design: {{power: 0.9, looks: {{information: [0.5, 1], read_at: [150]}}}}\n",
    "mean-fixed": f"{MEAN}design: {{power: 0.9}}\n",
    "holm": f"{THREE}design:{LOOKS}  multiplicity: {{procedure: holm}}\n",
    "graph": (
        f"{THREE}design:{LOOKS}  multiplicity:\n    weights: {{H1: 0.8, H2: 0.2}}\n"
        "    transitions: {H1: {H2: 1}, H2: {H1: 0.5, H3: 0.5}, H3: {H1: 1}}\n"
    ),
    "co-primary": f"{THREE}design:{LOOKS}  multiplicity: {{procedure: co-primary}}\n",
    "dunnett": (
        f"{ARMS}design: {{power: 0.9, looks: {{information: [0.5, 1]}}, "
        "multiplicity: {procedure: dunnett}}\n"
    ),
    "days": (
        SURVIVAL.replace("time_unit: month", "time_unit: day")
        .replace("duration: 24", "duration: 2 years")
        .replace("follow_up: 12", "follow_up: 1 year")
        .replace("median: 15", "median: 15 months")
        + f"design:{LOOKS}"
    ),
    "safety": (
        HEAD
        + """
endpoints: [{id: os, label: Overall survival, type: time-to-event, events: [death]}]
hypotheses: [{id: H1, label: New prolongs survival, endpoint: os}]
design:"""
        + SAFETY
    ),
}


@cache
def sample_design(kind: str) -> TrialDesign:
    """Design the trial of one kind."""
    reading = examine_text(KINDS[kind], f"{kind}.yaml")
    assert reading.protocol is not None, (kind, reading.problems)
    return design_trial(reading.protocol)


@cache
def sample_report(kind: str) -> Document:
    """Write its report."""
    return build_design_document(sample_design(kind))
