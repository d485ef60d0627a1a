"""What a look's decision means, in a clinician's words with its numbers.

Numbers are rounded for reading, with as many digits as tell z and its bounds apart.
"""

from dataclasses import replace

from equipoise.design.wording.numbers import count, decimal, fraction_words, p_words, significant
from equipoise.monitor.bounds.planned_rules import by_leading
from equipoise.monitor.bounds.rules import CONTINUE, EFFICACY, FUTILITY, HARM, NOT_TESTED
from equipoise.monitor.look.look import HypothesisLook, TrialRules
from equipoise.monitor.look.standing import Standing

MINUS = "\u2212"
FEWEST, MOST = 2, 6  # digits after the point


def sentence_of(
    look: HypothesisLook, rules: TrialRules, before: Standing, after: Standing
) -> HypothesisLook:
    """Give a hypothesis's look with the sentence that tells what was decided.

    Args:
        look: of the hypothesis, decided.
        rules: of the trial.
        before: where the trial stood before it.
        after: where it stands with it.
    """
    if look.decision == NOT_TESTED:
        return replace(look, sentence=_not_tested(look, rules, before))
    names = after.levels.names
    met = [name for j, name in enumerate(names) if after.rejected[0, j]]
    told = f"{named(look)}: {_seen(look, rules)} {_against(look, rules, met)}"
    return replace(look, sentence=told)


def named(look: HypothesisLook) -> str:
    """Name a hypothesis by its id and its label."""
    return look.hypothesis if look.label == look.hypothesis else f"{look.hypothesis} ({look.label})"


def places(look: HypothesisLook) -> int:
    """Give how many digits tell z and its bounds apart.

    >>> from types import SimpleNamespace
    >>> seen, none = SimpleNamespace(z=2.449), dict(futility=None, harm=None, futility_from=None)
    >>> places(SimpleNamespace(seen=seen, bound=2.452, **none))
    3
    """
    z = look.seen.z
    bounds = [
        b for b in (look.bound, look.futility, look.harm, look.futility_from) if b is not None
    ]
    digits = FEWEST
    while digits < MOST and any(
        z is not None and z != b and f"{z:.{digits}f}" == f"{b:.{digits}f}" for b in bounds
    ):
        digits += 1
    return digits


def z_told(value: float, digits: int) -> str:
    """Write z with a minus sign that is one."""
    return decimal(value, digits).replace("-", MINUS)


def information_told(look: HypothesisLook, rules: TrialRules) -> str:
    """Tell how much information there is, of how much that is planned."""
    seen, planned = look.seen, look.planned
    share = f"information {fraction_words(look.fraction)}"
    if seen.counted == "variance":
        return f"{share} ({significant(seen.information)} of {significant(planned)})"
    what = "events" if seen.counted == "events" else "patients with a known answer"
    names = [each.hypothesis for each in rules.stopping.hypotheses]
    if by_leading(rules, names.index(look.hypothesis)):
        return f"{count(seen.information)} {what}"
    told = count(planned) if abs(planned - round(planned)) < 1e-6 else f"{planned:.1f}"  # noqa: PLR2004
    return f"{count(seen.information)} of {told} {what} ({share})"


def _seen(look: HypothesisLook, rules: TrialRules) -> str:
    z = 0.0 if look.seen.z is None else look.seen.z
    return f"z {z_told(z, places(look))} at {information_told(look, rules)}"


def _against(look: HypothesisLook, rules: TrialRules, met: list[str]) -> str:
    match look.decision:
        case 1:
            return _efficacy(look, rules, met)
        case 3:
            return _harm(look)
        case 2:
            return _futility(look)
    return _goes_on(look)


def _efficacy(look: HypothesisLook, rules: TrialRules, met: list[str]) -> str:
    digits = places(look)
    bound, p = look.bound or 0.0, look.p_bound or 0.0
    told = (
        f"reaches the efficacy bound {z_told(bound, digits)} (one-sided p at most {p_words(p)}): "
        "the hypothesis of no benefit is rejected"
    )
    together = rules.stopping.together
    if look.hypothesis in together and len(together) > 1:
        missing = [name for name in together if name not in met]
        if missing:
            are = "is" if len(missing) == 1 else "are"
            told += f", but nothing is claimed unless {' and '.join(missing)} {are} met, too"
        else:
            told += f"; all that must be met together ({', '.join(together)}) are met"
    return f"{told}.{_passed_on(look, rules)}"


def _passed_on(look: HypothesisLook, rules: TrialRules) -> str:
    """Tell to which hypotheses alpha passes along the graph."""
    graph = rules.stopping.graph
    if graph is None or look.hypothesis not in graph.hypotheses:
        return ""
    row = graph.transitions[graph.position(look.hypothesis)]
    to = [
        (name, float(share)) for name, share in zip(graph.hypotheses, row, strict=True) if share > 0
    ]
    if not to:
        return ""
    alpha = f"Its alpha {significant(look.level)}"
    if len(to) == 1 and to[0][1] == 1.0:
        return f" {alpha} passes on to {to[0][0]}."
    shares = ", ".join(f"{fraction_words(share)} to {name}" for name, share in to)
    return f" {alpha} passes on: {shares} (through it, where one is already claimed)."


