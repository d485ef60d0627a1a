"""Several questions at once: which may be answered, at what level."""
