"""One module a library: how each does each job."""
