"""Compile what Python calls as one program, with all the functions it calls, once.

Numba optimizes every function and turns it into machine code by itself, and again inside every
function that calls it, level by level: most of the time goes into code that is never run.  Here
a function called by other compiled code is only *drafted*; what Python calls is linked with all
its drafts, optimized, and turned into machine code.  The numbers are the same; compilation takes
about half as long, and only what Python calls is kept on disk.

This reaches into numba: it is used with the versions it was tried with (`compiling.WHOLE`), and
with others functions are compiled the usual way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache as once
from typing import Any
from weakref import proxy

import numba
from numba.core import codegen as libraries
from numba.core import compiler, compiler_machinery, dispatcher, untyped_passes

numba_types: Any = numba.types
njit: Any = numba.njit
Library: Any = libraries.CPUCodeLibrary
CodeLibrary: Any = libraries.JITCodeLibrary
Compiler: Any = compiler.CompilerBase
Passes: Any = compiler.DefaultPassBuilder
Pass: Any = compiler_machinery.FunctionPass
registered: Any = compiler_machinery.register_pass
Dispatcher: Any = dispatcher.Dispatcher
KEEPER = "_CPUCodeLibrary__library"  # by which machine code finds the library that keeps it


class _Drafting:
    """The code generator as a draft sees it: globals of what is not machine code have no place."""

    def __init__(self, library: "Draft") -> None:
        self.library = library

    def set_env(self, name: str, environment: object) -> None:
        if self.library.grown:
            self.library._codegen.set_env(name, environment)  # noqa: SLF001 - numba's own

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever numba has there
        return getattr(self.library._codegen, name)  # noqa: SLF001


class Draft(CodeLibrary):  # type: ignore[misc] # numba is untyped
    """Code to be linked into other code; machine code only if someone asks for its address."""

    grown = False

    @property
    def codegen(self) -> _Drafting:
        """The code generator."""
        return _Drafting(self)

    def _optimize_functions(self, module: Any) -> None:  # noqa: ANN401
        module.data_layout = self._codegen._data_layout  # noqa: SLF001

    def _optimize_final_module(self) -> None:
        """Leave it to the program that this is linked into."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Give the address of a function that Python calls; 0 where there is none."""
        self._ensure_finalized()
        if all(each.name != name for each in self.get_defined_functions()):
            return 0
        if not self.grown:
            self._grow()
        return int(super().get_pointer_to_function(name))

    def serialize_using_object_code(self) -> Any:  # noqa: ANN401
        """Give the machine code of a function that is kept on disk, though it is no program."""
        self._ensure_finalized()
        if not self.grown:
            self._grow()
        return super().serialize_using_object_code()

    def _grow(self) -> None:
        """Turn it into machine code."""
        self.grown = True
        if self._get_module_for_linking() is self._final_module:
            self._shared_module = self._final_module.clone()
        Library._optimize_final_module(self)  # noqa: SLF001
        setattr(self._final_module, KEEPER, proxy(self))
        self._codegen._add_module(self._final_module)  # noqa: SLF001
        self._finalize_specific()


@contextmanager
def drafts(codegen: Any) -> Iterator[None]:  # noqa: ANN401
    """Draft all functions compiled meanwhile; numba's compiler lock is held."""
    before = vars(codegen).get("create_library")
    codegen.create_library = lambda name, **options: Draft(codegen, name, **options)
    try:
        yield
    finally:
        if before is None:
            del codegen.create_library
        else:
            codegen.create_library = before


@registered(mutates_CFG=True, analysis_only=False)
class _ForMachineCode(Pass):  # type: ignore[misc]
    """Choose, before anything it calls is compiled, that this function becomes machine code."""

    _name = "for_machine_code"

    def __init__(self) -> None:
        Pass.__init__(self)

    def run_pass(self, state: Any) -> bool:  # noqa: ANN401
        if state.library is None:
            codegen = state.targetctx.codegen()
            state.library = CodeLibrary(codegen, state.func_id.func_qualname)
            state.library.enable_object_caching()
        return False


class WholeProgram(Compiler):  # type: ignore[misc]
    """Compile a function that Python calls, drafting all that it calls."""

    def define_pipelines(self) -> list[Any]:
        """Give numba's usual passes."""
        passes: Any = Passes.define_nopython_pipeline(self.state)
        passes.add_pass_after(_ForMachineCode, untyped_passes.FixupArgs)
        passes.finalize()
        return [passes]

    def compile_extra(self, function: Callable[..., object]) -> Any:  # noqa: ANN401
        """Compile."""
        with drafts(self.state.targetctx.codegen()):
            return super().compile_extra(function)


class _Whole:
    """A function that other compiled code calls by a draft of its own."""

    drafted: Any

    @property
    def _numba_type_(self) -> Any:  # noqa: ANN401
        return numba_types.Dispatcher(self.drafted)


class _Part:
    """A function compiled once for all numbers, not anew for each that is written in a call."""

    def get_call_template(self, arguments: Any, named: Any) -> Any:  # noqa: ANN401
        plain = tuple(numba_types.unliteral(each) for each in arguments)
        named = {name: numba_types.unliteral(each) for name, each in named.items()}
        return super().get_call_template(plain, named)  # type: ignore[misc] # of the dispatcher


def whole_program(**options: Any) -> Callable[[Callable[..., object]], Any]:  # noqa: ANN401
    """Compile at the first call from Python, or as a part of what calls it; keep the former."""

    def decorate(function: Callable[..., object]) -> Any:  # noqa: ANN401 - numba's own
        program = njit(pipeline_class=WholeProgram, **options)(function)
        if isinstance(program, Dispatcher):  # and not plain Python, where numba is switched off
            program.__class__ = _kind(_Whole, program.__class__)
            program.drafted = part_of_programs(**options | {"cache": False})(function)
        return program

    return decorate


def part_of_programs(**options: Any) -> Callable[[Callable[..., object]], Any]:  # noqa: ANN401
    """Compile as a part of what calls it; Python cannot call it."""

    def decorate(function: Callable[..., object]) -> Any:  # noqa: ANN401
        part = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)(function)
        if isinstance(part, Dispatcher):
            part.__class__ = _kind(_Part, part.__class__)
        return part

    return decorate


@once
def _kind(how: Any, kind: Any) -> Any:  # noqa: ANN401
    return type(kind.__name__, (how, kind), {})
