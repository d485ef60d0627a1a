"""Find and read the tables a protocol names: a file in the data folder, or a data frame.

A name with a known ending is that file.  A name without one (`adsl`) is the one file of
that stem in whichever format the folder holds, so that the same protocol reads XPT, Dataset-JSON
and Parquet.  Nothing outside the data folder is opened.
"""

import difflib
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.analyze.snapshot import Source
from equipoise.errors import DataError
from equipoise.io.data.columns import TableData, held, text
from equipoise.io.data.conditions import certainly
from equipoise.io.data.findings import AlreadyTold, FindingLog, MissingColumn, Whereabouts, listed
from equipoise.io.data.frames import frame_source, read_frame
from equipoise.io.formats.columnar import read_arrow, read_parquet
from equipoise.io.formats.dataset_json import read_dataset_json
from equipoise.io.formats.delimited import read_delimited
from equipoise.io.formats.foreign import by_name, refuse_foreign
from equipoise.io.formats.normal import FileContent
from equipoise.io.formats.xpt import read_xpt
from equipoise.kernel.arrays import codes
from equipoise.protocol.data_map import Table
from equipoise.protocol.expression import columns_of, parse_condition

Reader = Callable[[bytes, str, str | None], FileContent]
READERS: dict[str, Reader] = {
    **dict.fromkeys(
        (".csv", ".tsv", ".tab", ".txt", ".psv"),
        lambda content, file, _: read_delimited(content, file),
    ),
    **dict.fromkeys((".parquet", ".pq"), lambda content, file, _: read_parquet(content, file)),
    **dict.fromkeys(
        (".arrow", ".feather", ".ipc"), lambda content, file, _: read_arrow(content, file)
    ),
    **dict.fromkeys((".xpt", ".xport"), read_xpt),
    ".json": lambda content, file, _: read_dataset_json(content, file),
    ".ndjson": lambda content, file, _: read_dataset_json(content, file, lines=True),
}


class Tables(dict[str, TableData]):
    """The tables read, by id; `whole` holds them before their own conditions."""

    def __init__(self) -> None:
        super().__init__()
        self.whole: dict[str, TableData] = {}
        self.unreadable: set[str] = set()

    def __missing__(self, name: str) -> TableData:
        """Refuse a table that the protocol does not list, or that could not be read."""
        if name in self.unreadable:
            raise AlreadyTold(name)
        known = f"The protocol lists {listed(list(self))}." if self else "No table could be read."
        raise DataError(f"There is no table {name!r}. {known}")


def read_tables(
    tables: Sequence[Table],
    data: Path | Mapping[str, Any],
    identifiers: Mapping[str, str],
    log: FindingLog,
) -> tuple[Tables, tuple[Source, ...]]:
    """Read every table of the protocol; each file is read once.

    `identifiers` names the column with the patient in each table, for messages.  Problems go
    to `log`; a table that could not be read is not in the answer.
    """
    contents: dict[tuple[str, str | None], tuple[FileContent, Source]] = {}
    found = Tables()
    if isinstance(data, Path) and not data.is_dir():
        log.add("error", "no-data-folder", no_folder(data))
        return found, ()
    for table in tables:
        with log.keeping("unreadable-file", table.id):
            key = (table.file, table.dataset)
            if key not in contents:
                contents[key] = (
                    read_in_folder(table, data, log)
                    if isinstance(data, Path)
                    else read_in_mapping(table, data)
                )
                for note in contents[key][0].notes:
                    log.add("note", "file-format", note, table=table.id)
            content, source = contents[key]
            rows = codes(np.arange(1, content.frame.height + 1))
            whole = found.whole[table.id] = TableData(table.id, source.name, content.frame, rows)
            log.whereabouts[table.id] = whereabouts(whole, identifiers, content.first_line)
            found[table.id] = rows_that_count(table, whole, log)
        if table.id not in found:
            found.unreadable.add(table.id)
    sources = {source.name: source for _, source in contents.values()}
    return found, tuple(sources.values())


def whereabouts(
    whole: TableData, identifiers: Mapping[str, str], first_line: int | None
) -> Whereabouts:
    """Tell how messages name the rows of a table."""
    column = identifiers.get(whole.id, "")
    if column not in whole.frame.columns:
        return Whereabouts(None, first_line)
    try:
        return Whereabouts(text(whole, column), first_line)
    except DataError:  # told where the column is read
        return Whereabouts(None, first_line)


def no_folder(data: Path) -> str:
    """Say that the data folder is none."""
    if data.is_file():
        return f"{str(data)!r} is a file. Give the folder it lies in as data."
    return f"The data folder {str(data)!r} does not exist. Give the folder as data."


