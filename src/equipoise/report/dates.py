"""How does a date look in print?  One answer for every table, figure and sentence."""

from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_in_words(value: date) -> str:
    """Print a date so that no reader takes the month for the day.

    >>> day_in_words(date(2017, 12, 31))
    '31 Dec 2017'
    """
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
