"""The report of a design: what the trial will take, in sections, figures and a folder."""
