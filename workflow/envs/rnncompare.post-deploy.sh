#!/usr/bin/env bash
# Snakemake runs a copy of this in any folder, after conda has created the environment. The workflow sets the variable.
set -euo pipefail
install="${RNNCOMPARE_PROJECT:-.}/environment/install.sh"
[ -f "$install" ] || { echo "found no $install, wanted RNNCOMPARE_PROJECT=FOLDER with a clone of the project" >&2; exit 1; }
exec bash "$install"