def _futility(look: HypothesisLook) -> str:
    digits, z = places(look), look.seen.z or 0.0
    low, high = look.futility, look.bound
    crossed = low is not None and z <= low
    if not crossed or (high is not None and low is not None and low >= high):
        bound = "" if high is None else f" {z_told(high, digits)}"
        return f"is below the efficacy bound{bound} at its last look: no claim is made."
    told = f"is at or below the futility bound {z_told(low or 0.0, digits)}"
    if look.futility_from is not None and look.futility_from != look.harm:
        told = (
            f"lies between the futility bounds {z_told(look.futility_from, digits)} and "
            f"{z_told(low or 0.0, digits)}"
        )
    drawn = look.drawn
    if drawn is not None and drawn.binding:
        return (
            f"{told}: the rules give it up. The efficacy bounds rely on that: to go on and claim "
            "it later would raise the type I error above alpha."
        )
    return (
        f"{told}: the rules give it up. The bound is not binding: the committee may also go on, "
        "and the type I error is kept."
    )


def _harm(look: HypothesisLook) -> str:
    bound = z_told(look.harm or 0.0, places(look))
    if look.drawn is not None and look.drawn.sides > 1:
        return (
            f"is at or below the lower efficacy bound {bound}: the hypothesis of no difference is "
            "rejected, in favor of the control arm."
        )
    return f"is at or below the bound for harm {bound}: the rules stop for harm."


def _goes_on(look: HypothesisLook) -> str:
    digits, z = places(look), look.seen.z or 0.0
    two_sided = look.drawn is not None and look.drawn.sides > 1
    if look.futility is not None and z <= look.futility and look.futility_from is None:
        return (
            f"is at or below the futility bound {z_told(look.futility, digits)}, which the rules "
            "do not obey: they go on, and the type I error is kept; the committee may stop."
        )
    parts = []
    if look.bound is not None:
        parts.append(f"below the efficacy bound {z_told(look.bound, digits)}")
    if two_sided and look.harm is not None:
        parts.append(f"above the lower efficacy bound {z_told(look.harm, digits)}")
    if look.futility is not None:
        wedge = look.futility_from is not None
        where = "outside the futility region up to" if wedge else "above the futility bound"
        parts.append(f"{where} {z_told(look.futility, digits)}")
    elif look.harm is not None and not two_sided:
        parts.append(f"above the bound for harm {z_told(look.harm, digits)}")
    if not parts:
        return "is held against no bound at this look; the rules go on."
    if look.bound is None:
        parts.append("and efficacy is not tested at this look")
        return f"is {' '.join(parts)}; the rules go on."
    none = "it is not crossed" if len(parts) == 1 else "neither is crossed"
    return f"is {' and '.join(parts)}: {none}; the rules go on."


def _not_tested(look: HypothesisLook, rules: TrialRules, before: Standing) -> str:
    name, names = named(look), before.levels.names
    j, now = names.index(look.hypothesis), len(before.had)
    decided = int(before.outcome[0, j])
    if decided != CONTINUE:
        at = next((each.look for each in reversed(look.past) if each.decision == decided), None)
        words = {
            EFFICACY: "benefit was found",
            FUTILITY: "it was given up for futility",
            HARM: "harm was found",
        }
        when = "earlier" if at is None else f"at look {at}"
        return f"{name} is not tested: {words.get(decided, 'it was decided')} {when}."
    if before.readers[j].place[now] < 0:
        return f"{name} is not tested: its rules do not foresee it at this look."
    if look.seen.z is None:
        return f"{name} is not tested, for want of a statistic: {look.seen.why_not}."
    if look.level <= 0.0:
        return (
            f"{name} is not tested: it has no alpha until {_waits_for(j, before)}. "
            f"Its z is {z_told(look.seen.z, FEWEST)} at {information_told(look, rules)}."
        )
    if not look.seen.information > 0.0:
        return f"{name} is not tested: it has no information yet."
    return (
        f"{name} is not tested: it has no more information than at the look before "
        f"({information_told(look, rules)})."
    )


def _waits_for(j: int, before: Standing) -> str:
    """Name the hypotheses that pass alpha on, one by one or all together."""
    names = before.levels.names
    remaining = before.outcome != EFFICACY
    alone = []
    for k in range(len(names)):
        if k != j and remaining[0, k]:
            without = remaining.copy()
            without[0, k] = False
            if before.levels.given(without)[0, j] > 0.0:
                alone.append(names[k])
    if alone:
        return f"{' or '.join(alone)} is claimed"
    others = [name for k, name in enumerate(names) if k != j and remaining[0, k]]
    return f"{' and '.join(others) or 'another hypothesis'} are claimed"
