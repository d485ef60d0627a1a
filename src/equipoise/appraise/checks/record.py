"""An appraisal as plain data: texts, numbers, lists, and null for what does not exist."""

import json
import math
from pathlib import Path
from typing import Any

from equipoise.appraise.checks.check import Appraisal
from equipoise.appraise.checks.finding import Finding, Line
from equipoise.appraise.checks.telling import HEADINGS, is_unverified
from equipoise.appraise.claims.claim import Claims

VERSION = 1  # of this schema


def appraisal_record(appraisal: Appraisal) -> dict[str, Any]:
    """Give an appraisal as dicts, lists and scalars.

    Witness: the fields of `Appraisal` and `Finding`.
    """
    grades = [each.grade for each in appraisal.findings]
    return {
        "schema": VERSION,
        "trial": appraisal.claims.trial or None,
        "claims": _source(appraisal.claims),
        "others": [_source(each) for each in appraisal.others],
        "grades": {grade: grades.count(grade) for grade in HEADINGS},
        "findings": [_finding(appraisal, each) for each in appraisal.findings],
        "sidedness": {
            about: {
                "about": each.about,
                "p": each.p.p.text,
                "experimental": each.p.experimental,
                "control": each.p.control,
                "time": each.p.time,
                "test": each.p.test,
                "fits": sorted(each.fits),
                "stated": each.stated,
                "told_by": list(each.told_by),
            }
            for about, each in appraisal.sidedness.items()
        },
        "assumed": list(appraisal.assumed),
    }


def appraisal_json(appraisal: Appraisal) -> str:
    """Give an appraisal as JSON, to full precision."""
    record = appraisal_record(appraisal)
    return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _source(claims: Claims) -> dict[str, Any]:
    return {
        "id": claims.id,
        "source": claims.source,
        "citation": claims.citation or None,
        "file": Path(claims.file).name or None,
        "time_unit": claims.time_unit,
    }


def _finding(appraisal: Appraisal, finding: Finding) -> dict[str, Any]:
    return {
        "relation": finding.relation,
        "source": finding.source or None,
        "about": finding.about,
        "grade": finding.grade,
        "sentence": finding.sentence,
        "arithmetic": [_line(each) for each in finding.arithmetic],
        "settles": finding.settles or None,
        "chance": finding.chance,
        "sides": None if finding.sides is None else sorted(finding.sides),
        "unverified": is_unverified(appraisal, finding),
        "places": [
            {"file": Path(each.file).name, "line": each.line, "column": each.column}
            for each in finding.places
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "what": line.what,
        "how": line.how,
        "lower": _finite(line.lower),
        "upper": _finite(line.upper),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value
