"""Group-sequential designs: spending, boundaries, and what they cost."""
