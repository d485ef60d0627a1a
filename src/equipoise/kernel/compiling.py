"""Compilation of the inner loops, typed: the decorated function keeps its signature.

Compiled code is cached on disk, releases the interpreter lock, and can be called by other
compiled code, so that simulation runs the same loops as the analysis of one trial.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


LOOPS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
COUNTING: dict[str, Any] = {"_nrt": True}  # said, lest it be taken over from the caller
BORROWING: dict[str, Any] = {"_nrt": False}
WITHIN: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def compiled(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile to machine code at the first call; a float divided by zero is infinite or NaN."""
    compile_it = njit(**LOOPS, **COUNTING)
    return cast("Callable[Arguments, Answer]", compile_it(function))


def within_loops(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `compiled`, to be called by other compiled code only, which takes half as long.

    Worth it where many arrays are handed over: what turns them from Python's is left out.
    """
    compile_it = njit(**LOOPS, **WITHIN, **COUNTING)
    return cast("Callable[Arguments, Answer]", compile_it(function))


def borrowing(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `within_loops`, without counting references to arrays: all belong to the caller.

    For the innermost functions of a simulated trial, where counting would take longer than the
    work.  They must not make arrays (views of those given are fine), nor return any.
    """
    compile_it = njit(**LOOPS, **WITHIN, **BORROWING)
    return cast("Callable[Arguments, Answer]", compile_it(function))


def inlined(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `borrowing`, into each caller: for what is called once, with many arrays.

    A bundle of arrays is handed over word by word, which can take longer than the work.
    """
    compile_it = njit(**LOOPS, **WITHIN, **BORROWING, forceinline=True)
    return cast("Callable[Arguments, Answer]", compile_it(function))


def borrowing_from_python(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `borrowing`, to be called from Python: the outermost of such functions."""
    compile_it = njit(**LOOPS, **BORROWING)
    return cast("Callable[Arguments, Answer]", compile_it(function))


def kept(function: Callable[..., object]) -> bool:
    """Tell whether machine code of a compiled function lies on disk from an earlier run."""
    plain = getattr(function, "py_func", function)
    source, stats = Path(plain.__code__.co_filename), getattr(function, "stats", None)
    if stats is None or not stats.cache_path:
        return False
    found = Path(stats.cache_path).glob(f"{source.stem}.{plain.__qualname__}-*.nbi")
    changed = source.stat().st_mtime if source.exists() else 0.0
    return any(each.stat().st_mtime >= changed for each in found)
