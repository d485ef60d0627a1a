"""The first happening decides: our arrays against a loop over patients written from the words."""

from dataclasses import replace

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.io.data.snapshot import read_snapshot
from equipoise.protocol.data_map import DataMap, EventSource, FirstOf, Subjects, Table
from equipoise.protocol.endpoints import TimeToEvent
from equipoise.protocol.trial import AnalysisPlan, Arm, Population, Protocol, Trial

ENDPOINT = TimeToEvent(
    "dfs", "Disease-free survival", ("relapse", "death"), ("toxicity",), ("transplant",)
)
NAMES = ("relapse", "death", "toxicity", "transplant")
SOURCE = FirstOf(
    "dfs",
    # in another order than the roles, which alone decide ties
    tuple(EventSource(name, "patients", time=name) for name in reversed(NAMES)),
    "patients",
    last_contact_time="last",
)
PROTOCOL = Protocol(
    trial=Trial("T", "T"),
    arms=(Arm("a", "A", "control"), Arm("b", "B", "experimental")),
    variables=(),
    strata=(),
    populations=(Population("itt", "All"),),
    endpoints=(ENDPOINT,),
    estimands=(),
    comparisons=(),
    hypotheses=(),
    analysis=AnalysisPlan(),
    data=DataMap((Table("patients", "x.csv"),), Subjects("patients", "id", "arm"), (), (SOURCE,)),
)
TIME = st.none() | st.integers(0, 4).map(float)
PATIENT = st.tuples(TIME, TIME, TIME, TIME, st.integers(0, 5).map(float))


def naive(patient: tuple[float | None, ...]) -> tuple[float, int, str]:
    outcome = {"relapse": 1, "death": 1, "toxicity": 2, "transplant": 0}
    best = None
    for name, time in zip(NAMES, patient[:4], strict=True):  # by role: a later equal never wins
        if time is not None and (best is None or time < best[0]):
            best = (time, outcome[name], name)
    return best or (float(patient[4] or 0.0), 0, "censored")


@given(st.lists(PATIENT, min_size=2, max_size=12))
@settings(deadline=None, max_examples=80)
def test_first_of_agrees_with_the_loop(patients: list[tuple[float | None, ...]]):
    kinds = dict.fromkeys((*NAMES, "last"), pl.Float64)
    frame = pl.DataFrame(patients, kinds, orient="row").with_columns(
        pl.Series("id", [str(n) for n in range(len(patients))]),
        pl.Series("arm", ["ab"[n % 2] for n in range(len(patients))]),
    )
    followup = read_snapshot(PROTOCOL, {"patients": frame}).followups["dfs"]
    assert followup.happening is not None
    found = [
        (time, outcome, followup.happening.levels[place])
        for time, outcome, place in zip(
            followup.time.tolist(),
            followup.outcome.tolist(),
            followup.happening.codes.tolist(),
            strict=True,
        )
    ]
    assert found == [naive(patient) for patient in patients]


def test_dates_give_the_same_as_times():
    """Day 0 is the day of randomization; months are 365.25 / 12 days."""
    frame = pl.DataFrame(
        {
            "id": ["1", "2"],
            "arm": ["a", "b"],
            "rand": ["2024-01-31", "2024-02-01"],
            "relapse": [None, "2024-02-01"],
            "last": ["2024-03-01", "2024-04-01"],
        }
    )
    source = FirstOf(
        "dfs", (EventSource("relapse", "patients", date="relapse"),), "patients",
        last_contact_date="last",
    )  # fmt: skip
    data = replace(
        PROTOCOL.data, subjects=Subjects("patients", "id", "arm", randomized="rand"),
        endpoints=(source,),
    )  # fmt: skip
    protocol = replace(PROTOCOL, data=data, trial=Trial("T", "T", time_unit="month"))
    followup = read_snapshot(protocol, {"patients": frame}).followups["dfs"]
    assert followup.time.tolist() == [30 / (365.25 / 12), 0.0]
    assert followup.outcome.tolist() == [0, 1]
