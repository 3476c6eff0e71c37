"""Networks that were trained elsewhere: finding their files, and reading their hidden states as activities.

Also checks that these match a recording.
"""
