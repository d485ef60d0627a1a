"""From the file's boundary rules to the rules promised: one rule, and only its own parameters."""

from typing import TYPE_CHECKING

from equipoise.io.protocol import design_schema as grammar
from equipoise.io.protocol.building import Building
from equipoise.protocol.boundary_rules import FIXED, FUTILITY, SPENDING, words_of
from equipoise.protocol.planning import SpendingChoice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from equipoise.io.protocol.nodes import Path
    from equipoise.protocol.planning import Parameter

RULES = ("spending", "boundary", "z")
EFFECTS = ("hazard_ratio", "risk_difference", "mean_difference", "risk_ratio", "odds_ratio")
APART = frozenset({"spending", "boundary", "binding", "looks", "lower", "alpha"})
USUAL = "lan-demets o'brien-fleming"


def build_efficacy(building: Building, looks: int) -> SpendingChoice:
    """Give the efficacy rule; with several looks one is derived where none is written."""
    path: Path = ("design", "efficacy")
    section = building.file.design.efficacy if building.file.design else None
    if section is None:
        if looks > 1:
            building.note(path, f"spending: {USUAL}", "several looks")
        return SpendingChoice(USUAL)
    given = _given(section)
    rule = _rule(building, path, given)
    own = {key: value for key, value in given.items() if key not in APART}
    if rule == FIXED:
        _only(building, path, own, ("z",), "bounds given on the z scale")
    elif rule is not None:
        _check(building, path, rule, own)
    binding = section.binding if section.binding is not None else rule == "pampallona-tsiatis"
    if section.binding is not None and rule != "pampallona-tsiatis":
        what, remedy = "only pampallona-tsiatis binds in this way", "write it under `futility`"
        building.object_to((*path, "binding"), what, str(section.binding).lower(), remedy)
    return SpendingChoice(
        rule or USUAL,
        _parameters(own),
        binding=binding,
        looks=_looks(building, path, section.looks, looks),
        lower=_lower(building, section.lower, rule),
        lower_alpha=section.lower.alpha if section.lower else None,
    )


def build_futility(building: Building, looks: int) -> SpendingChoice | None:
    """Give the futility rule, if there is one."""
    path: Path = ("design", "futility")
    section = building.file.design.futility if building.file.design else None
    if section is None:
        return None
    given = _given(section)
    kinds = [
        key
        for key in ("spending", "z", *EFFECTS, "conditional_power", "predictive_power")
        if key in given
    ]
    if len(kinds) != 1:
        keys = ", ".join(kinds) or "none"
        what = "one futility rule belongs here: `spending`, `z`, an effect, or a power"
        building.object_to(path, what, keys, f"keep `{kinds[0]}`" if kinds else "add one")
    if not kinds:
        return None
    kind = kinds[0]
    own = {key: value for key, value in given.items() if key not in APART}
    if kind == "spending":
        known = ("under", "total")
        shape = {key: value for key, value in own.items() if key not in known}
        _check(building, path, str(section.spending), shape)
        _check_total(building, section)
        rule = str(section.spending)
    else:
        rule = "effect" if kind in EFFECTS else kind
        _only(building, path, own, (kind, *FUTILITY[rule].known), f"a bound by {kind!r}")
    return SpendingChoice(
        rule,
        _parameters(own),
        binding=section.binding,
        looks=_looks(building, path, section.looks, looks, last=False),
    )


def build_harm(building: Building, looks: int) -> SpendingChoice | None:
    """Give the rule of a bound for harm, if there is one."""
    path: Path = ("design", "harm")
    section = building.file.design.harm if building.file.design else None
    if section is None:
        return None
    if section.spending is None:
        building.object_to(path, "the bound for harm lacks `spending`", "", "add it")
        return None
    given = _given(section)
    own = {key: value for key, value in given.items() if key not in APART}
    shape = {key: value for key, value in own.items() if key not in ("total", "futility")}
    _check(building, path, section.spending, shape)
    if not 0 < section.total < 1:
        what, remedy = "an error is above 0 and below 1", "write 0.1 for 10%"
        building.object_to((*path, "total"), what, f"{section.total:g}", remedy)
    at = _looks(building, path, section.looks, looks, last=False)
    return SpendingChoice(section.spending, _parameters(own), looks=at)


def _given(
    section: grammar.EfficacySection | grammar.FutilitySection | grammar.HarmSection,
) -> "dict[str, Parameter]":
    held = {key: getattr(section, key) for key in type(section).model_fields}
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in held.items()
        if value is not None
    }


