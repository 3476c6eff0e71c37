"""Readers: the files of a recording to an activity, one a file."""
