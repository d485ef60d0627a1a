"""The file formats that trial data come in, each read into one kind of frame.

A reader takes the bytes of one file and gives a `FileContent`: a polars frame whose columns
are text, numbers (float64), truth values, dates or date-times, with one kind of missing (null).  An
empty or blank text is missing; so is a NaN.  What a reader had to detect, it says in `notes`.
"""
