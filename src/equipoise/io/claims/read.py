"""From a claims file to the claims: parse, check the grammar, check what contradicts itself.

Scalars are read as the text they are written as, whatever YAML would make of them: 0.70 has two
decimals.  Every problem of a file is told at once, each at its line and column.
"""

from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from equipoise.appraise.claims.claim import Claims
from equipoise.errors import ClaimError, Problem, ProtocolError
from equipoise.io.claims.build import build_claims
from equipoise.io.claims.check import claims_contradictions
from equipoise.io.claims.names import TAKEN, misnamed, name_problem, places_under
from equipoise.io.claims.schema import ClaimsFile
from equipoise.io.protocol.nodes import Node, Place, Scalar, Sequence
from equipoise.io.protocol.problems import (
    contradiction_problem,
    grammar_problems,
    null_problems,
    unknown_key_problems,
)
from equipoise.io.protocol.yaml import MOST, FileKind, load, parse

CLAIMS = FileKind(
    "claims file",
    "name the YAML file that holds the claims",
    "see docs/appraise.md for how to begin",
    "write one source a file",
    "docs/appraise.md",
)


def read_claims(path: str | Path) -> Claims:
    """Read a claims file.

    Raises:
        ClaimError: With every problem of the file, each at its line and column.
    """
    file = Path(path)
    try:
        return claims_of_text(load(file, CLAIMS), str(file))
    except ProtocolError as error:
        raise ClaimError(str(error), error.problems) from None


def claims_of_text(text: str, name: str) -> Claims:
    """Read claims from their text; `name` stands for the file in problems and places.

    Raises:
        ClaimError: With every problem of the text, each at its line and column.
    """
    try:
        root, problems = parse(text, name, CLAIMS)
    except ProtocolError as error:
        raise ClaimError(str(error), error.problems) from None
    value = texts(root)
    names = tuple(misnamed(value))
    unknown = [name_problem(*each, root, name) for each in islice(names, MOST)]
    if any(fact == TAKEN for _, fact, _ in names):
        raise _error([*problems, *unknown])
    unread = {place for path, *_ in names for place in places_under(root, path)}
    unread |= {Place(each.line, each.column) for each in unknown}
    file, wrong = _validated(value, root, name)
    problems += unknown
    wrong = [*null_problems(root, name), *wrong]
    problems += [each for each in wrong if Place(each.line, each.column) not in unread]
    if file is not None:
        found = islice(claims_contradictions(file), MOST)
        problems += [contradiction_problem(each, root, name) for each in found]
    if problems or file is None:
        raise _error(problems)
    return build_claims(file, root, name)


def _validated(value: object, root: Node, name: str) -> tuple[ClaimsFile | None, list[Problem]]:
    try:
        return ClaimsFile.model_validate(value), []
    except ValidationError as error:
        unknown = islice(unknown_key_problems(error, root, name, ClaimsFile), MOST)
        return None, [*unknown, *islice(grammar_problems(error, root, name), MOST)]


def _error(problems: list[Problem]) -> ClaimError:
    once = sorted(dict.fromkeys(problems), key=lambda each: (each.line, each.column))[:MOST]
    return ClaimError("\n".join(map(str, once)), tuple(once))


def texts(node: Node) -> object:
    """Give what is written, every scalar as its text; nothing where nothing is written."""
    if isinstance(node, Scalar):
        return None if node.value is None else node.text
    if isinstance(node, Sequence):
        return [texts(item) for item in node.items]
    return {key: texts(value) for key, (_, value) in node.entries.items()}
