"""Write the multi-state courses of the example AALL1331 from their published parameters.

Eight states, fitted to Brown et al., JAMA 2021; 325: 833 (PMC7926290): six hazards an arm to six
targets an arm (MRD after cycles 1 and 2, transplants, first events of three kinds by two years),
and one hazard common to both arms to two-year survival.  Hazards after transplant, the ratios by
MRD, the window of transplant and the profile over time are assumed.  Hazards are per year.

Adverse events follow the paper's Table 3: patients with each event, of any grade and of grade 3 or
more, in each cycle.  Were the kinds independent, more patients would have some severe event than
did; so a share of patients is susceptible, found from the count of patients with any.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.optimize import brentq

FOLDER = Path(__file__).parents[1] / "examples" / "aall1331"
CYCLE_1, CYCLE_2 = 0.09582, 0.19165  # years from randomization to the end of each
TRANSPLANT = (0.1643, 0.5476)  # 60 to 200 days
EARLY = 0.35  # until when the profile is `early`
AFTER_TRANSPLANT_RELAPSE = [(0, 0.16), (0.5, 0.2), (1, 0.06), (2, 0.005)]
AFTER_TRANSPLANT_DEATH = [(0, 0.16), (0.75, 0.03), (2, 0.005)]
CYTOPENIA_GRADES = "[0, 0, 0.7, 0.3, 0]"
MILD_GRADES = "[0.6, 0.4, 0, 0, 0]"
Pieces = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Arm:
    """The fitted hazards of one arm, per year."""

    negative_at_start: float
    clearing: tuple[float, float]  # of MRD, in cycle 1 and cycle 2
    losing: tuple[float, float]  # MRD negativity, likewise
    transplant: float  # while MRD is negative
    failure: float
    relapse: float  # while MRD is negative
    death: float  # in remission without transplant
    early: float  # multiplies relapse and death until `EARLY`


@dataclass(frozen=True)
class Fit:
    """One set of parameters."""

    file: str
    title: str
    after_relapse: float  # death after relapse or treatment failure
    arms: dict[str, Arm]


POSITIVE_TRANSPLANT = 0.35  # hazard of transplant, MRD positive over negative
POSITIVE_RELAPSE = 1.8  # likewise of relapse
FITS = (
    Fit(
        "aall1331-course.yaml",
        "AALL1331 as published, one profile over time in both arms",
        0.50932,
        {
            "chemotherapy": Arm(
                0.30097, (0.80874, 0.5187), (0.15, 0.8), 5.00168, 1.62691, 0.40091, 0.34947, 1.0
            ),
            "blinatumomab": Arm(
                0.24762, (15.01398, 1.5), (0.15, 1.44315), 8.27157, 0.25445, 0.53372, 0.14199, 1.0
            ),
        },
    ),
    Fit(
        "aall1331-course-front-loaded.yaml",
        "AALL1331 as published, events of blinatumomab earlier: a hazard ratio nearer the paper's",
        0.51916,
        {
            "chemotherapy": Arm(
                0.30097, (0.60073, 0.27989), (0.15, 0.8), 4.19704, 1.57178, 0.52008, 0.46267, 0.4
            ),
            "blinatumomab": Arm(
                0.24762, (16.1871, 1.5), (0.15, 1.18144), 9.97351, 0.26812, 0.23441, 0.05888, 3.0
            ),
        },
    ),
)

# Brown et al., Table 3: patients with an event of any grade and of grade 3 or more, in cycle 1 of
# blinatumomab and of chemotherapy, then in cycle 2.
TREATED = {"blinatumomab": (102, 88), "chemotherapy": (97, 62)}
WITH_ANY = {"blinatumomab": ((99, 77), (81, 49)), "chemotherapy": ((89, 88), (55, 52))}
BLOOD, TESTS = "Blood and lymphatic system disorders", "Investigations"
METABOLISM = "Metabolism and nutrition disorders"
GENERAL = "General disorders and administration site conditions"
COUNTS = {
    ("Anemia", BLOOD): (77, 15, 63, 51, 39, 4, 36, 35),
    ("White blood cell decreased", TESTS): (67, 25, 59, 55, 50, 13, 30, 30),
    ("Alanine aminotransferase increased", TESTS): (65, 12, 62, 38, 37, 6, 27, 8),
    ("Fever", GENERAL): (54, 6, 24, 5, 20, 2, 20, 6),
    ("Neutrophil count decreased", TESTS): (51, 34, 58, 57, 43, 25, 32, 31),
    ("Aspartate aminotransferase increased", TESTS): (49, 9, 51, 14, 26, 1, 24, 3),
    ("Hypoalbuminemia", METABOLISM): (47, 0, 43, 6, 18, 0, 23, 1),
    ("Lymphocyte count decreased", TESTS): (43, 37, 32, 30, 33, 18, 16, 15),
    ("Platelet count decreased", TESTS): (43, 8, 63, 56, 18, 3, 37, 34),
    ("Hyperglycemia", METABOLISM): (32, 2, 24, 6, 31, 2, 19, 8),
    ("Hypocalcemia", METABOLISM): (31, 2, 36, 6, 12, 0, 18, 0),
    ("Hypokalemia", METABOLISM): (28, 7, 36, 19, 21, 2, 28, 14),
    ("Hypophosphatemia", METABOLISM): (18, 0, 18, 5, 8, 0, 7, 2),
    ("Hypotension", "Vascular disorders"): (16, 1, 11, 7, 12, 3, 7, 4),
    ("Blood bilirubin increased", TESTS): (15, 2, 31, 7, 4, 0, 16, 2),
    ("Infection", "Infections and infestations"): (15, 10, 48, 39, 20, 9, 42, 38),
    ("Vomiting", "Gastrointestinal disorders"): (14, 0, 20, 2, 15, 1, 13, 4),
    ("Gamma-glutamyltransferase increased", TESTS): (12, 4, 9, 5, 5, 1, 3, 1),
}
PLACE = {("blinatumomab", 0): 0, ("chemotherapy", 0): 2, ("blinatumomab", 1): 4}
PLACE["chemotherapy", 1] = 6

HEAD = """\
# {title}.
# Written by tools/make_aall1331_course.py.  Times and hazards are in years from randomization,
# which was at the end of reinduction.  Fitted: MRD, transplant, failure, relapse and death in
# remission, by arm; death after relapse, common to both.  Assumed: everything after transplant,
# the ratios by MRD, when transplants are done, the profile over time; of adverse events, how
# grades 3 and 4 divide, what is serious, and what is related.
schema: 1
title: "{title}"
time_unit: year
notes:
  - A truth for rehearsal, not an estimate.
  - It reproduces MRD, transplants, first events and two-year disease-free survival of Brown et
    al., JAMA 2021; 325:833, by six hazards for six targets an arm, and two-year survival within
    half a percentage point.
  - Hazards after transplant, hazard ratios by MRD and the profile over time are assumed.
