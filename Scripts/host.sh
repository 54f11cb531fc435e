# A host for a demonstration or a measurement: release build, state in a temporary folder, a free loopback port, nothing
# left when the script ends, however it ends. Sourced from the root of the repository, by bash with `set -euo pipefail`.

hearth="$PWD/.build/release/hearth"
folder=$(mktemp -d "${TMPDIR:-/tmp}/hearth.XXXXXX")
# A host that was started as root drops it, and must still reach its state below.
chmod 711 "$folder"
export HEARTH_CONTROL="$folder/state/control.sock"
host=

stop_host() {
    [ -n "$host" ] || return 0
    kill -TERM "$host" 2>/dev/null || true
    wait "$host" 2>/dev/null || true
    host=
}

clean_up() {
    stop_host
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A port of the loopback address that nobody listens on.
free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    echo 'no free port between 20000 and 32000 on 127.0.0.1' >&2
    return 1
}

# Starts the host and waits until it admits requests; sets `address`.
start_host() {
    address="127.0.0.1:$(free_port)"
    "$hearth" serve --listen "$address" --state-dir "$folder/state" >"$folder/host.log" 2>&1 </dev/null &
    host=$!
    for _ in $(seq 200); do
        if curl -fs -o "$folder/ready" "http://$address/readyz"; then return; fi
        kill -0 "$host" 2>/dev/null || break
        sleep 0.05
    done
    echo 'The host did not become ready. Its log:' >&2
    cat "$folder/host.log" >&2
    return 1
}

# Turns the fetched MiniLM weights into the bundle $folder/bundle.
pack_minilm() {
    Functions/minilm/fetch.sh .build-models/minilm
    # Pages of a freshly written program count as private memory of whoever runs it, until they are on disk.
    sync .build/release/hearth-worker
    "$hearth" pack .build-models/minilm -o "$folder/bundle" --quantize q8_0
}
