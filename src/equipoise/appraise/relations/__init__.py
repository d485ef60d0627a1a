"""What ties printed numbers to each other, a kind of relation a module."""
