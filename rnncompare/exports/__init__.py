"""Exports, one format in each file: functions that write an activity for other tools."""
