"""What the pipeline does, on arrays in memory, for a notebook. `rnncompare/__init__.py` has the names."""
