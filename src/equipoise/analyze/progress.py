"""What a long run says while it works: steps that pass, and notices that stay.

A step is a line that the next one replaces; a `Notice` is worth keeping on the screen, and is
told even where nobody asked for progress.
"""

import logging
from collections.abc import Callable

Progress = Callable[[str], None]  # told what starts now


class Notice(str):
    """A step that stays to be read: what was removed, what takes long only once."""

    __slots__ = ()


def only_notices(step: str) -> None:
    """Report no progress, but log what the user should know."""
    if isinstance(step, Notice):
        logging.getLogger("equipoise").warning("%s", step)
