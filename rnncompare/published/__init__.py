"""Published statistics: one source a file, files -> rows that say whose they are."""
