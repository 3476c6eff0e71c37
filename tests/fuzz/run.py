"""Reads thousands of damaged files in processes that may die, and reports how each reading ended.

A failure is an error other than BadActivity, BadCard, BadCheckpoint, BadFile, BadOption or OSError, or without the name
of the file; an activity that violates its contract, or a draft that is not a card; a number from another file; a file
written, a process or connection started, or code of the file executed (an audit hook monitors the reading process);
more than 10 s of processor time or 2 GB of memory; a process that crashes.

The long run: each of 10,017 files, 477 for each of 21 targets, was read or refused; the longest took 8.2 s and the most
memory was 1,854 MiB (both `spike_times`, measured beside other jobs). It had found four failures; after they were
repaired, the files of the five targets that read HDF5 (`activity`, `activity_file`, `contdata95_m1`, `hidden_states`,
`nwb`) were run again, and those of the others were not.
"""

import multiprocessing
import shutil
import signal
import sys
import tempfile
import time
import warnings
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
import xarray as xr
import yaml
from fuzz import damage, hostile_card, hostile_hdf5, hostile_mat5, hostile_numpy, hostile_torch
from fuzz.guard import MEMORY, Guard, forget_peak, peak
from fuzz.seeds import Seeds, modules, seeds_of

from rnncompare.activity import BadActivity, validate
from rnncompare.files.safety import BadFile
from rnncompare.plugins import BadOption
from rnncompare.recordings.card import BadCard
from rnncompare.recordings.card_model import Card
from rnncompare.training.checkpoint import BadCheckpoint

CLEAR = (BadActivity, BadCard, BadCheckpoint, BadFile, BadOption, OSError)
SECONDS, PATIENCE = 10, 600  # processor time for one file; wall-clock time for a process that makes no progress
READ = "read"


@dataclass
class Result:
    """How the cases of one reader ended."""

    ends: Counter = field(default_factory=Counter)  # 'read' or the class of the error: number of cases
    wrong: list[str] = field(default_factory=list)  # forbidden acts and other failures, each with its case
    seconds: float = 0.0  # of the longest case
    memory: int = 0  # the peak, bytes


