"""The analyses of the pipeline for arrays in memory, in a notebook. `rnncompare/__init__.py` has the public names."""
