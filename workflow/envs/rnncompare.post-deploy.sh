#!/usr/bin/env bash
# snakemake runs this in the project's folder once conda has made the environment.
exec bash environment/install.sh
