"""The report of a rehearsal: how the trial does, scenario by scenario, in sections and a folder."""
