#!/usr/bin/env bash
# snakemake runs this in the folder of the project after conda has created the environment.
exec bash environment/install.sh
