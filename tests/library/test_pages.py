"""docs/library.md and the notebooks: every example runs, and what pages say of defaults and other packages is so."""

import ast
import importlib
import inspect
import json
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import yaml
from figures.made_up import made_up_tables
from generators import members
from matplotlib.figure import Figure
from scipy.linalg import orthogonal_procrustes

import rnncompare
from rnncompare import plugins
from rnncompare.library import defaults
from rnncompare.library.comparing import compare
from rnncompare.systems.limit_cycle import limit_cycle
from rnncompare.systems.two_units import two_units
from rnncompare.tabulation import tables

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/library.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))
PORTED = re.findall(r"^\| `(\w+)` \| `(.+?)` \| `(.+?)` \| (1e-\d+) \|$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A folder with a card, of a smaller session, and the tables of a run, as the project's is."""
    folder = tmp_path_factory.mktemp("project")
    for name, table in made_up_tables().items():
        tables.write(table, folder / "results/tables" / f"{name}.csv")
    card = yaml.safe_load((ROOT / "data/simulated_reach/card.yaml").read_text())
    card["files"][0]["made_by"] |= {"units": 12, "trials": 4}
    (folder / "data/simulated_reach").mkdir(parents=True)
    (folder / "data/simulated_reach/card.yaml").write_text(yaml.safe_dump(card))
    return folder


@pytest.fixture
def project(finished, monkeypatch):
    monkeypatch.chdir(finished)
    matplotlib.use("agg")
    return finished


def run(blocks):
    """All blocks in one namespace, as a notebook does; the namespace, and what the last line of each gave."""
    names, shown = {}, []
    for number, text in enumerate(blocks):
        tree = ast.parse(text)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, f"block {number}", "exec"), names)
        shown.append(eval(compile(ast.Expression(last.value), f"block {number}", "eval"), names) if last else None)
    return names, shown


def test_every_example_of_the_page_runs_from_top_to_end(project, capsys):
    names, shown = run(EXAMPLES)
    assert len(EXAMPLES) > 10
    assert "compare.nulls: found -1, wanted a number of draws of at least 0" in capsys.readouterr().out
    everything = shown[0]
    related = everything[everything.measure.isin(["cca", "rsa"]) & everything.p.notna()]
    assert (related[related.statistic.isin(["mean", "rdm"])].p < 0.05).all()  # x and y share three dimensions
    assert shown[1].p.dropna().lt(0.05).any()
    assert names["result"].p == pytest.approx(1 / 201)
    assert float(names["decoded"]) > 0.6 and names["cp"].cp.index.name == "unit"
    assert names["recording"].sizes["time"] == 41
    assert isinstance(names["figure"], Figure)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_notebook_runs_and_holds_no_output(path, project):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert {cell["cell_type"] for cell in notebook["cells"]} == {"code", "markdown"}
    _, shown = run(["".join(cell["source"]) for cell in code])
    assert sum(value is not None for value in shown) == len(code) - (path.stem == "arrays")
    matplotlib.pyplot.close("all")


def test_both_notebooks_are_named_on_the_page():
    assert [path.name for path in NOTEBOOKS] == sorted(set(re.findall(r"notebooks/(\w+\.ipynb)", PAGE)))


def test_the_page_of_members_says_every_default_as_it_is():
    found: dict = {}
    for folder, name, text in re.findall(r"^### (similarity|probes): (\w+)\n(.*?)(?=^##)", members.page(), re.M | re.S):
        rows = re.findall(r"^\| `(\w+)` \|.*\| (?:`(.+)`)? \|$", text, re.M)
        found[folder, name] = {option: ast.literal_eval(value) for option, value in rows if value}
    assert found == {(f, n): options for f, each in defaults.OPTIONS.items() for n, options in each.items()}


@pytest.mark.parametrize("folder", ["similarity", "probes"])
def test_every_member_has_defaults_for_options_of_its_own_and_no_others(folder):
    assert set(defaults.OPTIONS[folder]) == set(plugins.available(folder))
    for name, options in defaults.OPTIONS[folder].items():
        assert set(options) <= set(plugins.options_of(plugins.find(folder, name)))


