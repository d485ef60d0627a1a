"""The language of claims files: what is written is what is read, and what is read can be told."""

import random
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.appraise.claims.claim import ClaimedFollowUp, ClaimedMedian, ClaimedRate
from equipoise.appraise.claims.units import in_unit
from equipoise.errors import ClaimError
from equipoise.io.claims.read import claims_of_text, read_claims, texts
from equipoise.io.claims.schema import ClaimsFile
from equipoise.io.protocol.nodes import plain
from equipoise.io.protocol.publish import json_schema
from equipoise.io.protocol.yaml import parse

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "aall1331").glob("claims-*.yaml"))
RICH = """\
claims: 1
source: {name: S, where: "A journal, 2020", date: 2020-05}
trial: {name: X, time_unit: month}
arms:
  a: {role: experimental, patients: 100}
  c: {role: control, patients: 99}
patients: 199
follow_up: {median: 2 years, range: 1-40, a: 23.5, standing: unverified}
plan: {alpha: 5%, sides: 2, accrual: {first: 2014-12, last: 2016-01}, data_cut: 2018-03-01}
endpoints:
  pfs:
    rates:
      12: {a: "50% ± 5", c: 40% (30-50), p: .04}
      2 years: {a: 30%, c: 25%}
    medians: {a: 12.1 (9-15), c: 9.0 months (7.1 to NE)}
    hazard_ratio: {value: 1.33 (1.06-1.67), inverted: yes}
    p: [{value: .01, sides: 2, test: log-rank}, {value: .2, time: 12, standing: unverified}]
    events: {a: 70, c: 80}
    at_risk: {times: [0, 6, 12], a: [100, 70, 50], c: [99, 60, 30]}
    differences: {12: 10% (-4 to 24)}
    significant: yes
  relapse:
    kind: incidence
    rates: {24: {a: 20%, c: 30%}}
counts:
  response: {a: 45 (45%), c: 30/99 (30.3%), p: <0.05, of: {a: 100}, difference: 15 (1-28)}
"""


def held(claims):
    """Every printed number in claims."""
    pending, found = [claims.claimed, claims.arms, claims.patients, claims.plan], []
    while pending:
        each = pending.pop()
        if hasattr(each, "place"):
            found.append(each)
        elif isinstance(each, tuple):
            pending += each
        elif hasattr(each, "__dataclass_fields__"):
            pending += [getattr(each, name) for name in each.__dataclass_fields__]
    return found


class TestEveryNumberKeepsItsTextAndItsPlace:
    """The text of a number stands in the file at the line it points to."""

    @pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
    def test_in_the_examples(self, file):
        lines = file.read_text(encoding="utf-8").splitlines()
        numbers = held(read_claims(file))
        assert numbers
        for number in numbers:
            assert number.text.rstrip("%") in lines[number.place.line - 1]
            assert number.lower <= number.upper

    @given(st.decimals(0, 1, places=5), st.integers(1, 5))
    def test_whatever_yaml_would_make_of_it(self, value, places):
        text = f"{value:.{places}f}"
        claims = claims_of_text(RICH.replace("value: .01", f"value: {text}"), "claims.yaml")
        (found,) = (n for n in held(claims) if n.place.line == 17 and n.text == text)
        assert found.upper - found.lower <= 10.0**-places * 1.0001


class TestEditorsAreToldTheSameLanguage:
    """What can be read is valid by the published schema."""

    @pytest.mark.parametrize(
        "text", [RICH, *(f.read_text(encoding="utf-8") for f in EXAMPLES)], ids=len
    )
    def test_by_json_schema(self, text):
        validator = jsonschema.Draft202012Validator(json_schema(ClaimsFile, "Equipoise claims"))
        claims_of_text(text, "claims.yaml")
        assert not list(validator.iter_errors(plain(parse(text, "claims.yaml")[0])))


class TestUnitsOfTime:
    """Another unit is another way to write the same."""

    def test_there_and_back(self):
        claims = claims_of_text(RICH, "claims.yaml")
        years = in_unit(claims, "year")
        back = in_unit(years, "month")
        for one, other in zip(claims.claimed, back.claimed, strict=True):
            if isinstance(one, ClaimedRate):
                assert one.time == other.time
            if isinstance(one, ClaimedMedian):
                assert one.median.value == pytest.approx(other.median.value, rel=1e-12)
        assert back.plan.accrual == pytest.approx(claims.plan.accrual, rel=1e-12)

    def test_a_unit_beside_the_number(self):
        claims = claims_of_text(RICH, "claims.yaml")
        follow_up = next(each for each in claims.claimed if isinstance(each, ClaimedFollowUp))
        assert (follow_up.median.text, follow_up.median.value) == ("24", 24.0)
        assert (follow_up.median.lower, follow_up.median.upper) == (18.0, 30.0)
        assert {r.time for r in claims.claimed if isinstance(r, ClaimedRate)} == {12.0, 24.0}


class TestWhatIsUnverifiedIsRemembered:
    def test_by_place(self):
        claims = claims_of_text(RICH, "claims.yaml")
        assert {place.line for place in claims.unverified} == {8, 17}
        assert not claims.plan.unverified


class TestDamageIsTold:
    """However a file is damaged, it is read, or every problem has a place and a remedy."""

    @pytest.mark.parametrize("seed", range(150))
    def test_characters_changed_and_lines_lost(self, seed):
        chance = random.Random(seed)  # noqa: S311 - not for secrets
        text = RICH
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text))
            text = chance.choice(
                [
                    text[:at] + chance.choice("{}[]:,-%.x9 \n'\"&*!|>") + text[at + 1 :],
                    text[:at] + text[at + chance.randint(1, 30) :],
                    text[:at] + text[at : at + 20] + text[at:],
                ]
            )
        claims, problems = read_or_refused(text)
        assert (claims is None) == bool(problems)
        assert all(each.line >= 1 and each.remedy and each.what for each in problems)
        numbers = [] if claims is None else held(claims)
        assert all(number.lower <= number.upper for number in numbers)


def read_or_refused(text):
    try:
        return claims_of_text(text, "claims.yaml"), ()
    except ClaimError as error:
        return None, error.problems


def test_scalars_are_texts():
    root, _ = parse("a: 0.70\nb: yes\nc: 1e-3\nd: [1.0, '2']", "x")
    assert texts(root) == {"a": "0.70", "b": "yes", "c": "1e-3", "d": ["1.0", "2"]}
