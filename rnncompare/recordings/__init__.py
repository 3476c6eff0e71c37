"""Cards of recordings: their files, sessions and options; `rnncompare add` and `check`; DANDI.

Also what tasks, controls, views and probes need of a recording and a study.
"""
