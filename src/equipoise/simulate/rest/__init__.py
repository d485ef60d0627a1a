"""The rest of a trial, many times."""
