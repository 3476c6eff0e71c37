"""Published statistics, one source in each file: functions that read files as rows with their source."""
