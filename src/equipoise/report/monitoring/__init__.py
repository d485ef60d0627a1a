"""The two reports of a look: the open one for everyone, the closed one for its committee alone."""
