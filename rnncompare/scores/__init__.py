"""The scores of all sources of finished runs as one table and one page: every model and control by every recording.

Also the rules by which they are ranked.
"""
