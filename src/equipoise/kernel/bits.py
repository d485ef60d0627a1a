"""How many bits of a word are set?  One instruction of most processors, for compiled loops.

Counting the bits below one gives the place of what it stands for among all that are set.
"""

from typing import TYPE_CHECKING, Any, cast

from numba.core.types import uint64
from numba.extending import intrinsic

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


def _bits_in(_: Any, word: Any) -> Any:  # noqa: ANN401 - numba's own types
    """Say how numba counts them."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401, ARG001
        return builder.ctpop(arguments[0])

    return uint64(word), generate


bits_in = cast("Callable[[np.uint64], np.uint64]", intrinsic(_bits_in))
