"""Remarks of the data check and of the cut, without what only the writer of the protocol needs.

Values that do not occur are told with the methods.  At the terminal a remark ends with its remedy:
a key of the protocol file to name or to correct.  Who reads a report has no such file at hand.
"""

import re

KEY = re.compile(r"\bdata\.[a-z_]+(?:\.\w+)*|`[a-z_]+`")
SENTENCE = re.compile(r"(?<=\.) (?=[A-Z`])")
REMEDY = re.compile(r"^(?:Name|Check|Correct|Give|Add|Map|Exchange|Turn)\b")


def for_readers(remark: str) -> str:
    """Leave out the sentences that say which key of the protocol to change.

    >>> for_readers("os.csv: there is no event. Check how it is coded, under data.endpoints.os.")
    'os.csv: there is no event.'
    >>> for_readers("A missing answer counts as no. Name `due` to say otherwise.")
    'A missing answer counts as no.'
    """
    told = SENTENCE.split(remark)
    kept = [each for each in told if not (REMEDY.match(each) and KEY.search(each))]
    return " ".join(kept or told)


def of_the_coding(remark: str) -> bool:
    """Tell a remark on values that do not occur: of how the data are coded, not of patients.

    >>> of_the_coding("os.csv: no row has cause 'relapse'; it holds 'death'.")
    True
    """
    return "no row has" in remark or "holds in no row" in remark
