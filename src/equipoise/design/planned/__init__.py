"""What a protocol promises, planned: each hypothesis, all together, and what else is asked."""
