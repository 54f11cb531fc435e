#!/usr/bin/env bash
# Makes sure that everything Hearth is built with is there, and with --tests also what its tests run beside it. Does
# nothing, and prints nothing, when it is.
set -euo pipefail

fail() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# The toolchain is a choice of the machine's owner, so it is checked and never installed.
check_swift() {
    local wanted=6.3 version
    command -v swift >/dev/null || fail "swift is not on PATH." \
        "Install Swift $wanted or later (swiftly, or the archive for this system on the Swift project's install page)."
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "swift is on PATH and does not tell its version; try \`swift --version\`."
    if [ "$(printf '%s\n%s\n' "$wanted" "$version" | sort -V | head -n 1)" != "$wanted" ]; then
        fail "Swift $version is too old; Hearth needs $wanted or later." \
            "Update it (\`swiftly install $wanted\`), or put the newer one first on PATH."
    fi
}

has_header() { printf '#include <%s>\n' "$1" | clang -fsyntax-only -x c - 2>/dev/null; }
has_command() { command -v "$1" >/dev/null; }
has_pip() { python3 -m pip --version >/dev/null 2>&1; }

missing=()
needs() {
    local package=$1
    shift
    "$@" || missing+=("$package")
}

check_swift
needs git has_command git
needs pkg-config has_command pkg-config
needs libsqlite3-dev has_header sqlite3.h
needs libssl-dev has_header openssl/evp.h
needs libseccomp-dev has_header seccomp.h
needs libsystemd-dev has_header systemd/sd-bus.h
needs python3-pip has_pip # fetches the weights of the example
needs curl has_command curl # the demo shows response headers with it

# Tests that lack one of these are skipped and say so; who is not root could not run them anyhow.
if [ "${1:-}" = --tests ] && [ "$(id -u)" = 0 ]; then
    needs systemd test -x /usr/lib/systemd/systemd -o -x /lib/systemd/systemd
    needs dbus has_command dbus-daemon
    needs strace has_command strace
    needs python3 test -x /usr/bin/python3
fi

[ ${#missing[@]} -gt 0 ] || exit 0

if ! has_command apt-get; then
    fail "missing: ${missing[*]} (Debian's names)." "Install them with this system's package manager."
fi
if [ "$(id -u)" != 0 ]; then
    fail "missing: ${missing[*]}." "Run: sudo apt-get install ${missing[*]}"
fi
printf 'setup: installing with apt-get: %s\n' "${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
