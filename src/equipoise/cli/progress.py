"""What is going on, on the standard error stream: one line that changes while work lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Show each step as it starts; silent where the error stream is not a terminal."""
    console = Console(stderr=True)
    quiet = not console.is_terminal
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("Starting", total=None)

        def starts(step: str) -> None:
            bar.update(task, description=step)

        yield starts
