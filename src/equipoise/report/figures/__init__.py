"""Pictures: matplotlib's objects, no global state, the same bytes every time."""
