r"""Text that comes from a trial's files, made safe to print anywhere.

A label is data.  It may hold markup, a control character that no XML file can carry, or a
mark that turns the writing direction and so shows a reader something other than what is
stored (Unicode Technical Report 36, section 2.7).  Markup is escaped by each renderer for its
own format; the invisible characters are made visible here, for all formats alike.
"""

import re
import unicodedata

KEPT = frozenset("\t\n")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Unicode general categories
SIGNED = re.compile(r" [=<>≤≥] ?(?=[\d−])")
JOINERS = frozenset("\u00ad\u200c\u200d")  # soft hyphen, and the joiners that scripts need


def printable(text: str) -> str:
    r"""Replace every character that no reader can see by its number.

    >>> printable("Placebo\u202eevil\x00")
    'Placebo⟨U+202E⟩evil⟨U+0000⟩'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(character):04X}⟩" if _hidden(character) else character for character in text
    )


def _hidden(character: str) -> bool:
    if character in KEPT or character in JOINERS:
        return False
    return unicodedata.category(character) in INVISIBLE


def typeset(text: str) -> str:
    r"""Make text printable, and keep a number on the line of its sign: "P = 0.34".

    >>> typeset("one-sided P <0.001 (N = 315)")
    'one-sided P\xa0<0.001 (N\xa0=\xa0315)'
    """
    return SIGNED.sub(lambda found: found[0].replace(" ", "\u00a0"), printable(text))


def slug(text: str) -> str:
    """Turn a name into one that stands in an identifier, an anchor or a file name.

    >>> slug("Wald test (Cox, Efron)")
    'wald-test-cox-efron'
    """
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-") or "unnamed"
