"""Names that a place offers, each loaded from its module when it is first used."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def loader(
    namespace: dict[str, Any], modules: Mapping[str, str], page: str
) -> Callable[[str], Any]:
    """Make the `__getattr__` of a module, which loads what is asked for, and keeps it.

    Args:
        namespace: the module's `globals()`.
        modules: name → the module it is in, in full.
        page: where the names are told.
    """

    def load(name: str) -> Any:  # noqa: ANN401 - whatever is asked for
        if name not in modules:
            raise AttributeError(f"{namespace['__name__']} has no {name!r}; see {page}")
        namespace[name] = found = getattr(import_module(modules[name]), name)
        return found

    return load
