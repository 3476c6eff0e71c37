"""The analyses of the pipeline for arrays in memory, in a notebook. `rnncompare/__init__.py` has the public names.

Conversion of arrays to activities, `compare`, members as functions of arrays, loading of recordings, tables and
figures of a run.
"""