def _rule(building: Building, path: "Path", given: "Mapping[str, Parameter]") -> str | None:
    """Give the efficacy rule's name, by the only key that names one."""
    kinds = [key for key in RULES if key in given]
    if kinds == ["boundary", "z"] and given["boundary"] == "haybittle-peto":
        return "haybittle-peto"
    if len(kinds) != 1:
        what = "one efficacy rule belongs here: `spending`, `boundary` or `z`"
        remedy = f"keep `{kinds[0]}`" if kinds else f"add `spending: {USUAL}`"
        building.object_to(path, what, ", ".join(kinds) or "none", remedy)
    if not kinds:
        return None
    return FIXED if kinds[0] == "z" else str(given[kinds[0]])


def _check(building: Building, path: "Path", rule: str, own: "Mapping[str, Parameter]") -> None:
    """Object to parameters the rule lacks, and to those it does not use."""
    words = words_of(rule)
    _only(building, path, own, words.known, f"{rule!r}")
    replaced = any(key in own for key in words.instead)
    missing = [key for key in words.needed if key not in own and not replaced]
    for key in missing:
        shown = " or ".join(f"`{each}`" for each in (key, *words.instead))
        building.object_to(path, f"{rule!r} lacks {shown}", "", f"add `{key}`")
    for key in words.needed if replaced else ():
        if key in own:
            what, remedy = "the function is given twice over", f"keep `{key}` or `through`"
            building.object_to((*path, key), what, f"{own[key]}", remedy)


def _only(
    building: Building,
    path: "Path",
    own: "Mapping[str, Parameter]",
    known: tuple[str, ...],
    rule: str,
) -> None:
    for key in own:
        if key not in known:
            takes = ", ".join(f"`{each}`" for each in known) or "none"
            what = f"{rule} has no parameter `{key}`"
            building.object_to((*path, key), what, f"{own[key]}", f"delete it; it takes {takes}")


def _check_total(building: Building, section: grammar.FutilitySection) -> None:
    path: Path = ("design", "futility")
    harm = section.under == "no effect"
    if harm and section.total is None:
        what = "spending under no effect needs the error to spend"
        building.object_to(path, what, "no `total`", "add `total`, such as 0.1")
    elif not harm and section.total is not None:
        what = "spending under the effect spends what power leaves"
        remedy = "delete it, or write `under: no effect`"
        building.object_to((*path, "total"), what, f"{section.total:g}", remedy)
    elif section.total is not None and not 0 < section.total < 1:
        what, remedy = "an error is above 0 and below 1", "write 0.1 for 10%"
        building.object_to((*path, "total"), what, f"{section.total:g}", remedy)


def _lower(
    building: Building, section: grammar.LowerSection | None, rule: str | None
) -> SpendingChoice | None:
    if section is None:
        return None
    path: Path = ("design", "efficacy", "lower")
    if rule not in SPENDING:
        what = "another lower side goes with spending functions"
        building.object_to(path, what, str(rule), "write `spending` for the upper side, too")
    if section.spending is None:
        building.object_to(path, "the lower side lacks `spending`", "", "add it")
        return None
    own = {
        key: tuple(value) if isinstance(value, list) else value
        for key in type(section).model_fields
        if key not in APART and (value := getattr(section, key)) is not None
    }
    _check(building, path, section.spending, own)
    return SpendingChoice(section.spending, _parameters(own))


def _parameters(own: "Mapping[str, Parameter]") -> "tuple[tuple[str, Parameter], ...]":
    return tuple(
        (key, float(value) if isinstance(value, int) else value) for key, value in own.items()
    )


def _looks(
    building: Building, path: "Path", given: list[int] | None, looks: int, *, last: bool = True
) -> tuple[int, ...] | None:
    """Give the looks a rule holds at; they must exist, and efficacy needs the last."""
    if given is None:
        return None
    here: Path = (*path, "looks")
    for number in given:
        if not 1 <= number <= looks:
            remedy = f"write looks from 1 to {looks}"
            building.object_to(here, f"there are {looks} looks", f"{number}", remedy)
    if sorted(set(given)) != given:
        found = ", ".join(map(str, given))
        building.object_to(here, "looks are told once, in order", found, "sort them")
    if last and looks not in given:
        found = ", ".join(map(str, given))
        building.object_to(here, "efficacy is tested at the last look", found, f"add {looks}")
    return tuple(given)
