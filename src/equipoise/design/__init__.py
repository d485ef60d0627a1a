"""What a trial will take: boundaries, events, patients, time."""
