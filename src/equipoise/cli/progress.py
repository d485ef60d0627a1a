"""What is going on, on the standard error stream: one line that changes while work lasts.

Where that stream is no terminal, a step is a plain line, from the fifth second on: whoever
waits is told, and a quick run says nothing.  Notices are always told, and stay.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from equipoise.analyze.progress import Notice

PATIENCE = 5.0  # seconds


@contextmanager
def steps(patience: float = PATIENCE) -> Iterator[Callable[[str], None]]:
    """Show each step as it starts."""
    console = Console(stderr=True, highlight=False, markup=False)
    with _spinner(console) if console.is_terminal else _lines(console, patience) as shows:

        def starts(step: str) -> None:
            if isinstance(step, Notice):
                console.print(str(step), soft_wrap=True)
            else:
                shows(step)

        yield starts


@contextmanager
def _spinner(console: Console) -> Iterator[Callable[[str], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        yield lambda step: bar.update(task, description=step)


@contextmanager
def _lines(console: Console, patience: float) -> Iterator[Callable[[str], None]]:
    latest, waited = ["Starting"], [False]

    def tell() -> None:
        waited[0] = True
        console.print(latest[0], soft_wrap=True)

    def starts(step: str) -> None:
        latest[0] = step
        if waited[0]:
            console.print(step, soft_wrap=True)

    timer = Timer(patience, tell)
    timer.daemon = True
    timer.start()
    try:
        yield starts
    finally:
        timer.cancel()
