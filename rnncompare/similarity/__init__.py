"""Similarity of two activities, one a file: as an attribute here, each is a function of arrays (`plugins.Folder`)."""

import sys

from rnncompare import plugins

sys.modules[__name__].__class__ = plugins.Folder
