"""Changes that keep an HDF5 file valid: links out of it, huge sizes, compressed zeros, cycles, wrong values."""

import zlib
from pathlib import Path

import h5py
import numpy as np
from fuzz.values import UNICODE, wrong

SECRET = 31337.25  # the value outside of the file, which no reader may return


def changed(path: Path, rng: np.random.Generator) -> None:
    with h5py.File(path, "r+") as file:
        items = []
        file.visititems(lambda name, item: items.append(name))
        sets = [name for name in items if isinstance(file[name], h5py.Dataset)]
        change = ALL[rng.integers(len(ALL))]
        change(file, str(rng.choice(sets)), str(rng.choice(items)), rng)


def replaced(file: h5py.File, name: str, make) -> None:
    """Replace an item by another with the same name and attributes."""
    kept = dict(file[name].attrs)
    del file[name]
    made = make()
    for key, value in kept.items():
        made.attrs[key] = value


def wrong_values(file, dataset, item, rng):
    old = file[dataset]
    if old.dtype.kind in "fiubSO" and old.size < 10**6 and not h5py.check_ref_dtype(old.dtype):
        value = wrong(np.asarray(old[()]), rng)
        replaced(file, dataset, lambda: file.create_dataset(dataset, data=value))


def outside(file, shape) -> Path:
    path = Path(file.filename).parents[1] / "outside" / "secret.h5"
    path.parent.mkdir(exist_ok=True)
    with h5py.File(path, "w") as secret:
        secret["x"] = np.full(shape, SECRET)
    return path


def external_link(file, dataset, item, rng):
    path = outside(file, file[dataset].shape)
    del file[dataset]
    file[dataset] = h5py.ExternalLink(str(path) if rng.random() < 0.5 else "../outside/secret.h5", "x")


def external_storage(file, dataset, item, rng):
    shape = file[dataset].shape or (3,)
    path = outside(file, shape).with_name("secret.raw")
    path.write_bytes(np.full(shape, SECRET).tobytes())
    size = int(np.prod(shape)) * 8
    replaced(file, dataset, lambda: file.create_dataset(dataset, shape, float, external=[(str(path), 0, size)]))


def virtual(file, dataset, item, rng):
    shape = file[dataset].shape or (3,)
    layout = h5py.VirtualLayout(shape, dtype=float)
    layout[...] = h5py.VirtualSource(str(outside(file, shape)), "x", shape=shape)
    replaced(file, dataset, lambda: file.create_virtual_dataset(dataset, layout))


def circle(file, dataset, item, rng):
    parent = file[item].parent.name
    target = [f"/{item}", parent, "/", "/nowhere"][rng.integers(4)]
    if rng.random() < 0.5:
        del file[item]
        file[item] = h5py.SoftLink(target)
    else:
        file[parent].create_dataset("again", data=1) if target == "/nowhere" else file[parent].__setitem__(
            "again", file["/"] if target == "/" else file[target]
        )


def huge_claim(file, dataset, item, rng):
    """Declare 10^7 to 10^12 elements without writing any."""
    count = int(10 ** rng.integers(7, 13))
    ndim = max(1, file[dataset].ndim)
    shape = (count,) if ndim == 1 else (int(count**0.5),) * 2 if ndim == 2 else (int(count ** (1 / 3)),) * 3
    chunks = (1000,) * len(shape) if len(shape) == 1 else (10,) * len(shape)
    kind = [file[dataset].dtype, float][rng.integers(2)]
    replaced(file, dataset, lambda: file.create_dataset(dataset, shape, kind, chunks=chunks, compression="gzip"))


def bomb(file, dataset, item, rng):
    """Write 0.4 to 4 GB of zeros, compressed by a factor of a thousand."""
    length, pieces = 1 << 21, int(rng.choice([25, 250]))
    squeezed = zlib.compress(bytes(length * 8), 9)

    def make():
        made = file.create_dataset(dataset, (length * pieces,), float, chunks=(length,), compression="gzip")
        for k in range(pieces):
            made.id.write_direct_chunk((k * length,), squeezed)
        return made

    replaced(file, dataset, make)


def renamed(file, dataset, item, rng):
    name = UNICODE[rng.integers(len(UNICODE) - 4)]
    if name:
        file.move(item, f"{file[item].parent.name}/{name.replace('/', '')}")


def removed(file, dataset, item, rng):
    del file[item]


def attribute(file, dataset, item, rng):
    holder = file[item] if rng.random() < 0.8 else file
    names = list(holder.attrs)
    if not names:
        holder.attrs["MATLAB_class"] = np.bytes_(b"cell")
        return
    name = names[rng.integers(len(names))]
    junk = [
        "",
        "x" * 60_000,
        7,
        np.nan,
        np.arange(5000),
        b"\xff\xfe",
        "VectorData",
        "Units",
        [b"a", b"b"],
        h5py.Empty("f"),
    ]
    if rng.random() < 0.3:
        del holder.attrs[name]
    else:
        holder.attrs[name] = junk[rng.integers(len(junk))]


def references(file, dataset, item, rng):
    """Write references to the data set itself, to nothing, or very many to one item."""
    target = [lambda: file[item].ref, lambda: file.ref, lambda: h5py.Reference()][rng.integers(3)]()
    count = int(rng.choice([1, 3, 20_000]))
    kept = dict(file[dataset].attrs)
    if file[item] == file[dataset]:
        target = h5py.Reference()
    del file[dataset]
    made = file.create_dataset(dataset, (count, 1), h5py.ref_dtype)
    made[...] = np.full((count, 1), target, dtype=h5py.ref_dtype)
    if rng.random() < 0.5:
        made[0] = made.ref
    for key, value in kept.items():
        made.attrs[key] = value


def many(file, dataset, item, rng):
    """One thing in three thousand cells."""
    old = file[dataset]
    if old.dtype.kind in "fiub" and not h5py.check_ref_dtype(old.dtype):
        hidden = file.require_group("#refs#")
        hidden["big"] = np.zeros((1000, 1000))
        replaced(
            file,
            dataset,
            lambda: file.create_dataset(dataset, data=np.full((3000, 1), hidden["big"].ref, dtype=h5py.ref_dtype)),
        )


def deep(file, dataset, item, rng):
    group = file[dataset].parent
    for _ in range(int(rng.choice([50, 3000]))):
        group = group.create_group("g")
    group["end"] = 1.0


def crowd(file, dataset, item, rng):
    group = file[dataset].parent
    for k in range(3000):
        group.create_group(f"n{k}")


def group_for_dataset(file, dataset, item, rng):
    replaced(file, dataset, lambda: file.create_group(dataset))


def nothing_in_it(file, dataset, item, rng):
    replaced(file, dataset, lambda: file.create_dataset(dataset, data=h5py.Empty("f8")))


ALL = (
    *[wrong_values] * 12,
    *[attribute] * 3,
    external_link,
    external_storage,
    virtual,
    circle,
    circle,
    huge_claim,
    huge_claim,
    bomb,
    renamed,
    removed,
    removed,
    references,
    many,
    deep,
    crowd,
    group_for_dataset,
    nothing_in_it,
)
