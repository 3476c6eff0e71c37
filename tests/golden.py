"""Short runs whose bytes are the same on every x86-64 processor with AVX2; `python tests/golden.py` prints hashes.

Compare what it prints with GOLDEN: a processor on which one differs trains other networks, or writes other tables.

The runs are a network of the reach study (gain 4, 20 updates, all penalties), one of the decision task (two areas,
noise), a comparison by five measures with null distributions and intervals, and two probes. All have these hashes on
AMD EPYC (family 25, model 1; AVX2), Linux, and on Intel Haswell and AMD EPYC-Milan, both emulated (QEMU 7.2, user
mode). An emulator computes according to IEEE 754 and reports the manufacturer by which libraries select kernels. Not
tested: a real Intel processor with pinned kernels, and any with AVX-512, whose instructions are not used (a test asks
the libraries).
"""

import hashlib
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":  # tests import it after conftest.py has pinned
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    from rnncompare.reproducibility import processor

    processor.pin()

import numpy as np
import xarray as xr

from rnncompare import activity, plugins
from rnncompare.tabulation import tables

GOLDEN = {
    "network_of_the_reach_study": "0e7f0d4faca28a7c58f3cb7e81219f470de0f7459ecb4aad2e2dc30aeb12656e",
    "network_that_decides": "e5d7f112e0ebbf37ed19213a40bf736ad0b315377190cd782c007f7eab54281f",
    "gated_network": "bc9703c95a6322fa20527f32460e4c6edaee99f90d97af977854eed70867c20f",
    "network_of_classes": "948cc0c5a56ef5c50dd46c8c3bbb262726369ca5f8fa725949fa4ec5855b47fa",
    "network_of_a_local_rule": "2ef608c431312bbdee6f789e25d086679520971444b34f19246b5a4ed2291615",
    "comparison": "bd31866cda2adc937b6ba8a02cacc8ecdd4ccb68ca2599c3664eb68ed7d854a9",
    "probes": "55d417709c23791a108bad3f201f961087bd763b593f7dafb7c078b5e76bbd10",
}
UPDATES = 20
TRAINING = {
    "weights": 1e-4, "rates": 0.05, "dynamics": 1e-4, "mean_weights": 0.1, "vanishing": 0.1, "delays": None,
    "rule": "backpropagation",
    "optimiser": "adam", "learning_rate": 1e-3, "decay": "cosine", "steps": UPDATES, "batch": 20, "clip": 1.0,
    "stop_at": None, "stop_correct": None, "stop_over": 1, "at_least": 0, "check_every": 5, "validation": 0,
    "patience": None, "device": "cpu",
}  # fmt: skip
MEASURES = {
    "ridge": {"use": "ridge", "components": 5, "penalties": [1e-2, 1.0, 100.0]},
    "rsa": {"use": "rsa", "distance": "sqeuclidean", "compare": "spearman", "average": "dissimilarities",
            "trial_folds": None, "time_resolved": True},
    "procrustes": {"use": "shape", "alpha": 1.0, "components": 5},
    "cca": {"use": "cca", "components": 5, "curve": [2]},
    "cka": {"use": "cka", "samples": "conditions", "kernel": "linear", "bandwidth": None},
}  # fmt: skip
COMPARISON = {
    "preparation": {"window": None, "soft_normalise": 0.2},
    "folds": {"by": "condition", "groups": None},
    "units": {"count": None, "repeats": 1},
    "nulls": {
        "conditions": {"use": "conditions", "draws": 50},
        "surrogates": {"use": "tensor_maximum_entropy", "draws": 2,
                       "options": {"keep": ["times", "units", "conditions"]}},
    },
    "intervals": {"draws": 50, "units": 3},
}  # fmt: skip
PROBES = {
    "jpca": {"window": [0.0, 0.4], "soft_normalise": 0.2, "components": 4,
             "surrogates": {"use": "tensor_maximum_entropy", "draws": 3, "keep": ["times"]}},
    "decoding": {"variable": "condition", "window": [0.0, 0.4], "classifier": "lda", "folds": 3, "train": None,
                 "repeats": 1, "units": 20, "permutations": 5, "leave_out": [], "align": None, "windows": None},
}  # fmt: skip


def network_of_the_reach_study(units: int = 150) -> bytes:
    """The weights of a network with a gain of 4, trained for some updates under every penalty."""
    from rnncompare.models.leaky import leaky
    from rnncompare.training.options import Training
    from rnncompare.training.train import train

    rng = np.random.default_rng(0)
    trials, times = 20, 60
    targets = rng.standard_normal((trials, times, 2)).cumsum(axis=1) / times**0.5
    task = xr.Dataset(
        {
            "inputs": (("trial", "time", "input"), rng.standard_normal((trials, times, 3))),
            "targets": (("trial", "time", "output"), targets),
            "mask": (("trial", "time"), np.ones((trials, times))),
        },
        coords={"time": np.arange(times) * 0.01, "condition": ("trial", [f"c{k}" for k in range(trials)])},
    )
    network = leaky(
        inputs=3, outputs=2, dt=0.01, seed=0, units=units, tau=0.05, g=4.0, h=1.0, nonlinearity="rectified_tanh",
        connectivity=None, noise=None,
    )  # fmt: skip
    train(network, task, Training(**TRAINING), seed=0, progress=None)
    return weights(network)


