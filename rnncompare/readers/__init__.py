"""Readers, one in each file: functions that read the files of a recording as an activity."""
