"""A small trial to break: two arms, and whatever tables a test writes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.analyze.snapshot import Snapshot
from equipoise.io.data.snapshot import read_snapshot
from equipoise.protocol.data_map import DataMap, EndpointSource, SingleTime, Subjects, Table
from equipoise.protocol.endpoints import Endpoint, TimeToEvent
from equipoise.protocol.trial import AnalysisPlan, Arm, Population, Protocol, Trial

OS = TimeToEvent("os", "Overall survival", ("death",))
PROTOCOL = Protocol(
    trial=Trial("T", "A trial", time_unit="day"),
    arms=(Arm("control", "Control", "control"), Arm("new", "New", "experimental")),
    variables=(),
    strata=(),
    populations=(
        Population("itt", "Randomized"),
        Population("safety", "Treated", arms="received"),
    ),
    endpoints=(OS,),
    estimands=(),
    comparisons=(),
    hypotheses=(),
    analysis=AnalysisPlan(),
    data=DataMap(
        tables=(Table("patients", "patients.csv"),),
        subjects=Subjects("patients", "id", "arm"),
        endpoints=(SingleTime("os", "patients", "time", event="died == 1"),),
    ),
)

Trial_ = Callable[..., Protocol]
Read = Callable[..., Snapshot]


@pytest.fixture
def trial() -> Trial_:
    """Make a protocol: endpoints, their sources, more tables, and other parts replaced."""

    def make(
        source: EndpointSource | None = None,
        endpoint: Endpoint = OS,
        tables: dict[str, str] | None = None,
        subjects: Subjects | None = None,
        **parts: object,
    ) -> Protocol:
        data = PROTOCOL.data
        if tables is not None:
            data = replace(data, tables=tuple(Table(name, file) for name, file in tables.items()))
        if subjects is not None:
            data = replace(data, subjects=subjects)
        if source is not None:
            data = replace(data, endpoints=(source,))
        return replace(PROTOCOL, **({"endpoints": (endpoint,), "data": data} | parts))

    return make


@pytest.fixture
def read(tmp_path: Path, trial: Trial_) -> Read:
    """Write files and read them as the trial's data."""

    def from_files(
        patients: str | bytes, protocol: Protocol | None = None, **files: str
    ) -> Snapshot:
        content = patients if isinstance(patients, bytes) else patients.encode()
        (tmp_path / "patients.csv").write_bytes(content)
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return read_snapshot(protocol or trial(), tmp_path)

    return from_files