states:
  - {{id: residual, label: "In remission, MRD 0.01% or more, or unknown"}}
  - {{id: negative, label: "In remission, MRD below 0.01%"}}
  - {{id: transplanted, label: "In remission after transplant"}}
  - {{id: failed, label: "Treatment failure: 5% blasts or more after cycle 1"}}
  - {{id: relapsed, label: "Relapse"}}
  - {{id: dead_in_remission, label: "Death in remission without transplant"}}
  - {{id: dead_after_transplant, label: "Death in remission after transplant"}}
  - {{id: dead, label: "Death after treatment failure or relapse"}}
"""
READINGS = f"""\
readings:
  - endpoint: dfs
    entering:
      failed: treatment failure
      relapsed: relapse
      dead_in_remission: death
      dead_after_transplant: death
  - endpoint: os
    entering: {{dead_in_remission: death, dead_after_transplant: death, dead: death}}
  - {{endpoint: mrd, at: {CYCLE_1}, states: [negative]}}
  - endpoint: hsct
    entering: {{transplanted: transplant}}
    competing: {{failed: treatment failure, relapsed: relapse, dead_in_remission: death}}
"""


def main() -> None:
    """Write both courses anew."""
    for fit in FITS:
        (FOLDER / fit.file).write_text(course_text(fit), encoding="utf-8")


def course_text(fit: Fit) -> str:
    """Give a course as its file holds it."""
    lines = [HEAD.format(title=fit.title).rstrip(), "start:"]
    for name, arm in fit.arms.items():
        shares = f"residual: {1 - arm.negative_at_start:.5f}, negative: {arm.negative_at_start}"
        lines.append(f"  {name}: {{{shares}}}")
    lines.append("transitions:")
    for source, target, hazards in moves(fit):
        lines.append(f"  - from: {source}\n    to: {target}")
        if isinstance(hazards, dict):
            lines.append("    hazard:")
            lines += [f"      {name}: {shown(pieces)}" for name, pieces in hazards.items()]
        else:
            lines.append(f"    hazard: {shown(hazards)}")
    return "\n".join([*lines, READINGS.rstrip(), *adverse_event_lines()]) + "\n"


def moves(fit: Fit) -> list[tuple[str, str, Pieces | dict[str, Pieces]]]:
    """Give every transition with its hazard, by arm where arms differ."""
    by_arm = {name: arm_moves(arm) for name, arm in fit.arms.items()}
    pairs = list(next(iter(by_arm.values())))
    own: list[tuple[str, str, Pieces | dict[str, Pieces]]] = [
        (source, target, {name: held[source, target] for name, held in by_arm.items()})
        for source, target in pairs
    ]
    return [
        *own,
        ("transplanted", "relapsed", AFTER_TRANSPLANT_RELAPSE),
        ("transplanted", "dead_after_transplant", AFTER_TRANSPLANT_DEATH),
        ("failed", "dead", [(0, fit.after_relapse)]),
        ("relapsed", "dead", [(0, fit.after_relapse)]),
    ]


def arm_moves(arm: Arm) -> dict[tuple[str, str], Pieces]:
    """Give the hazards of the transitions in which arms differ."""
    cycles = (0.0, CYCLE_1, CYCLE_2)
    begin, end = TRANSPLANT

    def profile(hazard: float) -> Pieces:
        times, factors = (0.0, EARLY, 1.0, 2.0), (arm.early, 1.0, 0.5, 0.03)
        return [(time, hazard * factor) for time, factor in zip(times, factors, strict=True)]

    return {
        ("residual", "negative"): list(zip(cycles, (*arm.clearing, 0.0), strict=True)),
        ("negative", "residual"): list(zip(cycles, (*arm.losing, 0.0), strict=True)),
        ("residual", "failed"): [(0, arm.failure), (CYCLE_1, 0)],
        ("residual", "relapsed"): profile(arm.relapse * POSITIVE_RELAPSE),
        ("negative", "relapsed"): profile(arm.relapse),
        ("residual", "dead_in_remission"): profile(arm.death),
        ("negative", "dead_in_remission"): profile(arm.death),
        ("residual", "transplanted"): [
            (0, 0),
            (begin, arm.transplant * POSITIVE_TRANSPLANT),
            (end, 0),
        ],
        ("negative", "transplanted"): [(0, 0), (begin, arm.transplant), (end, 0)],
    }


def adverse_event_lines() -> list[str]:
    """Give the adverse events: each cycle, and mild and severe ones, apart."""
    lines = ["adverse_events:"]
    for cycle in range(2):
        able = {arm: susceptible(arm, cycle) for arm in TREATED}
        for severe in (True, False):
            for term, organ_class in COUNTS:
                rates = {
                    arm: rate((term, organ_class), arm, cycle, severe=severe, able=able[arm])
                    for arm in TREATED
                }
                if not any(rates.values()):
                    continue
                pieces = {arm: shown(window(cycle, value)) for arm, value in rates.items()}
                held = {arm: f"{able[arm][0 if severe else 1]:.5f}" for arm in TREATED}
                lines += [
                    f"  - term: {term}",
                    f"    system_organ_class: {organ_class}",
                    f"    rates: {{{', '.join(f'{arm}: {each}' for arm, each in pieces.items())}}}",
                    f"    susceptible: {{{', '.join(f'{a}: {each}' for a, each in held.items())}}}",
                    f"    grades: {CYTOPENIA_GRADES if severe else MILD_GRADES}",
                    f"    serious: {0.3 if severe else 0}",
                    "    related: 0.6",
                    f"    until: {(CYCLE_1, CYCLE_2)[cycle]}",
                ]
    return lines


def window(cycle: int, value: float) -> Pieces:
    """Give a rate that holds during one cycle; `until` ends it."""
    return [(0.0, value)] if cycle == 0 else [(0.0, 0.0), (CYCLE_1, value)]


def chances(kind: tuple[str, str], arm: str, cycle: int) -> tuple[float, float]:
    """Give the shares of treated patients with an event, of any grade and severe."""
    place, treated = PLACE[arm, cycle], TREATED[arm][cycle]
    return COUNTS[kind][place] / treated, COUNTS[kind][place + 1] / treated


def susceptible(arm: str, cycle: int) -> tuple[float, float]:
    """Find the shares of patients who can have severe events, and events at all.

    Among s who can, a share p of all has the event with chance p / s each, independently; mild
    events come to a share m of all who can have any.
    """
    treated = TREATED[arm][cycle]
    any_grade, any_severe = (count / treated for count in WITH_ANY[arm][cycle])
    each = [chances(kind, arm, cycle) for kind in COUNTS]

    def some_severe(share: float) -> float:
        return share * (1 - math.prod(1 - severe / share for _, severe in each)) - any_severe

    severe = brentq(some_severe, any_severe, 1.0) if some_severe(1.0) > 0 else 1.0

    def some(share: float) -> float:
        no_mild = math.prod(1 - (a - p) / (share - p) for a, p in each)
        no_severe = math.prod(1 - p / severe for _, p in each)
        among = severe * (1 - no_mild * no_severe) + (share - severe) * (1 - no_mild)
        return among - any_grade

    return severe, brentq(some, max(severe, any_grade), 1.0) if some(1.0) > 0 else 1.0


def rate(
    kind: tuple[str, str], arm: str, cycle: int, *, severe: bool, able: tuple[float, float]
) -> float:
    """Give the mean rate per year in a cycle at which so many patients have an event."""
    length = CYCLE_1 if cycle == 0 else CYCLE_2 - CYCLE_1
    any_grade, grave = chances(kind, arm, cycle)
    share = able[0] if severe else able[1]
    chance = grave / share if severe else (any_grade - grave) / (share - grave)
    return -share * math.log1p(-chance) / length


def shown(pieces: Pieces) -> str:
    """Give pieces as the protocol language has them."""
    if len(pieces) == 1:
        return f"{pieces[0][1]:.7g}"
    return "[" + ", ".join(f"[{start:g}, {value:.7g}]" for start, value in pieces) + "]"


if __name__ == "__main__":
    main()
