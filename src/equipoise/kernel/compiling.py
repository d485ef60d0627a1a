"""Compilation of the inner loops, typed: the decorated function keeps its signature.

Compiled code is cached on disk, releases the interpreter lock, and can be called by other
compiled code, so that simulation runs the same loops as the analysis of one trial.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def compiled(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile to machine code at the first call; a float divided by zero is infinite or NaN."""
    compile_it = njit(cache=True, nogil=True, error_model="numpy")
    return cast("Callable[Arguments, Answer]", compile_it(function))
