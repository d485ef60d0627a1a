"""Statistics of the data at hand."""
