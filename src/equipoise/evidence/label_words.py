"""Words of arm labels, and where they stand in a title.

A word of a label is found in a title as the beginning of one of its words ("iri" in irinotecan)
or as the initials of several ("ofs" in ovarian function suppression).
"""

import re

CONTROL_WORDS = re.compile(
    r"\b(placebo|pbo|control|observation|follow up only|physicians choice|conventional|standard)\b"
)
CHOICE = re.compile(
    r"\b(?:with or without|and ?/ ?or|plus or minus|with and without|(?:the )?addition of|adding)\b"
)
VERSUS = re.compile(r"\b(?:versus|vs\.?|compared (?:with|to)|or)\b")
COMPARING = re.compile(r"\bcompar(?:ing|ison of)\b(.*?)\b(?:with|and|versus|to)\b(.*)")
SAME = {"chemotherapy": "chemo", "pbo": "placebo", "rt": "radiotherapy"}
FILLING = frozenset({"plus", "and", "alone", "the", "with", "arm", "therapy"})
SHORTEST = 3  # letters of a word that is looked for in a title
WHOLE = {"chemo": "chemotherapy"}  # not in chemoradiation


def plain(text: str) -> str:
    """Give letters, digits and single spaces."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower().replace("'", "").replace("’", ""))


def words(text: str) -> frozenset[str]:
    """Give the words of a label.

    >>> sorted(words("chemotherapy_trastuzumab"))
    ['chemo', 'trastuzumab']
    """
    return frozenset(SAME.get(each, each) for each in plain(text).split()) - FILLING


def distinct(
    first: frozenset[str], second: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Give the words by which each of two arms differs from the other."""
    return first - second, second - first


def named(mine: frozenset[str], text: str) -> bool:
    """Tell whether a text names an arm by one of its own words.

    >>> named(frozenset({"ofs"}), "Tamoxifen plus ovarian function suppression")
    True
    """
    lowered = plain(text)
    initials = " ".join(each[0] for each in lowered.split())
    for word in mine:
        if len(word) < SHORTEST or word == "no":
            continue
        if word in WHOLE:
            if re.search(rf"\b{WHOLE[word]}\b", lowered):
                return True
        elif re.search(rf"\b{re.escape(word)}", lowered) or " ".join(word) in initials:
            return True
    return False


def following_choice(title: str) -> str:
    """Give what follows "with or without" and the like in a title; empty where it does not ask.

    >>> following_choice("Letrozole with or without bevacizumab").strip()
    'bevacizumab'
    """
    found = CHOICE.search(title.lower())
    return title[found.end() :] if found else ""


def apart(title: str) -> tuple[str, str] | None:
    """Give what stands before and after "versus" and the like; None where nothing does.

    A subtitle after a colon, such as the name of the trial, is left out where it can be.

    >>> apart("Comparing S-1 with docetaxel: the CATS trial")
    (' s-1 ', ' docetaxel')
    """
    main, _, _ = title.partition(": ")
    return _halves(main) or _halves(title)


def _halves(title: str) -> tuple[str, str] | None:
    text = CHOICE.sub(" ", title.lower())
    compared = COMPARING.search(text)
    if compared is not None:
        return compared.group(1), compared.group(2)
    found = VERSUS.search(text)
    return None if found is None else (text[: found.start()], text[found.end() :])
