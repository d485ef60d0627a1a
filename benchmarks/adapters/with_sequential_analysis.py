"""sequential-analysis: bounds in pure Python; beta spending given as a function."""

# What other libraries take and give back has no types of ours.
# ruff: noqa: ANN001, ANN003, ANN201, ANN202

import math

from sequential_analysis.group_sequential import group_sequential_design

from jobs import Task


def hwang_shih_decani(fraction):
    return 0.1 * math.expm1(2.0 * fraction) / math.expm1(2.0)


def looks_of(count, *, futility=True, **rules):
    fractions = [(k + 1) / count for k in range(count)]
    other = {"futility": hwang_shih_decani, "power": 0.9} if futility else {}

    def call():
        design = group_sequential_design(
            rules.get("alpha", 0.025), fractions, two_sided="alpha" in rules, **other
        )
        return design, design.inflation_factor(None if futility else 0.9)

    def read(found):
        design, inflation = found
        answers = {f"efficacy z at look {k + 1}": z for k, z in enumerate(design.bounds)}
        lower = (design.futility or ())[:-1]
        answers |= {f"futility z at look {k + 1}": z for k, z in enumerate(lower)}
        return answers | {"inflation": inflation}

    return Task(lambda: call, read)


TASKS = {
    "looks_3": looks_of(3),
    "looks_10": looks_of(10),
    "looks_50": looks_of(50, futility=False),
    "two_sided_5": looks_of(5, futility=False, alpha=0.05),
}
