#!/usr/bin/env bash
# Measures cold starts of the MiniLM function, each way of starting workers beside the others: tables on standard output,
# everything in .build-bench/cold.json. All ways are measured under a systemd of its own where root may boot one
# (private-systemd.sh), else those that need none. RUNS (200) says how many rounds.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/host.sh

# The folder of this script is the one place, beside that of the results, which a private systemd shares with this
# machine, so what the command makes goes there.
export TMPDIR="$folder"
measure() {
    local list=$1
    shift
    "$@" "$hearth" bench cold "$folder/bundle" --activation "$list" \
        --runs "${RUNS:-200}" --json "$PWD/.build-bench/cold.json"
}

mkdir -p .build-bench
pack_minilm
status=0
measure direct,systemd,unsandboxed \
    Scripts/private-systemd.sh --rw "$folder" --rw .build-bench --env TMPDIR -- || status=$?
if [ "$status" = 77 ]; then
    echo 'Without systemd, then.' >&2
    status=0
    measure direct,unsandboxed || status=$?
fi
[ "$status" = 0 ] || exit "$status"
echo 'Written to .build-bench/cold.json'
