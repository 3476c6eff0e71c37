#!/usr/bin/env bash
# Install what the locks pin into the Python that comes first in PATH, and the project itself, to be edited in place if
# its folder can be written.
# Every file is held to a sha256, also where a source is built; what builds it (setuptools) is installed first.
set -euo pipefail
cd "$(dirname "$0")/.."
install() { python -m pip install --quiet --require-hashes --no-deps --no-build-isolation --requirement "$@"; }

echo "installing $(grep -c '==' requirements.lock) packages (1.5 GB; with torch's libraries for GPUs 6 GB), first setuptools"
install <(sed -n '/^setuptools==/,/[^\\]$/p' requirements.lock)

echo "torch"
# torch's CPU build where pip is set up to find one. That there is none (the second text is pip's where constraints are
# set, too) is the only reason to go on with the default build; a wrong sha256 is not.
if ! said=$(install environment/cpu.lock 2>&1); then
    grep -qE "No matching distribution found for torch|ResolutionImpossible" <<<"$said" || { echo "$said" >&2; exit 1; }
    echo "pip finds no CPU build of torch here, so the default one is installed (for Linux: 3 GB, with a GPU's libraries)"
fi
echo "all others"
install requirements.lock
if python -m pip show torch | grep "^Requires:.*nvidia" >/dev/null; then echo "libraries for GPUs"; install environment/gpu.lock; fi
if [ -w . ]; then
    python -m pip install --quiet --no-deps --no-build-isolation --editable .
else  # an installation for several people: pip builds in the folder
    copy=$(mktemp -d)
    cp -RL pyproject.toml setup.py README.md LICENSE rnncompare workflow "$copy"
    for card in data/*/card.yaml data/*/published.csv; do mkdir -p "$copy/${card%/*}"; cp "$card" "$copy/$card"; done
    (cd "$copy" && python -m pip install --quiet --no-deps --no-build-isolation .)
    rm -rf "$copy"
fi
python -m pip check >/dev/null || { python -m pip check; exit 1; }
