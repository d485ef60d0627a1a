"""Keys put in order within compiled loops: merges of short runs, without asking for memory.

NumPy's sort inside compiled code takes longer to compile than to be used.
"""

from equipoise.kernel.compiling import compiled
from equipoise.kernel.ordering import Keys

RUN = 16  # keys put in order by insertion


@compiled
def sort_keys(keys: Keys, spare: Keys) -> None:
    """Sort keys in place; `spare` is as long, and overwritten."""
    size = keys.size
    for start in range(0, size, RUN):
        for i in range(start + 1, min(start + RUN, size)):
            key, j = keys[i], i
            while j > start and keys[j - 1] > key:
                keys[j] = keys[j - 1]
                j -= 1
            keys[j] = key
    width, source, target, away = RUN, keys, spare, False
    while width < size:
        for start in range(0, size, 2 * width):
            middle, stop = min(start + width, size), min(start + 2 * width, size)
            i, j = start, middle
            for k in range(start, stop):
                if i < middle and (j >= stop or source[i] <= source[j]):
                    target[k] = source[i]
                    i += 1
                else:
                    target[k] = source[j]
                    j += 1
        width *= 2
        source, target, away = target, source, not away
    if away:
        for k in range(size):
            keys[k] = spare[k]
