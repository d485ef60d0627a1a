"""What others published: claims and their consistency, curves back to patients, pooling."""
