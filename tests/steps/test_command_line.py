"""Mistakes of a user end with a message of one or two lines and a non-zero status, without a traceback."""

import errno
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnncompare import steps
from rnncompare.__main__ import in_words, main

ROOT = Path(__file__).parents[2]
OTHERS = re.compile(
    r"Traceback|\[Errno|codec|invalid choice|unrecognized arguments|usage:"
)  # messages of other libraries
MISTAKES = {  # arguments of the command line: status and message
    "": (2, "arguments are required: COMMAND"),
    "chek mine": (2, r"found 'chek', wanted a command \(add, archive, check, .* Did you mean 'check'"),
    "check mine --dta x": (2, "check: found --dta x, wanted options among .* Did you mean '--data'"),
    "check mine --conf c.yaml": (2, "check: found --conf c.yaml, .* Did you mean '--config'"),
    "check mine --options {": (2, "argument --options: found '{', wanted JSON"),
    "check mine --options []": (2, "wanted a JSON object"),
    "check mine yours": (2, "check: found yours, wanted options among"),
    "add mine": (2, "add: the following arguments are required: SOURCE"),
    "compare": (2, "compare: the following arguments are required: --sources"),
    "check": (1, "found neither, wanted either the name of a recording or --config FILE"),
    "check mine": (1, "data: found no such folder in .*, wanted the folder of the cards.* or give --data FOLDER"),
    "check mine --data cards": (1, "cards/mine/card.yaml: found no card, wanted one of none"),
    "check --config none.yaml": (1, "none.yaml: found no such file or folder, wanted an existing one"),
    "check --config cards": (1, "cards: found a folder, wanted a file"),
    "check --config binary": (1, "binary: found bytes that are not UTF-8, wanted YAML"),
    "check --config empty": (1, "empty: found .*, wanted a mapping of keys"),
    "check --config binary/x.yaml": (1, "binary/x.yaml: found a file where the path has a folder"),
    f"check --config {'x' * 300}": (1, "found a name that is too long"),
    "check --config loop": (1, "loop: found a loop of symbolic links"),
    "add Mine empty": (1, "found name 'Mine', wanted lower-case"),
    "add mine none.nwb": (1, "none.nwb: found no file, wanted one"),
    "add mine ftp://me:hidden@h.org/a.nwb": (1, "found ftp://h.org/a.nwb .*wanted an address that begins with http"),
    "add mine HTTP://[h/a.nwb?sig=hidden": (1, "an address that cannot be read"),
    "add mine empty.nwb": (1, "empty.nwb: found"),
    "check mine --data binary": (1, "binary: found no such folder in"),
    "fetch --cards none/card.yaml --folder made --out o.json": (1, "none/card.yaml: found no such file"),
    "load --card none --records none --out o.nc --options {}": (1, "none: found no such file"),
    "export --source cards --out o --to nwb": (1, "cards: found a folder, wanted a file"),
    "export --source binary --out o --to nwb": (1, "binary: found"),
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """A folder outside the project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RNNCOMPARE_TRACEBACK", raising=False)
    Path("cards").mkdir()
    Path("binary").write_bytes(b"\xff\xfe\x00bad")
    Path("empty").touch()
    Path("empty.nwb").touch()
    Path("loop").symlink_to("loop")
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    # A shell starts background jobs with SIGINT ignored, and the processes started here would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_ends_with_a_message_and_leaves_no_files(words, capsys, tmp_path):
    status, said = MISTAKES[words]
    try:
        found = main(words.split())
    except SystemExit as ended:
        found = ended.code
    error = capsys.readouterr().err
    assert found == status
    assert re.search(said, error)
    assert not OTHERS.search(error) and "hidden" not in error
    assert len(error.strip().splitlines()) <= 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["binary", "cards", "empty", "empty.nwb", "loop"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EEXIST])
def test_system_errors_are_reported_with_the_name_of_the_file(number):
    assert re.match("results/a.csv: found .*, wanted", in_words(OSError(number, "not ours", "results/a.csv"), {}))


def test_the_error_for_a_full_disk_names_the_file_being_written():
    said = in_words(OSError(errno.ENOSPC, "No space left on device"), {"out": Path("results/a.csv")})
    assert said.endswith("No space left on device, while writing results/a.csv")


def test_a_closed_output_pipe_is_not_an_error():
    step = "def step(): '''Talk.'''; print('x' * 10**6)"
    code = f"import sys\nfrom rnncompare import __main__, steps\n{step}\nsteps.STEPS['talk'] = step\n"
    code += "sys.exit(__main__.main(['talk']))"
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_every_step_has_a_summary_line():
    for name, step in steps.STEPS.items():
        assert step.__doc__ and step.__doc__.strip().splitlines()[0].endswith("."), name


SNAKEMAKE = """import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
print("at work", flush=True)
time.sleep(60)
"""


def started(arguments, folder, **environment):
    command = [sys.executable, str(ROOT / "workflow/run.py"), *arguments]
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.Popen(
        command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip


@pytest.mark.parametrize("number, group", [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_a_stopped_run_advises_to_run_it_again(tmp_path, number, group):
    (tmp_path / "snakemake.py").write_text(SNAKEMAKE)
    (tmp_path / "Snakefile").touch()
    process = started([], tmp_path)
    assert process.stdout.readline() == "at work\n"
    os.killpg(process.pid, number) if group else process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert said.endswith("stopped; finished files are kept, and the same command continues the run\n")


@pytest.mark.parametrize(
    "config, said",
    [
        ("none.yaml", r"none.yaml: found no such config in .*, wanted a file such as workflow/config/mine.yaml"),
        ("cards", "cards: found a folder, wanted a config file"),
        ("binary", "binary: found bytes that are not UTF-8, wanted YAML"),
        ("template", "template: found __use_yte__, wanted a config without expressions, which Snakemake runs as code"),
        (None, r"none.yaml: found no such config in .*, wanted a file such as /.*/workflow/config/checkerboard.yaml"),
    ],
)
def test_an_invalid_config_or_folder_is_named_before_anything_runs(tmp_path, config, said):
    if config is not None:
        (tmp_path / "Snakefile").touch()
        (tmp_path / "workflow/config").mkdir(parents=True)
        (tmp_path / "workflow/config/mine.yaml").write_text("seed: 1\n")
        (tmp_path / "template").write_text("__use_yte__: true\nseed: 1\n")
    first = [] if config is None else ["workflow/config/mine.yaml"]  # the second config is the invalid one
    process = started(["--configfile", *first, config or "none.yaml", "--cores", "1"], tmp_path)
    out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert re.match(said, error) and len(error.splitlines()) == 1


def test_make_lists_its_targets_and_builds_nothing():
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "results", "test", "lock", "study"} < targets
    assert targets == set(re.findall(r"^  ([\w-]+) ", done.stdout, re.MULTILINE))
    phony = re.findall(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets == set(" ".join(phony).split()) - {"$(READY)"}
