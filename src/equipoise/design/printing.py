"""What a design shows of itself at the prompt: a headline, and a table of its looks.

Rounded for reading; every digit is in the fields.  A result whose class is `Printed` shows its
fields by name, short; plans and sequential designs are written as a statistician reads them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from equipoise.design.plan import Bound, Plan
    from equipoise.design.sequential.design import GroupSequential
    from equipoise.design.trial_design import TrialDesign

MOST_VALUES = 12  # of an array, in a line
MOST_ROWS = 10  # of a table
WIDEST = 96  # characters of a line
UNTOLD = frozenset({"assumed", "power_curve", "expected", "curve", "closure", "courses", "combo"})
Cell = str | None


class Printed:
    """A result that prints as a summary."""

    __slots__ = ()

    def __repr__(self) -> str:
        return shown(self)


def shown(result: object) -> str:
    """Write a result as a headline and a few lines.

    >>> from equipoise.design import StoppingPlan, group_sequential
    >>> print(group_sequential(StoppingPlan((0.5, 1.0)), power=0.9))
    GroupSequential: 2 looks, one-sided alpha 0.025, power 0.9, drift 3.247, inflation 1.003
      efficacy: Lan-DeMets spending of O'Brien-Fleming type
      look  information  efficacy  alpha spent  power
         1          0.5     2.963      0.00153  0.253
         2            1     1.969        0.025    0.9
    """
    for kind in type(result).__mro__:
        if kind.__name__ in WRITERS:
            return "\n".join(WRITERS[kind.__name__](result))
    plan = getattr(result, "plan", None)
    if plan is not None:
        return "\n".join(_plan(plan, type(result).__name__))
    return "\n".join(_fields(result))


def _sequential(design: "GroupSequential") -> Iterator[str]:
    inflation = f", inflation {short(design.inflation)}"
    yield (
        f"{type(design).__name__}: {_looks(design)}, power {short(design.power)}, "
        f"drift {short(design.drift)}{inflation}"
    )
    yield from _rules(design)
    two_sided, rows = design.sides > 1, range(design.looks)
    futility = design.lower
    if two_sided:
        futility = np.full(design.looks, np.nan) if design.inner is None else design.inner[:, 1]
    columns: dict[str, list[Cell]] = {
        "look": [str(look + 1) for look in rows],
        "information": [short(part) for part in design.information],
        "efficacy": [_z(z) for z in design.upper],
        "other side": [_z(z) for z in design.lower] if two_sided else [],
        "futility": [_z(z) for z in futility],
        "harm": [] if design.harm is None else [_z(z) for z in design.harm],
        "alpha spent": [_spent(part) for part in design.alpha_spent],
        "power": [f"{part:.3g}" for part in design.power_by_look],
    }
    yield from table(columns)


def _plan(plan: "Plan", name: str = "Plan") -> Iterator[str]:
    yield f"{name}: {headline(plan)}"
    yield f"  {plan.method}"
    yield f"  {_looks(plan.sequential)}"
    yield from _rules(plan.sequential)
    looks = plan.looks

    def bounds(found: Iterable["Bound | None"]) -> list[Cell]:
        return [None if each is None else f"{each.z:.3f} ({short(each.effect)})" for each in found]

    counted = _patients_known(plan)
    columns: dict[str, list[Cell]] = {
        "look": [str(look.number) for look in looks],
        "information": [short(look.information_fraction) for look in looks],
        "events": [None if look.events is None else f"{look.events:.1f}" for look in looks],
        "patients": [f"{look.patients:.1f}" if counted else None for look in looks],
        "time": [None if look.time is None else f"{look.time:.2f}" for look in looks],
        "efficacy": bounds(look.efficacy for look in looks),
        "other side": bounds(look.lower_efficacy for look in looks),
        "futility": bounds(look.futility for look in looks),
        "harm": bounds(look.harm for look in looks),
        "alpha spent": [_spent(look.alpha_spent) for look in looks],
    }
    yield from table(columns)


def headline(plan: "Plan") -> str:
    """Say in a line what a plan takes.

    Witness: the plan's own fields.
    """
    effect = plan.effect
    whole = f"{sum(plan.patients_whole)} patients" if _patients_known(plan) else ""
    events = "" if plan.events is None else f"{short(plan.events)} events"
    size = ", ".join(filter(None, (whole, events)))
    return (
        f"{effect.name} {short(effect.value)} against {short(effect.null)}: {size}, "
        f"power {short(plan.power)}"
    )


def _patients_known(plan: "Plan") -> bool:
    return bool(getattr(plan, "patients_known", True))


def _trial(design: "TrialDesign") -> Iterator[str]:
    size = "" if design.patients_whole is None else f", {design.patients_whole} patients"
    yield f"TrialDesign of {design.protocol.trial.id}{size}"
    for each in design.hypotheses:
        told = each.not_planned or "no plan" if each.plan is None else headline(each.plan)
        yield f"  {each.hypothesis} ({each.label}), alpha {short(each.alpha)}: {told}"


def _looks(design: "GroupSequential") -> str:
    count = "one look" if design.looks == 1 else f"{design.looks} looks"
    sides = "one" if design.sides == 1 else "two"
    return f"{count}, {sides}-sided alpha {short(design.asked.stopping.alpha)}"


def _rules(design: "GroupSequential") -> Iterator[str]:
    from equipoise.design.wording.rules import (  # noqa: PLC0415 - only where printed
        efficacy_words,
        futility_words,
    )

    if design.looks == 1:
        return
    stopping = design.asked.stopping
    yield f"  efficacy: {efficacy_words(stopping.efficacy)}"
    if stopping.futility is not None:
        obeyed = "binding" if design.binding else "non-binding"
        yield f"  futility, {obeyed}: {futility_words(stopping.futility)}"


def table(columns: dict[str, list[Cell]]) -> Iterator[str]:
    """Write columns right-aligned under their names, those without a value left out.

    >>> rows = table({"look": ["1", "2"], "z": ["2.5", None], "none": [None, None]})
    >>> print(*rows, sep=chr(10))
      look    z
         1  2.5
         2
    """
    kept = {name: cells for name, cells in columns.items() if any(cells)}
    width = {name: max(len(name), *(len(cell or "") for cell in kept[name])) for name in kept}
    yield "  " + "  ".join(f"{name:>{width[name]}}" for name in kept)
    for row in zip(*kept.values(), strict=True):
        cells = zip(kept, row, strict=True)
        yield ("  " + "  ".join(f"{cell or '':>{width[name]}}" for name, cell in cells)).rstrip()


def _fields(result: object) -> Iterator[str]:
    yield type(result).__name__
    told = {}
    for each in fields(result):  # type: ignore[arg-type]
        value = getattr(result, each.name)
        if each.name == "boundary":  # in steps, where it has them
            value = getattr(result, "steps", value)
        if each.name in UNTOLD or value is None:
            continue
        told[each.name.replace("_", " ")] = value_words(value)
    width = max(map(len, told), default=0)
    for name, words in told.items():
        if words:
            yield f"  {name:{width}}  {words}"


def value_words(value: Any) -> str:  # noqa: ANN401, PLR0911 - one sentence for each kind
    """Write any value of a result in a line.

    >>> value_words((0.5, 1 / 3)), value_words(None), value_words({"b", "a"})
    ('0.5, 0.3333', '', 'a, b')
    """
    if value is None or callable(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        return short(float(value))
    if isinstance(value, str):
        return value
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, set | frozenset):
        return value_words(sorted(value))
    if isinstance(value, dict):
        value = [f"{name}: {value_words(each)}" for name, each in value.items()]
    if isinstance(value, Sequence):
        return _sequence(value)
    if isinstance(value, Printed):
        return repr(value).split("\n", 1)[0]
    return _one_line(value) if is_dataclass(value) else str(value)


def _array(value: "np.ndarray[Any, Any]") -> str:
    if value.ndim == 0:
        return value_words(value.item())
    if value.size > MOST_VALUES * max(1, value.ndim):
        return f"{' by '.join(map(str, value.shape))} values"
    joint = ", " if value.ndim == 1 else "; "
    return joint.join(_array(each) if each.ndim else value_words(each.item()) for each in value)


def _sequence(value: Sequence[Any]) -> str:
    if len(value) > MOST_VALUES:
        return f"{len(value)} values"
    nested = any(isinstance(each, Sequence) and not isinstance(each, str) for each in value)
    told = ("; " if nested else ", ").join(value_words(each) for each in value)
    return told if len(told) <= WIDEST else f"{len(value)} values"


def _one_line(value: Any) -> str:  # noqa: ANN401 - any dataclass
    own = ((each.name, getattr(value, each.name)) for each in fields(value))
    told = (
        f"{name.replace('_', ' ')} {words}"
        for name, each in own
        if name not in UNTOLD and (words := value_words(each))
    )
    words = ", ".join(told)
    return words if len(words) <= WIDEST else f"{words[: WIDEST - 1].rsplit(', ', 1)[0]}, …"


def short(value: float) -> str:
    """Write a number to four digits."""
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}"  # noqa: PLR2004


def _z(z: float) -> Cell:
    return f"{z:.3f}" if np.isfinite(z) else None


def _spent(part: float) -> str:
    return f"{part:.3g}"


WRITERS: dict[str, Callable[[Any], Iterator[str]]] = {
    "GroupSequential": _sequential,
    "Plan": _plan,
    "TrialDesign": _trial,
}
