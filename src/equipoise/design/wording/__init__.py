"""A design in the words of a statistics section."""
