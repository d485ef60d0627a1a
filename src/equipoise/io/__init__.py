"""The edge: readers and writers of data and protocol files."""
