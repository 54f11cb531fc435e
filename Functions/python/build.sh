#!/usr/bin/env bash
# Makes a bundle of one of the Python functions: its program, its model if it trains one, and its manifest.
# Usage: build.sh FUNCTION VENV BUNDLE
# FUNCTION is a folder beside this one, VENV what fetch.sh made, and BUNDLE a folder that is made or replaced.
set -euo pipefail

fail() {
    echo "build.sh: $1" >&2
    exit 1
}

[ $# -eq 3 ] || fail "say which function, and where things are: build.sh FUNCTION VENV BUNDLE"
source=$(cd "$(dirname "$0")/.." && pwd)/$1
[ -f "$source/function.yaml.in" ] || fail "there is no Python function '$1'; there are digits and textstats"
[ -f "$2/installed.txt" ] || fail "$2 has no packages; run $(dirname "$0")/fetch.sh $2 first"
venv=$(cd "$2" && pwd)
# The path is written between double quotes in YAML.
case $venv in *[\"\\]*) fail "the path $venv has a quotation mark or a backslash" ;; esac
if [ -e "$3" ] && [ ! -f "$3/function.yaml" ] && { [ ! -d "$3" ] || [ -n "$(ls -A "$3")" ]; }; then
    fail "$3 exists and is no bundle; name another folder, or remove it"
fi

mkdir -p "$(dirname "$3")"
work=$(mktemp -d "$(dirname "$3")/.bundle-XXXXXX")
trap 'rm -rf "$work"' EXIT

cp "$source/app.py" "$work/"
if [ -f "$source/train.py" ]; then
    echo "Training ..."
    "$venv/bin/python" -I -B "$source/train.py" "$work" || fail "the training failed; see the message above"
fi
manifest=$(cat "$source/function.yaml.in")
printf '%s\n' "${manifest//@VENV@/"$venv"}" > "$work/function.yaml"

chmod 755 "$work"
chmod 644 "$work"/*
rm -rf "$3"
mv "$work" "$3"
echo "The bundle is in $3. Next: hearth deploy $3"
