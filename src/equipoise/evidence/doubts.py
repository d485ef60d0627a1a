"""Where the index contradicts itself: told with the figure, never mended in silence."""

import re

CANCERS = {
    "Lung": r"lung|mesotheli",
    "Breast": r"breast",
    "Colorectal": r"colorectal|\bcolon|rectal|rectum",
    "Prostate": r"prostat",
    "another": r"stromal tumou?r",
}
ABOUT_CANCER = "the title speaks of"
EVEN = 1.5  # below this ratio of the arms' patients nobody was randomized 2:1


def doubts(cancer: str, title: str, randomized: str, patients: tuple[int, int]) -> tuple[str, ...]:
    """Say where the index contradicts itself.

    >>> doubts("Breast", "TAS-102 for refractory metastatic colorectal cancer", "1:1", (10, 10))
    ('The index says Breast cancer; the title speaks of colorectal cancer.',)
    """
    said = [name for name, words in CANCERS.items() if re.search(words, title.lower())]
    told = []
    if said and not set(said) & set(cancer.split("/")):
        words = " and ".join(each.lower() for each in said)
        told.append(f"The index says {cancer} cancer; {ABOUT_CANCER} {words} cancer.")
    if randomized == "2:1" and max(patients) < EVEN * min(patients):
        told.append(
            f"The index says 2:1; the arms of the figure have {patients[0]} and {patients[1]} "
            "patients."
        )
    return tuple(told)
