"""Published figures and points of digitizers, read as curves."""
