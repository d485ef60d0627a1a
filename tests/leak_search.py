"""Everything that can be read in the files of a report folder, and whether it names something.

Files are read as bytes, and besides as what they hold: members of a DOCX, streams of a PDF (and
its words, where `pdftotext` is there), text chunks of a PNG, and the words of HTML, XML and SVG
without their tags.
"""

import contextlib
import io
import re
import shutil
import subprocess
import zipfile
import zlib
from functools import cache

READER = shutil.which("pdftotext")
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
TAG = re.compile(r"<[^>]*>")
PNG_TEXT = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def pages(name, content):
    """Give (where, text) of all that a file holds, its raw bytes first."""
    raw = content.decode("utf-8", errors="replace")
    yield name, raw
    if name.endswith((".html", ".xml", ".svg", ".rels")):
        yield f"{name} words", " ".join(TAG.sub(" ", raw).split())
        yield f"{name} joined", " ".join(TAG.sub("", raw).split())
    elif name.endswith(".docx"):
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            yield f"{name} comment", held.comment.decode("utf-8", errors="replace")
            for member in held.namelist():
                for where, text in pages(member, held.read(member)):
                    yield f"{name}/{where}", text
    elif name.endswith(".pdf"):
        yield from pdf_pages(name, content)
    elif name.endswith(".png"):
        yield from png_chunks(name, content)


def pdf_pages(name, content):
    """Unpack every stream, and read the words as a reader of PDF does."""
    for place, stream in enumerate(re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)):
        with contextlib.suppress(zlib.error):
            unpacked = zlib.decompressobj().decompress(stream)
            yield f"{name} stream {place}", unpacked.decode("utf-8", errors="replace")
    if READER is not None:
        done = subprocess.run(  # noqa: S603 - our own words
            [READER, "-layout", "-", "-"], input=content, capture_output=True, check=True
        )
        yield f"{name} words", " ".join(done.stdout.decode("utf-8", errors="replace").split())


def png_chunks(name, content):
    """Read the chunks that hold text, and whatever follows the picture."""
    place = 8
    while place + 8 <= len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + size]
        if kind in PNG_TEXT:
            yield f"{name} {kind.decode()}", body.decode("utf-8", errors="replace")
        place += 12 + size
        if kind == b"IEND":
            yield f"{name} after its end", content[place:].decode("utf-8", errors="replace")
            break


def found(files, phrases):
    """List (where, phrase) for every phrase that is in a file; names of files count, too.

    A number is met only whole: 1.23 is not in 11.234.
    """
    numbers = {each for each in phrases if NUMBER.fullmatch(each)}
    words = {each: each.casefold() for each in phrases - numbers}
    met = []
    for name, content in files.items():
        for where, text, held in [
            ("name", name.casefold(), numbers_in(name)),
            *read(name, content),
        ]:
            met += [(where, each) for each in sorted(numbers & held)]
            met += [(where, each) for each, folded in words.items() if whole(folded, text)]
    return met


@cache
def read(name, content):
    """Give (where, text, its numbers) of all that a file holds."""
    return [(where, text.casefold(), numbers_in(text)) for where, text in pages(name, content)]


def numbers_in(text):
    """Give every number of a text, without its sign."""
    return frozenset(NUMBER.findall(text))


def whole(phrase, text):
    """Tell whether a phrase is in a text, not as a part of a longer word or number."""
    if phrase not in text:
        return False
    before = r"(?<![\w.])" if phrase[:1].isalnum() else ""
    after = r"(?!\.?\d|[^\W\d])" if phrase[-1:].isalnum() else ""
    return re.search(f"{before}{re.escape(phrase)}{after}", text) is not None
