"""Write examples/aall1331/data: one simulated trial, in the course that reproduces the paper.

Trial 0 of seed 1331, which was not chosen among others, is cut when 80 events of disease-free
survival are known, as many as when the real trial was stopped.  Ages and sexes have the shares of
the 208 patients of Brown et al., JAMA 2021; 325:833.
"""

import sys
import tempfile
from pathlib import Path

from equipoise.verbs.rehearsed_trial import simulate_patients

EXAMPLE = Path(__file__).parents[1] / "examples" / "aall1331"
KEPT = ("patients.csv", "adverse_events.csv")
RANDOMIZED = 208
AGES = {"1-9": 110, "10-12": 21, "13-17": 44, "18-20": 18, "21-27": 15}
SEXES = {"female": 97, "male": 111}
NOTICE = """\
# SIMULATED, NOT REAL PATIENTS

The patients' data of COG AALL1331 are not public.  `patients.csv` and `adverse_events.csv` are
random numbers: one trial of the scenario `as_published` of `../protocol.yaml`, whose course
(`../aall1331-course.yaml`) reproduces published rates.  Nothing in them is a finding about a
treatment, and no row is a person.

Trial 0 of seed 1331, not chosen among others, known when the 80th event of disease-free survival
came; the real trial was stopped at 80 of 131 events.  Ages and sexes are drawn with the shares of
the 208 patients of Brown et al., JAMA 2021; 325:833; they bear on nothing that happens.  Times are
in months made of whole days, the day of randomization being day 1.

Written by `tools/make_aall1331_data.py`.  Analyze:
`equipoise analyze examples/aall1331 --data examples/aall1331/data`
"""


def data() -> dict[str, bytes]:
    """Give every file of the folder."""
    with tempfile.TemporaryDirectory() as folder:
        simulate_patients(
            EXAMPLE,
            Path(folder) / "trial",
            scenario="as_published",
            seed=1331,
            as_of="80 events",
            opened="2014-12-01",
            shares={
                "age_group": {level: count / RANDOMIZED for level, count in AGES.items()},
                "sex": {level: count / RANDOMIZED for level, count in SEXES.items()},
            },
        )
        files = {name: (Path(folder) / "trial" / name).read_bytes() for name in KEPT}
    return {**files, "NOTICE.md": NOTICE.encode()}


def main() -> None:
    """Write the folder, or with `--check` only compare."""
    target = EXAMPLE / "data"
    made = data()
    if "--check" in sys.argv:
        wrong = [name for name, held in made.items() if (target / name).read_bytes() != held]
        sys.exit(f"not as written now: {', '.join(wrong)}" if wrong else 0)
    target.mkdir(exist_ok=True)
    for name, held in made.items():
        (target / name).write_bytes(held)


if __name__ == "__main__":
    main()
