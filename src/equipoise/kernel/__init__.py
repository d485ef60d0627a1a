"""Numbers only: arrays in, numbers out.  No trial, no date, no printing."""
