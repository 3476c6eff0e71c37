"""The packages of the wheel: rnncompare and, in rnncompare/project/, the workflow and the cards of the project.

Everything else is in pyproject.toml, which cannot name packages outside the folder of the others.
"""

from setuptools import find_packages, setup

PROJECT = ("workflow", "data")

setup(
    packages=[*find_packages(include=["rnncompare*"]), *(f"rnncompare.project.{name}" for name in PROJECT)],
    package_dir={f"rnncompare.project.{name}": name for name in PROJECT},
)
