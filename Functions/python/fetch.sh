#!/usr/bin/env bash
# Makes the virtual environment that the Python functions of this folder share: FastAPI, uvicorn and
# scikit-learn in the versions pinned below, some 230 MiB.
# Usage: fetch.sh FOLDER
# Running it again does nothing once FOLDER has these versions. PYTHON names another interpreter than Debian's.
set -euo pipefail

python=${PYTHON:-/usr/bin/python3}

# Everything that gets installed is here, so that two hosts have the same. Newer releases of scikit-learn and
# scipy take half as long again to import, which every cold start would pay.
packages=(
    annotated-types==0.7.0
    anyio==4.9.0
    click==8.2.1
    fastapi==0.115.14
    h11==0.16.0
    idna==3.10
    joblib==1.5.1
    numpy==2.2.6
    pydantic==2.11.7
    pydantic-core==2.33.2
    scikit-learn==1.7.2
    scipy==1.15.3
    sniffio==1.3.1
    starlette==0.46.2
    threadpoolctl==3.6.0
    typing-extensions==4.14.1
    typing-inspection==0.4.1
    uvicorn==0.35.0
)

fail() {
    echo "fetch.sh: $1" >&2
    exit 1
}

[ $# -eq 1 ] || fail "say where the virtual environment shall be: fetch.sh FOLDER"
[ -x "$python" ] || fail "$python is missing; install Python 3.10 to 3.13 (the package is often called python3)"
case $("$python" -c 'import sys; print(sys.base_prefix)') in
    /usr | /usr/*) ;;
    *) fail "$python does not lie under /usr, the folder that the functions see; name another one in PYTHON" ;;
esac
case $("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') in
    3.10 | 3.11 | 3.12 | 3.13) ;;
    *) fail "$python is $("$python" --version); these versions of the packages need Python 3.10 to 3.13" ;;
esac

mkdir -p "$(dirname "$1")"
target=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
wanted=$("$python" --version && printf '%s\n' "${packages[@]}")
stamp="$target/installed.txt"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$target/bin/python" -c pass 2> /dev/null; then
    echo "$target already has these versions."
    exit 0
fi
if [ -e "$target" ] && [ ! -f "$target/pyvenv.cfg" ] && { [ ! -d "$target" ] || [ -n "$(ls -A "$target")" ]; }; then
    fail "$target exists and is no virtual environment; name another folder, or remove it"
fi

# The old one is emptied first: nothing of other versions may stay. The stamp comes last, so an interrupted run
# is begun anew.
echo "Making $target with $("$python" --version) ..."
"$python" -m venv --clear --without-pip "$target" || fail "$python cannot make a virtual environment"
site=$("$target/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# pip works from outside, so that the environment does not carry it. Only an interpreter without pip gets the
# copy that Python itself brings, for as long as it is needed.
installer=("$python" -m pip)
if ! "${installer[@]}" --version > /dev/null 2>&1; then
    "$target/bin/python" -m ensurepip > /dev/null 2>&1 \
        || fail "pip is missing; install it (the packages are often called python3-pip and python3-venv)"
    installer=("$target/bin/python" -m pip)
fi

echo "Installing ${#packages[@]} packages with pip (70 MiB to download) ..."
PIP_ROOT_USER_ACTION=ignore "${installer[@]}" install --quiet --disable-pip-version-check --no-input \
    --no-compile --no-deps --only-binary :all: --target "$site" "${packages[@]}" \
    || fail "pip could not install the packages; see its message above"

# What no function needs: pip if it was borrowed, scripts that name a wrong interpreter, and tests. One of numpy's
# test folders is imported by numpy itself.
rm -rf "${site:?}"/{bin,pip,pip-*,setuptools,setuptools-*,pkg_resources,_distutils_hack,distutils-precedence.pth} \
    "$target"/bin/pip*
for package in joblib numpy scipy sklearn; do
    find "$site/$package" -type d \( -name tests -o -name test \) \
        ! -path '*/numpy/_core/tests' -prune -exec rm -rf {} +
done

# Functions cannot write, so bytecode that is not here now would be made anew at every start. It is not compared
# with the sources' times, which change when the folder is copied.
echo "Compiling ..."
"$target/bin/python" -m compileall -q -j 0 --invalidation-mode unchecked-hash "$site" > /dev/null \
    || fail "some packages do not compile with $("$python" --version)"
"$target/bin/python" -I -c 'import fastapi, uvicorn, sklearn.linear_model' \
    || fail "the packages were installed and cannot be imported; see the message above"

printf '%s\n' "$wanted" > "$stamp"
echo "The packages are in $target. Next: $(dirname "$0")/build.sh digits $target BUNDLE"
