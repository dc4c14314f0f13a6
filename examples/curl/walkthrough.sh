#!/bin/sh
# Safeconduct with nothing but curl: register, become an enforcement point, ask, suspend, ask again.
#
#   make run                          # in another terminal
#   examples/curl/walkthrough.sh
#
# It can be run again and again. SAFECONDUCT_URL, SAFECONDUCT_TOKEN_FILE and SAFECONDUCT_CA_FILE name another server.
set -eu

state="${XDG_STATE_HOME:-$HOME/.local/state}/safeconduct"
url="${SAFECONDUCT_URL:-https://127.0.0.1:8470}"
token_file="${SAFECONDUCT_TOKEN_FILE:-$state/operator.token}"
ca_file="${SAFECONDUCT_CA_FILE:-}"
case "$url" in https:*) ca_file="${ca_file:-$state/tls/ca.pem}" ;; esac
[ -r "$token_file" ] || { echo "no $token_file: is Safeconduct running? (make run)" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Tokens go into files that curl reads: what stands in an argument is shown to everybody on the machine.
config() { printf 'header = "Authorization: Bearer %s"\n' "$1"; }
(umask 077 && config "$(cat "$token_file")" > "$scratch/operator" && : > "$scratch/point")

# send WHO METHOD PATH [BODY]: prints the answer's JSON, fails on a refusal.
send() {
    who=$1 method=$2 path=$3
    shift 3
    [ $# -eq 0 ] || set -- --json "$1"
    curl --silent --show-error --fail-with-body --noproxy '*' --max-time 10 ${ca_file:+--cacert "$ca_file"} \
        --config "$scratch/$who" --request "$method" "$@" "$url$path"
}

expires=$(date -u -d '+30 days' +%Y-%m-%dT00:00:00Z)
custody="\"purpose\":\"walking\",\"boundary\":\"walk\",\"expires_at\":\"$expires\""
owned="\"owner\":\"curl-team\",$custody"

echo "1. Register a team, an API, an identity and a policy"
send operator PUT /v1/operators/curl-team "{\"name\":\"curl-team\",\"kind\":\"team\",$custody}" > /dev/null
send operator PUT /v1/apis/curl-orders "{\"name\":\"curl-orders\",$owned,\"hosts\":[\"orders.curl.example\"],
    \"operations\":[{\"name\":\"list\",\"method\":\"GET\",\"path\":\"/orders\"},
                    {\"name\":\"create\",\"method\":\"POST\",\"path\":\"/orders\"}]}" > /dev/null
send operator PUT /v1/identities/curl-reader \
    "{\"name\":\"curl-reader\",\"kind\":\"service\",$owned,\"labels\":[\"reader\"]}" > /dev/null
send operator PUT /v1/policies/active '{"files":[{"name":"curl.cedar","text":
    "permit (principal, action == Action::\"read\", resource in Api::\"curl-orders\");"}]}' > /dev/null

echo "2. Become an enforcement point for that API"
send operator PUT /v1/enforcement-points/curl-point \
    "{\"name\":\"curl-point\",$owned,\"apis\":[\"curl-orders\"],\"subjects\":[\"asserted\"]}" > /dev/null
answer=$(send operator POST /v1/enforcement-points/curl-point/credential)
config "$(printf '%s' "$answer" | sed 's/.*"token":"\([^"]*\)".*/\1/')" > "$scratch/point"

# ask METHOD: may curl-reader do this to /orders?
ask() {
    send point POST /access/v1/evaluation "{\"subject\":{\"type\":\"identity\",\"id\":\"curl-reader\"},
        \"action\":{\"name\":\"call\"},
        \"resource\":{\"type\":\"route\",\"id\":\"/orders\",
                      \"properties\":{\"method\":\"$1\",\"host\":\"orders.curl.example\"}}}"
    echo
}

echo "3. Ask: reading is permitted, writing is not"
ask GET
ask POST

echo "4. Suspend the identity and ask again"
hold=$(send operator POST /v1/holds '{"scope":{"kind":"identity","id":"curl-reader"},"reason":"a walk-through"}')
ask GET
send operator POST "/v1/holds/$(printf '%s' "$hold" | sed 's/.*"id":"\(hld_[^"]*\)".*/\1/')/lift" '{}' > /dev/null

echo "5. What was decided, the newest first"
send operator GET '/v1/decisions?page_size=3'
echo
