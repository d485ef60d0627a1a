"""How a verb ends: in one clear message and an exit code, never in a traceback.

0 done, 1 refused with the reason, 2 not understood (typer's own), 130 interrupted.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer

from equipoise.errors import EquipoiseError

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def ending_well(verb: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Turn what a verb may raise into a message and an exit code."""

    @wraps(verb)
    def spoken(*arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        try:
            return verb(*arguments, **options)
        except EquipoiseError as problem:
            typer.echo(f"error: {problem}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("interrupted: nothing was left half-written", err=True)
            raise typer.Exit(INTERRUPTED) from None

    return spoken
