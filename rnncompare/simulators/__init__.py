"""Recordings whose truth is known, written as files that the readers read like any other."""
