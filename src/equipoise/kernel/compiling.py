"""Compilation of the inner loops, typed: the decorated function keeps its signature.

Compiled code is cached on disk, releases the interpreter lock, and can be called by other
compiled code, so that simulation runs the same loops as the analysis of one trial.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

from equipoise.kernel.compile_stamp import stamp_of

WHOLE = ("0.65.", "0.68.")  # versions of numba whose inside is as `whole_programs` expects it
if numba.__version__.startswith(WHOLE):
    from equipoise.kernel.whole_programs import part_of_programs, whole_program
else:  # the usual way: as right, but compiled in twice the time
    usual: Any = numba.njit
    whole_program = part_of_programs = usual

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


LOOPS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
COUNTING: dict[str, Any] = {"_nrt": True}  # said, lest it be taken over from the caller
BORROWING: dict[str, Any] = {"_nrt": False}


def compiled(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile to machine code at the first call; a float divided by zero is infinite or NaN."""
    return cast("Callable[Arguments, Answer]", _stamped(function, **LOOPS, **COUNTING))


def within_loops(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `compiled`, to be called by other compiled code only, which takes half as long.

    Worth it where many arrays are handed over: what turns them from Python's is left out.
    """
    part = part_of_programs(**LOOPS, **COUNTING)(function)
    return cast("Callable[Arguments, Answer]", part)


def borrowing(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `within_loops`, without counting references to arrays: all belong to the caller.

    For the innermost functions of a simulated trial, where counting would take longer than the
    work.  They must not make arrays (views of those given are fine), nor return any.
    """
    part = part_of_programs(**LOOPS, **BORROWING)(function)
    return cast("Callable[Arguments, Answer]", part)


def inlined(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `borrowing`, into each caller: for what is called once, with many arrays.

    A bundle of arrays is handed over word by word, which can take longer than the work.
    """
    part = part_of_programs(**LOOPS, **BORROWING, forceinline=True)(function)
    return cast("Callable[Arguments, Answer]", part)


def borrowing_from_python(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Compile as `borrowing`, to be called from Python: the outermost of such functions."""
    return cast("Callable[Arguments, Answer]", _stamped(function, **LOOPS, **BORROWING))


def kept(function: Callable[..., object]) -> bool:
    """Tell whether machine code of a compiled function, as it is now, lies on disk."""
    file = _index_of(function)
    try:
        return file is not None and bool(file._load_index())  # noqa: SLF001 - numba's own
    except (AttributeError, OSError):
        return False


def _stamped(function: Callable[..., object], **options: Any) -> Any:  # noqa: ANN401 - numba's own
    """Compile what Python calls; keep it on disk until anything that it is made of changes."""
    program = whole_program(**options, cache=True)(function)
    file = _index_of(program)
    if file is None:  # nor could it be told when it is out of date
        return whole_program(**options)(function)
    stamp = stamp_of(function.__code__.co_filename)
    file._source_stamp = stamp  # noqa: SLF001 - numba's own
    # read before the rest, which may speak of modules that are no more
    file._version = (file._version, stamp)  # noqa: SLF001 - likewise
    return program


def _index_of(program: Any) -> Any:  # noqa: ANN401
    """Give the index of a function's machine code on disk; None where nothing is kept."""
    file = getattr(getattr(program, "_cache", None), "_cache_file", None)
    return file if hasattr(file, "_source_stamp") else None
