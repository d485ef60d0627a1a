"""Whether it can all be true: the appraisal and its findings."""