def fuzz(cases: int, seed: int, only: str | None = None, first: int = 0) -> dict[str, Result]:
    """Read `cases` damaged files, equally many for each reader, from case `first` on; they depend only on the seed."""
    chosen = {name: path for name, path in modules().items() if only in (None, name)}
    each = -(-cases // len(chosen))
    results = {}
    for name, path in chosen.items():
        results[name] = _one_reader(name, seeds_of(path), first, first + each, seed)
        print(table({name: results[name]}).splitlines()[2], *results[name].wrong, sep="\n", file=sys.stderr, flush=True)
    return results


def _one_reader(name: str, seeds: Seeds, done: int, cases: int, seed: int) -> Result:
    """Run all cases of one reader in one process, and in a new one after it died or was stopped."""
    result = Result()
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        while done < cases:
            mine, theirs = context.Pipe(duplex=False)
            work = context.Process(target=_work, args=(name, seeds, range(done, cases), seed, Path(folder), theirs))
            work.start()
            theirs.close()
            done = _follow(name, work, mine, done, cases, result)
    return result


def _follow(name: str, work, pipe, done: int, cases: int, result: Result) -> int:
    """Collect the reports of a process until it ends, dies or takes too long; returns the next case."""
    while done < cases:
        try:
            if not pipe.poll(PATIENCE):
                raise TimeoutError
            end, wrong, seconds, memory = pipe.recv()
        except (EOFError, TimeoutError) as reason:
            work.kill() if isinstance(reason, TimeoutError) else None
            work.join()
            hangs = work.exitcode in (-signal.SIGKILL, -signal.SIGPROF)
            result.ends["stopped" if hangs else "died"] += 1
            result.wrong.append(f"{name} {done}: {'hangs' if hangs else f'dies with {work.exitcode}'}")
            return done + 1
        result.ends[end] += 1
        result.wrong += [f"{name} {done}: {w}" for w in wrong]
        result.seconds, result.memory = max(result.seconds, seconds), max(result.memory, memory)
        done += 1
    work.join()
    return done


def _work(name: str, seeds: Seeds, cases: range, seed: int, folder: Path, pipe) -> None:
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None  # some libraries raise a second error while they clean up
    seed_folder = folder / "seeds"
    shutil.rmtree(seed_folder, ignore_errors=True)
    seed_folder.mkdir()
    begun = list(seeds(seed_folder))
    for path, read in begun:
        if faults := unsound(read(path)):  # this also does all late imports before the guard starts
            raise ValueError(f"{path} wanted a complete reading, found {'; '.join(faults)}")
    guard = Guard(limit=True)
    for k in cases:
        rng = np.random.default_rng([seed, zlib.crc32(name.encode()), k])
        path, read = begun[rng.integers(len(begun))]
        place = folder / "case"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(seed_folder, place)
        case = place / path.relative_to(seed_folder)
        how = mutate(case, rng)
        before = listing(folder)
        end, wrong, seconds = attempt(read, case, guard)
        if listing(folder) != before:
            wrong.append("wrote")
        pipe.send((end, [f"{w} [{how}]" for w in wrong], seconds, peak()))


def mutate(path: Path, rng: np.random.Generator) -> str:
    """Damage a file in one or two ways; returns their names."""
    structured = aware_of(path)
    names = []
    for _ in range(1 if rng.random() < 0.8 else 2):
        # Changes that use the format come first: its libraries may end the process if they cannot read a damaged file.
        form = structured and not names and rng.random() < 0.6
        use = structured if form else damage.ALL[rng.integers(len(damage.ALL))]
        try:
            use(path, rng)
        except Exception as error:  # this change may be impossible after an earlier one
            names.append(f"({type(error).__name__})")
        names.append(f"{use.__module__.split('.')[-1]}.{use.__name__}")
    return " ".join(names)


def aware_of(path: Path) -> Callable | None:
    """The change that uses the format of a file, if there is one."""
    if h5py.is_hdf5(path):
        return hostile_hdf5.changed
    known = {".mat": hostile_mat5.changed, ".npz": hostile_numpy.changed_npz, ".npy": hostile_numpy.changed_pickle}
    return (known | {".yaml": hostile_card.changed, ".pth": hostile_torch.changed}).get(path.suffix)


def attempt(read: Callable, path: Path, guard: Guard) -> tuple[str, list[str], float]:
    """How one reading ended, its failures, and its processor time in s."""
    guard.acts.clear()
    forget_peak()
    start = time.process_time()  # of this process only: other processes may be running
    signal.setitimer(signal.ITIMER_PROF, SECONDS + 1)  # the system then ends this process
    guard.watching = True
    try:
        found = read(path)
        end, wrong = READ, None
    except BaseException as error:
        found, end, wrong = None, type(error).__name__, error
    guard.watching = False
    signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - start
    faults = [*guard.acts, *(unclear(wrong, path) if wrong is not None else unsound(found))]
    faults += [f"takes {seconds:.1f} s"] * (seconds > SECONDS) + [f"takes {peak() >> 20} MiB"] * (peak() > MEMORY)
    return end, faults, seconds


def unclear(error: BaseException, path: Path) -> list[str]:
    """Failures of an error: its class, no file name, a long message, or a MemoryError as its cause."""
    faults = []
    if not isinstance(error, CLEAR):
        faults.append(f"{type(error).__name__}: {error}"[:300])
    elif path.name not in str(error) and path.parent.name not in str(error):
        faults.append(f"does not name the file: {error}"[:300])
    if len(str(error)) > 20_000:
        faults.append(f"a message of {len(str(error))} characters")
    chain = error
    while chain is not None:
        if isinstance(chain, MemoryError):
            faults.append(f"requests too much memory: {chain}")
        chain = chain.__cause__ or chain.__context__
    return faults


def unsound(found: object) -> list[str]:
    """Failures of a reading that ended without an error."""
    try:
        if isinstance(found, xr.Dataset):
            validate(found, "found")
            values = [found[name].values for name in ("rate", "behavior") if name in found]
        elif isinstance(found, str):
            Card.model_validate(yaml.safe_load(found))
            values = [np.array([hostile_hdf5.SECRET] * found.count(f"{hostile_hdf5.SECRET:g}"))]
        else:
            values = [np.array([row["value"] for row in found], dtype=float)]
    except Exception as error:
        return [f"returns no valid activity: {error}"]
    if any((v == hostile_hdf5.SECRET).any() for v in values):
        return ["reads data outside of the file"]
    return [] if all(np.isfinite(v).all() for v in values) else ["returns NaN"]


def listing(folder: Path) -> list[tuple]:
    """All files with their sizes and modification times."""
    found = [(p, p.lstat()) for p in sorted(folder.rglob("*"))]
    return [(str(p), s.st_size, s.st_mtime_ns) for p, s in found]


def table(results: dict[str, Result]) -> str:
    """A Markdown table with a line for each reader."""
    lines = [
        "| reader | files | read | refused, by | longest, s | most memory, MiB | wrong |",
        "|---|---|---|---|---|---|---|",
    ]
    total: dict[str, Counter] = defaultdict(Counter)
    for name, result in results.items():
        total["all"] += result.ends
        refused = ", ".join(f"{end} {n}" for end, n in sorted(result.ends.items()) if end != READ)
        numbers = f"{result.seconds:.1f} | {result.memory >> 20} | {len(result.wrong)}"
        lines.append(f"| {name} | {result.ends.total()} | {result.ends[READ]} | {refused} | {numbers} |")
    every = total["all"]
    longest, most = max(r.seconds for r in results.values()), max(r.memory for r in results.values())
    wrong = sum(len(r.wrong) for r in results.values())
    refused = every.total() - every[READ]
    return "\n".join(
        [*lines, f"| all | {every.total()} | {every[READ]} | {refused} | {longest:.1f} | {most >> 20} | {wrong} |"]
    )
