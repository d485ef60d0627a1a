"""A trial's data, read into a snapshot and checked."""
