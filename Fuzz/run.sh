#!/bin/sh
# Fuzzes the readers of untrusted input with libFuzzer and the address sanitizer.
#
#   Fuzz/run.sh TARGET SECONDS        TARGET: gguf, safetensors, text, manifest, all
#
# Exits with 0 when nothing was found. What was found lies in Fuzz/.build/findings/TARGET, and the line to repeat it is
# printed. The corpus grows in Fuzz/.build/corpus/TARGET and is used again by the next run.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work="$here/.build"

usage() {
    echo "usage: run.sh gguf|safetensors|text|manifest|all SECONDS" >&2
    exit 2
}

[ $# -eq 2 ] || usage
case $1 in
    gguf) targets=GGUFFuzz ;;
    safetensors) targets=SafetensorsFuzz ;;
    text) targets=TextFuzz ;;
    manifest) targets=ManifestFuzz ;;
    all) targets="GGUFFuzz SafetensorsFuzz TextFuzz ManifestFuzz" ;;
    *) usage ;;
esac
seconds=$2
[ "$seconds" -gt 0 ] 2> /dev/null || usage

package="$work/package"
mkdir -p "$package"
cp "$here/Package.swift" "$package/Package.swift"
for folder in Sources Runtime; do ln -sfn "$here/../$folder" "$package/$folder"; done
ln -sfn "$here/Targets" "$package/Targets"

build() {
    swift build --package-path "$package" --configuration release --product "$1" > "$work/build.log" 2>&1 || {
        tail -40 "$work/build.log" >&2
        echo "run.sh: $1 does not build" >&2
        exit 3
    }
}

build Seeds
programs=$(swift build --package-path "$package" --configuration release --show-bin-path)
"$programs/Seeds" "$work/seeds"

status=0
for target in $targets; do
    build "$target"
    corpus="$work/corpus/$target"
    findings="$work/findings/$target"
    mkdir -p "$corpus" "$findings"
    # Swift's runtime keeps what it allocates once, so leaks say nothing.
    "$programs/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -max_len=16384 -detect_leaks=0 -print_final_stats=1 -artifact_prefix="$findings/" \
        "$corpus" "$work/seeds/$target" > "$work/$target.log" 2>&1 && found=0 || found=$?
    grep -aE "^#[0-9]+.*(INITED|DONE)|stat::number_of_executed_units" "$work/$target.log" || true
    if [ "$found" -ne 0 ]; then
        grep -aE "ERROR|SUMMARY|Fatal error|precondition|Test unit written" "$work/$target.log" >&2 || tail -20 "$work/$target.log" >&2
        echo "run.sh: $target found a fault; repeat it with: $programs/$target FILE" >&2
        status=1
    fi
done
exit $status