def test_options_of_measures_are_those_of_the_reach_study():
    study = yaml.safe_load((ROOT / "workflow/config/reach.yaml").read_text())["similarity"]
    for name, options in defaults.OPTIONS["similarity"].items():
        wanted = {k: v for k, v in study.get(name, study["procrustes"]).items() if k != "use"}
        assert options | {"curve": None, "time_resolved": None} == wanted | {"curve": None, "time_resolved": None}
    assert "with 200 permutations" in PAGE and inspect.signature(compare).parameters["nulls"].default == 200


class Peer:
    """What the lines of the porting table are evaluated in."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.X = rng.standard_normal((30, 8)) @ rng.standard_normal((8, 8)) + 3
        self.Y = self.X @ rng.standard_normal((8, 8)) + 4 * rng.standard_normal((30, 8))
        size = {"conditions": 6, "times": 60, "units": 30}
        self.courses = [system(seed=k, **size) for k, system in enumerate((two_units, limit_cycle))]

    def names(self, package):
        found = {"np": np, "rnncompare": rnncompare, "X": self.X, "Y": self.Y, package.__name__: package}
        if package.__name__ == "rsatoolbox":
            found |= {"rdm": package.rdm, "Dataset": package.data.Dataset}
        if package.__name__ == "DSA":
            import torch

            torch.manual_seed(0)
            found |= dict(zip(("X3", "Y3"), map(planar, self.courses), strict=True))
        return found


def planar(course):
    """In two principal components, without the mean over conditions."""
    about = course - course.mean(axis=0)
    return about @ np.linalg.svd(about.reshape(-1, about.shape[-1]), full_matrices=False)[2][:2].T


def number(value):
    """Of a result, an array of one or a number."""
    return float(value if isinstance(value, float) or not isinstance(value, np.ndarray) else np.ravel(value)[0])


@pytest.mark.parametrize(("package", "there", "here", "close"), PORTED)
def test_a_line_of_the_porting_table_gives_what_the_package_gives(package, there, here, close):
    for name in {package, *re.findall(rf"{package}(?:\.\w+)+(?=\.\w+\()", there)}:
        module = pytest.importorskip(name, reason=f"needs the package {package}")
    module = importlib.import_module(package)
    if package == "similarity" and not hasattr(module, "make"):
        pytest.skip("needs the package similarity")  # the folder of tests has the same name
    names = Peer().names(module)
    assert number(eval(here, names)) == pytest.approx(number(eval(there, names)), abs=float(close))


def test_the_table_has_lines_of_four_packages_and_runs_some():
    assert {"netrep", "rsatoolbox", "similarity", "DSA"} <= {package for package, *_ in PORTED}
    assert len(PORTED) == len(re.findall(r"^\| .* 1e-\d+ \|$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_what_the_page_says_of_netrep_is_its_formula(alpha):
    """Columns centred, whitened as far as alpha says, rotated onto each other: the angle of the two matrices."""
    sides = [side - side.mean(axis=0) for side in (Peer().X, Peer().Y)]
    if alpha == 0:
        sides = [np.linalg.qr(side)[0] for side in sides]
    x, y = sides[0] @ orthogonal_procrustes(*sides)[0], sides[1]
    angle = np.arccos((x * y).sum() / np.linalg.norm(x) / np.linalg.norm(y))
    found = rnncompare.similarity.shape(Peer().X, Peer().Y, alpha=alpha, components=8)
    assert found.angle_in_sample == pytest.approx(angle, abs=1e-6)


def test_what_the_page_says_of_debiased_cka_is_its_formula():
    """Kernels without diagonal, centred as Szekely and Rizzo (2014) do: the cosine between them."""

    def centred(samples):
        kernel = samples @ samples.T
        np.fill_diagonal(kernel, 0)
        n = len(kernel)
        rows = kernel.sum(axis=0) / (n - 2)
        kernel = kernel - rows - rows[:, None] + kernel.sum() / (n - 1) / (n - 2)
        np.fill_diagonal(kernel, 0)
        return kernel.ravel()

    k, other = centred(Peer().X), centred(Peer().Y)
    wanted = k @ other / np.linalg.norm(k) / np.linalg.norm(other)
    assert float(rnncompare.similarity.cka(Peer().X, Peer().Y)) == pytest.approx(wanted, abs=1e-10)