def read_in_folder(table: Table, folder: Path, log: FindingLog) -> tuple[FileContent, Source]:
    """Find a table's file in the data folder and read it."""
    path = find_file(folder, table.file, log)
    name = path.relative_to(folder.resolve()).as_posix()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{name} cannot be opened: {error.strerror}.") from None
    refuse_foreign(content, name)
    read = READERS[path.suffix.lower()](content, name, table.dataset)
    digest = hashlib.sha256(content).hexdigest()
    source = Source(name, digest, len(content), read.frame.height, read.frame.width)
    return read, source


def read_in_mapping(table: Table, data: Mapping[str, Any]) -> tuple[FileContent, Source]:
    """Take a table from the frames given in Python, by its id, its file, or the file's stem."""
    for name in (table.id, table.file, Path(table.file).stem):
        if name in data:
            read = read_frame(data[name], name)
            return read, frame_source(read.frame, name)
    message = (
        f"No data frame was given for table {table.id!r} ({table.file}). "
        f"Given are {listed(list(data)) or 'none'}; name one of them {table.id!r}."
    )
    raise DataError(message)


def find_file(folder: Path, name: str, log: FindingLog) -> Path:
    """Find the file a protocol names, inside the data folder.

    Raises:
        DataError: if it is outside the folder, absent, ambiguous, or of an unknown format.
    """
    if not folder.is_dir():
        raise DataError(no_folder(folder))
    root = folder.resolve()
    wanted = root / name
    if not wanted.resolve().is_relative_to(root):
        message = f"{name!r} lies outside the data folder. Put the file into the data folder."
        raise DataError(message)
    if wanted.is_file() and wanted.suffix.lower() in READERS:
        return wanted.resolve()
    files = sorted(file for file in wanted.parent.glob("*") if file.is_file())
    same = [file for file in files if file.name.lower() == wanted.name.lower()]
    stem = [
        file
        for file in files
        if file.stem.lower() == wanted.name.lower() and file.suffix.lower() in READERS
    ]
    candidates = [file for file in same if file.suffix.lower() in READERS] or stem
    if len(candidates) > 1:
        names = listed([file.name for file in candidates])
        message = f"{name!r} could be {names}. Name the file with its ending, or keep only one."
        raise DataError(message)
    if candidates and candidates[0].resolve().is_relative_to(root):
        if candidates[0].name != wanted.name and candidates[0].stem != wanted.name:
            log.add("note", "file-name", f"{name!r} was found as {candidates[0].name!r}.")
        return candidates[0].resolve()
    raise not_found(name, wanted, files, same)


def not_found(name: str, wanted: Path, files: list[Path], same: list[Path]) -> DataError:
    """Say what the folder holds instead of the file that was named."""
    if same or wanted.is_file():
        endings = ", ".join(READERS)
        remedy = by_name(name)
        if remedy is not None:
            return DataError(f"{name!r} cannot be read: {remedy}.")
        return DataError(f"{name!r} is of no known format. Files are read by ending: {endings}.")
    names = [file.name for file in files]
    for file in files:
        remedy = by_name(file.name) if file.stem.lower() == wanted.stem.lower() else None
        if remedy is not None:
            return DataError(f"There is no file {name!r}, but {file.name!r}: {remedy}.")
    stems = {file.stem.lower(): file.name for file in files}
    near = difflib.get_close_matches(wanted.stem.lower(), stems, n=1, cutoff=0.6)
    hint = f" Did you mean {stems[near[0]]!r}?" if near else ""
    held = listed(names) or "no files"
    return DataError(f"There is no file {name!r} in the data folder.{hint} It holds {held}.")


def rows_that_count(table: Table, whole: TableData, log: FindingLog) -> TableData:
    """Keep the rows where the table's own condition holds."""
    if table.where is None:
        return whole
    try:
        keep, unknown = certainly(table.where, whole)
    except MissingColumn as error:
        message = f"{error} data.tables.{table.id}.where names it."
        raise MissingColumn(message, error.table, error.column) from None
    if unknown.any():
        message = (
            f"{whole.file}: whether `{table.where}` holds is unknown in {unknown.sum()} rows "
            "because of missing cells; these rows are left out."
        )
        log.add("warning", "unknown-condition", message, table=table.id, rows=whole.row[unknown])
    if not keep.any() and whole.frame.height:
        columns = columns_of(parse_condition(table.where))
        seen = "; ".join(f"{column} holds {held(whole, column)}" for column in columns)
        message = (
            f"{whole.file}: no row satisfies `{table.where}`: {seen}. "
            f"Check data.tables.{table.id}.where."
        )
        log.add("warning", "no-row-selected", message, table=table.id)
    return whole.only(keep)
