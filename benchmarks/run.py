"""Run all benchmarks: ours and the peer's alternately, in one process and with one thread.

Each file of this folder defines a function of the same name, which returns (name, ours, peer) for each of its cases;
ours and peer are functions without arguments that do the same work. An optional fourth element contains options:
`rounds`, and `share`, the fraction of the work that the peer does if all of it would take hours, by which its time is
divided. The peer can also be a number, the largest permitted time in seconds. The script prints `name ratio` for each
case and writes results/benchmarks.csv. Ratios can be compared between machines, unlike times. Usage: python
benchmarks/run.py [NAME ..]
"""

import csv
import importlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 7
HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "results" / "benchmarks.csv"


def seconds(work: Callable) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(
    name: str, ours: Callable, peer: Callable | float, *, rounds: int = ROUNDS, share: float = 1.0
) -> dict[str, str | float]:
    """Return the shortest times of both over alternate `rounds`, after a warm-up round, and the ratio of the times.

    The shortest time is used because other processes of the machine can only increase times.
    """
    times = [(seconds(ours), peer if isinstance(peer, float) else seconds(peer)) for _ in range(rounds + 1)][1:]
    ours_s, peer_s = (min(column) for column in zip(*times, strict=True))
    peer_s /= share
    return {"name": name, "ours_s": ours_s, "peer_s": peer_s, "ratio": peer_s / ours_s}


def available() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem != "run")


def write(rows: list[dict], path: Path) -> None:
    from rnncompare.files.atomic import atomic

    with atomic(path) as temporary, open(temporary, "w", newline="") as file:
        writer = csv.DictWriter(file, ["name", "ours_s", "peer_s", "ratio"])
        writer.writeheader()
        writer.writerows({k: f"{v:.4g}" if isinstance(v, float) else v for k, v in row.items()} for row in rows)


def main(names: list[str]) -> None:
    unknown = sorted(set(names) - set(available()))
    if unknown:
        raise SystemExit(f"benchmarks: found {', '.join(unknown)}, wanted some of {', '.join(available())}")
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    from rnncompare.reproducibility import processor

    processor.pin()  # before a benchmark imports numpy
    os.environ["NUMEXPR_NUM_THREADS"] = "1"
    rows = []
    for name in names or available():
        for case in getattr(importlib.import_module(name), name)():
            try:
                rows.append(compare(*case[:3], **(case[3] if len(case) > 3 else {})))
            except ModuleNotFoundError as error:
                print(f"{case[0]} not measured: found no {error.name}, which `make oracles` installs", flush=True)
                continue
            print(f"{rows[-1]['name']} {rows[-1]['ratio']:.2f}", flush=True)
    write(rows, RESULTS)


if __name__ == "__main__":
    main(sys.argv[1:])
