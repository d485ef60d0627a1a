"""Files that other programs write and that are not read here, and how to save them instead.

A file is known by its first bytes, whatever it is called, and by its ending otherwise.
"""

import io
import zipfile
import zlib
from pathlib import PurePath

from equipoise.errors import DataError

EXCEL = "Excel workbooks are not read: save the sheet as CSV (UTF-8)"
SAS = "SAS data sets are not read: export them as XPT (proc copy with the xport engine) or as CSV"
SPSS = "SPSS files are not read: save the data as CSV (UTF-8)"
STATA = "Stata files are not read: use `export delimited` to save them as CSV"
R_OBJECT = "R objects are not read: use `write.csv(x, row.names = FALSE)` or arrow's write_parquet"
OPEN_DOCUMENT = "OpenDocument sheets are not read: save the sheet as CSV (UTF-8)"
COMPRESSED = "compressed files are not read: unpack the file first"
PDF = "PDF documents are not read: give the data they were made from"
PARQUET = "this is a Parquet file: let its name end in .parquet"
ARROW = "this is an Arrow file: let its name end in .arrow"
XPT = "this is a SAS transport file: let its name end in .xpt"
OWN = {PARQUET: (".parquet", ".pq"), ARROW: (".arrow", ".feather", ".ipc"), XPT: (".xpt", ".xport")}
BY_ENDING = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".xlsb"), EXCEL),
    **dict.fromkeys((".sas7bdat", ".sd7", ".sd2"), SAS),
    **dict.fromkeys((".sav", ".zsav", ".por"), SPSS),
    ".dta": STATA,
    **dict.fromkeys((".rds", ".rda", ".rdata"), R_OBJECT),
    ".ods": OPEN_DOCUMENT,
    **dict.fromkeys((".zip", ".gz", ".bz2", ".xz", ".7z", ".zst"), COMPRESSED),
    ".pdf": PDF,
}
SAS_MARK = bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")  # from byte 12 on
BY_MARK = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", EXCEL),  # an .xls workbook
    (b"$FL2", SPSS),
    (b"$FL3", SPSS),
    (b"<stata_dta>", STATA),
    *((mark, R_OBJECT) for mark in (b"RDX2\n", b"RDX3\n", b"X\n\x00\x00", b"A\n2\n", b"A\n3\n")),
    *((mark, COMPRESSED) for mark in (b"BZh", b"\xfd7zXZ\x00", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd")),
    (b"%PDF-", PDF),
    (b"PAR1", PARQUET),
    (b"ARROW1", ARROW),
    (b"HEADER RECORD*******LI", XPT),  # LIBRARY and LIBV8
)


def refuse_foreign(content: bytes, name: str) -> None:
    """Refuse the bytes of a file that another program must save otherwise first.

    Raises:
        DataError: saying what the file is and how to save it.
    """
    remedy = by_content(content)
    if remedy is not None and not name.lower().endswith(OWN.get(remedy, ())):
        raise DataError(f"{name} cannot be read as it is: {remedy}.")


def by_content(content: bytes) -> str | None:
    """Say what a file of these first bytes needs; None if there is nothing to object to."""
    if content[12:32] == SAS_MARK:
        return SAS
    if content.startswith(b"PK\x03\x04"):
        return inside_zip(content)
    if content.startswith(b"\x1f\x8b"):
        return R_OBJECT if by_content(unpacked(content)) == R_OBJECT else COMPRESSED
    return next((remedy for mark, remedy in BY_MARK if content.startswith(mark)), None)


def inside_zip(content: bytes) -> str:
    """Tell workbooks from other archives by the names inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return COMPRESSED
    if any(name.startswith("xl/") for name in names):
        return EXCEL
    return OPEN_DOCUMENT if "mimetype" in names and "content.xml" in names else COMPRESSED


def unpacked(content: bytes) -> bytes:
    """Give the first bytes of what was compressed with gzip; none if it is damaged."""
    try:
        return zlib.decompressobj(wbits=31).decompress(content, 64)
    except zlib.error:
        return b""


def by_name(name: str) -> str | None:
    """Say what a file of this ending needs; None if its ending is no other program's."""
    return BY_ENDING.get(PurePath(name).suffix.lower())
