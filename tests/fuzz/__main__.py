"""The long run, from the folder of the project: `python -m tests.fuzz --cases 10000`; status 1 after any failure."""

import argparse
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

from rnncompare.reproducibility import processor  # noqa: E402

processor.pin()  # before numpy is imported, as in every job

from fuzz.run import fuzz, table  # noqa: E402

options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
options.add_argument("--cases", type=int, default=10_000)
options.add_argument("--seed", type=int, default=0)
options.add_argument("--only", help="one reader, such as readers/nwb")
options.add_argument(
    "--first", type=int, default=0, help="the first case; with --only and --cases 1 it repeats one case"
)
asked = options.parse_args()
results = fuzz(asked.cases, asked.seed, asked.only, asked.first)
print(table(results))
sys.exit(any(result.wrong for result in results.values()))
