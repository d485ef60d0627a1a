"""The data as of a date."""
