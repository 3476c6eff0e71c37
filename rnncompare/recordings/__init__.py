"""Cards of recordings: their files, sessions and options; `rnncompare add` and `check`."""
