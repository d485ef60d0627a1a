"""What a source prints: numbers as ranges, claims, units."""
