"""What the data say: one module per method, and the analysis of a whole protocol."""
