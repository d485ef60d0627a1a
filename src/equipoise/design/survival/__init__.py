"""Time-to-event trials: events, patients, time, proportional hazards or not."""
