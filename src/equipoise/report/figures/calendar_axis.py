"""A horizontal axis of dates: months at round places, and the day of the data cut.

Days are `date.toordinal()`, so that a curve and a tick of the same day stand above each other.
"""

from datetime import date

from matplotlib.axes import Axes

from equipoise.report.dates import MONTHS, day_in_words
from equipoise.report.figures.style import INK, SMALL

MOST_TICKS = 9
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between ticks
YEAR = 12  # months
CUT = "Data cut"
EDGE = 0.1  # of the axis, where its name stands beside the cut


def round_dates(first: date, last: date) -> list[date]:
    """Choose the first days of months, evenly, at most nine of them or every ten years.

    >>> round_dates(date(2014, 12, 25), date(2015, 9, 1))[0].isoformat()
    '2015-01-01'
    >>> [day.year for day in round_dates(date(2014, 12, 25), date(2019, 3, 1))]
    [2015, 2015, 2016, 2016, 2017, 2017, 2018, 2018, 2019]
    """
    start, end = first.year * YEAR + first.month - 1, last.year * YEAR + last.month - 1
    found: list[date] = []
    for step in STEPS:
        places = range(-(-start // step) * step, end + 1, step)
        months = [date(place // YEAR, place % YEAR + 1, 1) for place in places]
        found = [each for each in months if first <= each <= last]
        if len(found) <= MOST_TICKS:
            break
    return found


def date_axis(axes: Axes, first: int, last: int) -> None:
    """Let the axis run over these days, with round dates below it.

    Args:
        axes: drawn on.
        first: day on the left, `date.toordinal()`.
        last: day on the right.
    """
    axes.set_xlim(first, max(last, first + 1))
    ticks = round_dates(date.fromordinal(first), date.fromordinal(last))
    yearly = all(each.month == 1 for each in ticks) and len(ticks) > 1
    names = [str(t.year) if yearly else f"{MONTHS[t.month - 1]} {t.year}" for t in ticks]
    axes.set_xticks([each.toordinal() for each in ticks], names)


def mark_cut(axes: Axes, cut: int) -> None:
    """Draw the day of the data cut, named above the axes."""
    axes.axvline(cut, color=INK, linewidth=0.8, zorder=2)
    low, high = axes.get_xlim()
    place = (cut - low) / (high - low)
    side = "left" if place < EDGE else "right" if place > 1.0 - EDGE else "center"
    axes.annotate(
        f"{CUT} {day_in_words(date.fromordinal(cut))}",
        (cut, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 3),
        textcoords="offset points",
        ha=side,
        va="bottom",
        fontsize=SMALL,
    )
