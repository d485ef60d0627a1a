"""Trials with a yes-or-no endpoint: two arms or one."""