def network_that_decides() -> bytes:
    """The weights of a network of two areas with noise, trained for some updates on a checkerboard."""
    from support.deciding import deciding_network, small_checkerboard

    from rnncompare.training.options import Training
    from rnncompare.training.train import train

    network = deciding_network(units=40)
    options = Training(**TRAINING | {"validation": 2, "stop_correct": 1.0})
    train(network, small_checkerboard(), options, seed=0, progress=None)
    return weights(network)


def gated_network() -> bytes:
    """The weights of gated recurrent units with noise, trained for some updates on context-dependent integration."""
    from support.deciding import small_context
    from support.gated import network_of_model

    from rnncompare.training.options import Training
    from rnncompare.training.train import train

    network = network_of_model("gru", units=50)
    options = Training(**TRAINING | {"validation": 2, "dynamics": 0.0, "vanishing": 0.0})
    train(network, small_context(), options, seed=0, progress=None)
    return weights(network)


def network_of_classes() -> bytes:
    """The weights of a leaky network, trained for some updates by cross-entropy on a perceptual decision."""
    from support.deciding import perceptual_network, small_perceptual

    from rnncompare.training.options import Training
    from rnncompare.training.train import train

    network = perceptual_network()
    train(network, small_perceptual(), Training(**TRAINING | {"validation": 2}), seed=0, progress=None)
    return weights(network)


def network_of_a_local_rule() -> bytes:
    """The weights of a leaky network with noise, trained for some updates through random feedback."""
    from support.deciding import context_network, small_context

    from rnncompare.training.options import Training
    from rnncompare.training.train import train

    network = context_network(tau=0.1)
    options = Training(**TRAINING | {"rule": "rflo", "validation": 2, "dynamics": 0.0, "vanishing": 0.0})
    train(network, small_context(), options, seed=0, progress=None)
    return weights(network)


def weights(network) -> bytes:
    return b"".join(tensor.numpy().tobytes() for tensor in network.state_dict().values())


def made_up(seed: int, trials: int) -> xr.Dataset:
    """An activity of 8 conditions, 41 times and 20 units; smooth by sums alone."""
    rng = np.random.default_rng(seed)
    shared = np.random.default_rng(1).standard_normal((8, 41, 5)).cumsum(axis=1)
    rate = shared @ rng.standard_normal((5, 20)) + rng.standard_normal((8, 41, 20)).cumsum(axis=1)
    rate = np.repeat(rate, trials, axis=0) + rng.standard_normal((8 * trials, 41, 20))
    names = np.repeat([f"{45 * k}" for k in range(8)], trials)
    return activity.build(
        rate, time=np.arange(41) * 0.01, unit=[f"u{k}" for k in range(20)], condition=names.tolist(), source="made up"
    )


def comparison() -> bytes:
    """The table of two sources compared with a recording by every measure of a correction's family, with nulls."""
    from rnncompare.comparison.compare import compare_measures

    bound = {name: plugins.bind("similarity", options, name) for name, options in MEASURES.items()}
    found = compare_measures([made_up(2, 1), made_up(3, 1)], [made_up(4, 1)], bound, seed=0, **COMPARISON)
    parts = [tables.label(getattr(f, kind), {"measure": m}) for m, f in found.items() for kind in ("rows", "summary")]
    return as_written(tables.stack(parts))


def probes() -> bytes:
    """The table of two probes of one activity."""
    data = made_up(5, 6)
    rows = [
        tables.label(plugins.bind("probes", {"use": name, "seed": 0, **options}, name)(data), {"measure": name})
        for name, options in PROBES.items()
    ]
    return as_written(tables.stack(rows))


def as_written(table) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        tables.write(table, path)
        return path.read_bytes()


RUNS = {
    run.__name__: run
    for run in (
        network_of_the_reach_study,
        network_that_decides,
        gated_network,
        network_of_classes,
        network_of_a_local_rule,
        comparison,
        probes,
    )
}


def hashed(name: str) -> str:
    """The sha256 of what a run gives."""
    return hashlib.sha256(RUNS[name]()).hexdigest()


if __name__ == "__main__":
    for name in sys.argv[1:] or RUNS:
        print(f'    "{name}": "{hashed(name)}",', flush=True)
    print(processor.described())
