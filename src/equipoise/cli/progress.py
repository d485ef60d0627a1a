"""What is going on, on the standard error stream: one line that changes while work lasts.

Where that stream is no terminal, a step is a plain line, from the fifth second on: whoever
waits is told, and a quick run says nothing.  Notices are always told, and stay.  Trials that are
played fill a bar, or come as a line every ten seconds.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from equipoise.analyze.progress import Notice
from equipoise.simulate.worlds.pace import Pace

PATIENCE = 5.0  # seconds
BETWEEN = 10.0  # seconds between lines that tell how far it is


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
    columns = (
        SpinnerColumn(),
        BarColumn(bar_width=24),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Starting", total=None)
        yield lambda step: _shown(bar, task, step)


def _shown(bar: Progress, task: TaskID, step: str) -> None:
    """Fill the bar where it is known how much there is to do; let it pulse elsewhere."""
    if isinstance(step, Pace):
        bar.update(task, description=step, total=step.asked, completed=step.trials)
    else:
        bar.update(task, description=step, total=None)


@contextmanager
def _lines(console: Console, patience: float) -> Iterator[Callable[[str], None]]:
    latest, waited, told = ["Starting"], [False], [0.0]

    def tell() -> None:
        waited[0] = True
        told[0] = time.monotonic()
        console.print(latest[0], soft_wrap=True)

    def starts(step: str) -> None:
        latest[0] = step
        if waited[0] and not (isinstance(step, Pace) and time.monotonic() - told[0] < BETWEEN):
            tell()

    timer = Timer(patience, tell)
    timer.daemon = True
    timer.start()
    try:
        yield starts
    finally:
        timer.cancel()
