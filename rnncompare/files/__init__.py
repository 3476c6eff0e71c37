"""Files that are written completely or not at all, with checksums and records of what they were made from.

Bundles, which are files of several networks in one; the claim of a run on its folder; downloads; refusal of unsafe
files; YAML; labels.
"""
