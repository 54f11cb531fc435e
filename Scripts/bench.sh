#!/usr/bin/env bash
# Measures cold starts of the MiniLM function: percentiles a phase on standard output, everything in
# .build-bench/cold.json. RUNS (200) says how many.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/host.sh

mkdir -p .build-bench
pack_minilm
start_host
"$hearth" deploy "$folder/bundle"
"$hearth" bench cold minilm --runs "${RUNS:-200}" --json "$PWD/.build-bench/cold.json"
echo 'Written to .build-bench/cold.json'
