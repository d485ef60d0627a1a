"""Protocols altered at random: each is designed, or refused in words; nothing else happens."""

import copy
import random
from io import StringIO
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from equipoise.design.planned.record import design_json
from equipoise.design.trial import design_trial
from equipoise.errors import DesignError, ProtocolError, SimulationError
from equipoise.io.protocol.read import examine_text
from equipoise.io.protocol.templates import KINDS, template_text
from equipoise.simulate.planned.planned import planned_rehearsal

LAWS = Path(__file__).parents[1] / "laws"
FILES = [template_text(kind) for kind in KINDS]
FILES += [path.read_text(encoding="utf-8") for path in sorted(LAWS.glob("protocol-design-*.yaml"))]
ALTERED = ("arms", "hypotheses", "analysis", "design", "planning", "conduct", "scenarios")
WORDS = {
    "solve_for": ["power", "events", "patients", "accrual duration", "follow-up", "effect"],
    "method": ["direct", "yung-liu", "lachin-foulkes", "freedman", "exact", "t", "arcsine"],
    "procedure": ["holm", "hochberg", "graph", "dunnett", "co-primary", "fixed sequence"],
    "spending": ["power", "hwang-shih-decani", "lan-demets pocock", "step"],
    "boundary": ["pocock", "wang-tsiatis", "haybittle-peto", "pampallona-tsiatis"],
    "role": ["primary", "secondary"],
    "alternative": ["one-sided", "two-sided"],
    "sized_for": ["all", "H1", "H2"],
}
ANY = [0, -1, 1, 0.5, 1e-12, 1e12, 1 - 1e-12, [], [0.5, 1], True, "x", "all", {}, {"a": 1}]


def leaves(value, path=()):
    """Give the paths of all single values that can be altered."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from leaves(held, (*path, key))
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from leaves(held, (*path, place))
    elif path[0] in ALTERED and path[-1] != "id":
        yield path


def altered(chance: random.Random, protocol):
    """Alter, leave out or add one to three values."""
    protocol = copy.deepcopy(protocol)
    for _ in range(chance.choice([1, 1, 2, 3])):
        path = chance.choice(list(leaves(protocol)))
        parent = protocol
        for key in path[:-1]:
            parent = parent[key]
        old, key = parent[path[-1]], path[-1]
        how = chance.random()
        if how < 0.1:
            del parent[key]
        elif how < 0.2:
            parent[key] = copy.deepcopy(chance.choice(ANY))
        elif how < 0.3:
            name = chance.choice(list(WORDS))
            protocol.setdefault("design", {})[name] = chance.choice(WORDS[name])
        elif isinstance(old, bool):
            parent[key] = not old
        elif isinstance(old, int | float):
            parent[key] = old * 10 ** chance.uniform(
                *chance.choice([(-0.3, 0.3), (-2, 2), (-9, 9)])
            )
        elif key in WORDS:
            parent[key] = chance.choice(WORDS[key])
    return protocol


def written(protocol) -> str:
    text, yaml = StringIO(), YAML()
    yaml.default_flow_style, yaml.width = True, 10**6
    yaml.dump(protocol, text)
    return text.getvalue()


def rehearse(protocol, design) -> None:
    """Plan the rehearsal in every scenario that needs no other file."""
    for scenario in protocol.rehearsal.scenarios:
        if not scenario.course_file and scenario.resampled is None:
            planned_rehearsal(protocol, design, scenario)


@pytest.mark.parametrize("seed", range(4))
def test_every_ending_is_a_design_or_a_refusal(seed):
    chance = random.Random(seed)  # noqa: S311 - no secret
    protocols = [YAML(typ="safe").load(text) for text in FILES]
    endings = {"design": 0, "refusal": 0, "problem": 0}
    for _ in range(40):
        text = written(altered(chance, chance.choice(protocols)))
        try:
            reading = examine_text(text, "p.yaml")
            if reading.problems or reading.protocol is None or reading.protocol.design is None:
                endings["problem"] += 1
                continue
            design = design_trial(reading.protocol)
            design_json(design)
            endings["design"] += 1
            rehearse(reading.protocol, design)
        except (DesignError, ProtocolError, SimulationError):
            endings["refusal"] += 1
            continue
        for each in design.hypotheses:
            assert each.plan is None or 0 <= each.plan.power <= 1 + 1e-12, text
            assert each.plan is None or each.plan.patients > 0, text
    assert min(endings["design"], endings["problem"]) > 0
