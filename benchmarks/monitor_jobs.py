"""What is timed of looks, and whom each question is put to."""

from collections.abc import Iterable
from typing import NamedTuple

from jobs import OURS

PLANNED = (0.25, 0.5, 0.75, 1.0)
SEEN = (0.22, 0.55, 0.71, 0.97)  # where the looks were held; the last one is final
AT_LOOK = (1, 1.2)  # look, z: for the conditional power of 200 events planned
RATIO = 0.7
INFORMATION, Z, LEVEL = 50.0, 2.6, 0.95  # inference at the third look: of the log hazard ratio
PLAN = "O'Brien-Fleming-type spending of one-sided 0.025, looks at 0.25, 0.5, 0.75, 1"


class Job(NamedTuple):
    """A question put alike to every library that can answer it."""

    title: str
    asked: str
    peers: tuple[str, ...] = ()
    goal: float | None = None  # seconds of wall time, warm
    rounds: int | None = None


JOBS = {
    "bounds": Job(
        "Bounds at the information there is",
        f"{PLAN}; held at 0.22, 0.55, 0.71 and, for the last time, 0.97.",
        ("gsDesign", "lrstat", "rpact"),
    ),
    "conditional": Job(
        "Conditional power at a look",
        f"{PLAN} of 200 events; z 1.2 at the first look, hazard ratio 0.7 from then on; by later "
        "look. lrstat tells the whole of it.",
        ("gsDesign", "lrstat", "rpact"),
    ),
    "stagewise": Job(
        "Inference after stopping, stage-wise",
        f"{PLAN} of 200 events; z 2.6 at the third look: p, median-unbiased estimate, limits. "
        "rpact computes p and limits by separate calls.",
        ("lrstat", "rpact"),
    ),
    "look": Job(
        "A look at 10,000 patients, without simulated rests",
        "From CSV files to all that the reports tell: two endpoints and 45,000 adverse events, "
        "the data cut, bounds, conditional and predictive power, beliefs, inference, safety, "
        "analysis by arm.",
        goal=2.0,
    ),
    "rest, 1 core": Job(
        "10,000 rests of a trial of 1,000 patients, 1 core",
        "900 at hand, each followed on from where they are; later looks tested and decided.",
        goal=5.0,
        rounds=3,
    ),
    "rest, 2 cores": Job(
        "10,000 rests of a trial of 1,000 patients, 2 cores",
        "The same in two threads; memory and CPU time of both.",
        goal=5.0,
        rounds=3,
    ),
    "all rests, 2 cores": Job(
        "The whole look of that trial, with 10,000 rests of each of its models, 2 cores",
        "As the patients at hand tell it, as designed, no effect, and a scenario: 40,000 rests, "
        "with the dates to come, blinded and by arm.",
        rounds=1,
    ),
}
ASKED = (OURS, "gsDesign", "lrstat", "rpact")


def numbered(values: Iterable[float]) -> dict[str, float]:
    """Name values by look."""
    return {f"at look {number}": float(value) for number, value in enumerate(values, start=1)}
