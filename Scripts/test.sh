#!/usr/bin/env bash
# Builds and runs every test, then once more under a systemd of its own those that concern how workers are started, then
# the fuzzers, and closes with one line: "N passed, N failed".
# HEARTH_FUZZ_SECONDS (60) says how long each fuzzer runs. Arguments go to `swift test`, e.g. --filter TidyTests.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
logs=$(mktemp -d "${TMPDIR:-/tmp}/hearth-test.XXXXXX")
running=()
trap 'kill "${running[@]}" 2>/dev/null; rm -rf "$logs"' EXIT

close() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
    exit
}

# Runs a step that must succeed before anything can be tested.
require() {
    "$@" && return
    printf 'test: failed: %s\n' "$*" >&2
    failed=$((failed + 1))
    close
}

count() { LC_ALL=C grep -cE "$1" "$2"; }

# Reads the counts from Swift Testing's lines. A run that crashed has no summary: what had ended by then counts,
# and the crash counts as one failure.
count_tests() {
    local status=$1 log=$2 total ended='^[^ ]+ Test .* after [0-9.]+ seconds' broken skipped
    total=$(sed -nE 's/^[^ ]+ Test run with ([0-9]+) tests?.*/\1/p' "$log" | tail -n 1)
    broken=$(LC_ALL=C grep -E "$ended" "$log" | grep -vE ' Test (run with|case passing) ' | grep -c ' failed after ')
    skipped=$(count '^[^ ]+ Test .* skipped' "$log")
    if [ -n "$total" ]; then
        passed=$((passed + total - broken - skipped))
    else
        passed=$((passed + $(LC_ALL=C grep -E "$ended" "$log" | grep -vE ' Test (run with|case passing) ' | grep -c ' passed after ')))
        broken=$((broken + 1))
    fi
    if [ "$status" -ne 0 ] && [ "$broken" -eq 0 ]; then broken=1; fi
    failed=$((failed + broken))
}

# Runs tests, shows what they print as they print it, and counts them. Status 77 says that they cannot run here.
run_tests() {
    local log=$1 status
    shift
    "$@" </dev/null >"$log" 2>&1 &
    running=("$!")
    # Follows the run itself: a pipe would also wait for any process that a test left behind.
    tail -n +1 -f --pid="${running[0]}" "$log"
    wait "${running[0]}"
    status=$?
    [ "$status" -eq 77 ] || count_tests "$status" "$log"
}

# Waits for a fuzzer, which counts as one test.
finish_fuzzer() {
    local target=$1 process=$2
    if wait "$process"; then
        passed=$((passed + 1))
        printf 'fuzz %s: passed\n' "$target"
    else
        failed=$((failed + 1))
        printf 'fuzz %s: failed; the end of its output:\n' "$target"
        tail -n 40 "$logs/fuzz-$target"
    fi
}

require Scripts/setup.sh --tests
require Functions/minilm/fetch.sh .build-models/minilm
require Functions/python/fetch.sh .build-python/venv
require swift build --build-tests

run_tests "$logs/tests" swift test --skip-build --disable-xctest "$@"

# What must hold whoever starts the workers. Only where no selection was made, and where a systemd can be started.
under_systemd='LifecycleTests|ServingTests|HeaderTests|RevisionTests|ReferenceVectorTests|MalformedInputTests|SystemdTests'
under_systemd+='|HostileWorkerTests|HostileLoadTests|ProgramTests|SharingTests|WorkerDeathTests|ShippedProgramTests|InstalledHostTests'
if [ $# -eq 0 ]; then
    echo 'Once more, with workers that systemd starts:'
    export HEARTH_TEST_ACTIVATION=systemd
    run_tests "$logs/tests-systemd" Scripts/private-systemd.sh --rw "$PWD" --rw "${TMPDIR:-/tmp}" \
        --env HEARTH_TEST_ACTIVATION -- swift test --skip-build --disable-xctest --filter "$under_systemd"
    unset HEARTH_TEST_ACTIVATION
fi

seconds=${HEARTH_FUZZ_SECONDS:-60}
Fuzz/run.sh gguf "$seconds" >"$logs/fuzz-gguf" 2>&1 </dev/null &
gguf=$!
Fuzz/run.sh manifest "$seconds" >"$logs/fuzz-manifest" 2>&1 </dev/null &
manifest=$!
running=("$gguf" "$manifest")
finish_fuzzer gguf "$gguf"
finish_fuzzer manifest "$manifest"

if [ "$failed" -gt 0 ]; then
    printf '\nWhat failed:\n'
    LC_ALL=C grep -hE '^[^ ]+ Test .* failed after ' "$logs"/tests* | grep -vE ' Test (run with|case passing) '
fi
close
