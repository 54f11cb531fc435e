#!/usr/bin/env bash
# Deploys a real sentence-embedding model, calls it from zero and again warm, and shows where the time went.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/host.sh

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf '\n%s\n' "$*"; }

# Calls the function; prints how its worker came to be, the whole time, and the phases that the host tells.
call() {
    local total
    total=$(curl -fsS -o "$folder/answer" -D "$folder/headers" -w '%{time_total}' \
        -H 'content-type: application/json' --data "{\"inputs\": \"$1\"}" \
        "http://$address/v1/functions/minilm/invocations")
    awk -v total="$total" '
        { sub(/\r$/, "") }
        tolower($1) == "hearth-start:" { start = $2 }
        tolower($1) == "server-timing:" { phases = $0; sub(/^[^:]*: */, "", phases) }
        END {
            gsub(/;dur=/, " ", phases); gsub(/, */, " ms, ", phases)
            printf "  %s: %.1f ms in all\n  %s ms\n", start, total * 1000, phases
        }' "$folder/headers"
    printf '  a vector that begins %s...\n' "$(head -c 60 "$folder/answer" | sed 's/.*\[\[//')"
}

step '1. Fetch the weights and pack them into a bundle (8-bit)'
pack_minilm
ls -lh "$folder/bundle" | sed -n 's/^/  /; 2,$p'

step '2. Start a host'
start_host
echo "  listening on $address"

step '3. Deploy'
"$hearth" deploy "$folder/bundle"
"$hearth" list

step '4. Call it from zero: no worker exists'
call 'A fire that is kept burning.'

step '5. Call it again: its worker is warm'
call 'A fire that is kept burning.'
"$hearth" ps

step '6. Back to zero, and twenty cold calls'
"$hearth" stop minilm
"$hearth" bench cold minilm --runs 20

step 'Done. Stopping the host; nothing is left behind.'
