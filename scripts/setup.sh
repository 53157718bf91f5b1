#!/usr/bin/env bash
# Brings the whole bank up on this machine: installs what is missing, then starts every part in the order of their health.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
node="$root/node_modules/.bin/node"

help() {
  cat <<'HELP'
Usage: scripts/setup.sh [OPTION…]          bring the bank up, at http://127.0.0.1:8080
       scripts/setup.sh restart PART       restart one part of a running bank
       scripts/setup.sh --docker           bring it up in containers instead; with --help, tells how

  --plaintext          do without certificates, encryption and access rules between the parts: for experiments only
  --https              serve the page by HTTPS, at https://127.0.0.1:8080; a browser has to be told to trust certs/ca.pem
  --certs DIR          take the certificates from DIR instead of certs
  --fresh              forget all data and passwords first
  --ports BASE         use the ports BASE, BASE + 1, … instead of the usual ones, in this order: web, registry,
                       heartbeat, command-generator, command-handler, Kafka, PostgreSQL, Kafka's controller
  --foreground         stay attached; Ctrl-C stops everything
  --handler "COMMAND"  run this shell command in place of our command-handler, with the same environment
  --without PART       leave out command-handler, graphql-endpoint, heartbeat or command-generator, to run it by hand; may stand
                       several times
  --dir DIR            keep data, logs and passwords in DIR instead of .bank
  --no-install         install nothing by apt when Java or Maven is missing
  --help               show this

It needs Node 20.19 or later and npm. Java 17 and Maven it installs itself on Debian and Ubuntu, as root or with
passwordless sudo. Everything listens on 127.0.0.1 only. The certificates by which the parts know each other it makes and
renews by scripts/create-certs.sh. scripts/stop.sh stops the bank; its data stay.
HELP
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

usage_error() {
  printf '%s\n' "$1" 'See ./scripts/setup.sh --help' >&2
  exit 2
}

# timed NAME COMMAND…: runs a command, shows how long it takes, and its output only when it fails.
timed() {
  local name=$1 log ticker='' status=0 started=$SECONDS
  shift
  log=$(mktemp)
  if [[ -t 1 ]]; then
    while :; do printf '\r  … %-28s%6d s' "$name" $((SECONDS - started)); sleep 1; done &
    ticker=$!
    trap 'kill "$ticker" 2>/dev/null' EXIT
  else
    printf '  … %s\n' "$name"
  fi
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [[ -n $ticker ]]; then
    kill "$ticker"
    trap - EXIT
    printf '\r\e[K'
  fi
  if ((status != 0)); then
    tail -n 30 "$log" >&2
    fail '' "✗ $name failed with code $status; the whole output is in $log"
  fi
  rm "$log"
  printf '  ✓ %-28s%6d s\n' "$name" $((SECONDS - started))
}

require_node() {
  command -v node >/dev/null && command -v npm >/dev/null || fail 'Node 20.19 or later and npm are needed, and not found in PATH.'
  local version major minor
  version=$(node -p process.versions.node)
  IFS=. read -r major minor _ <<<"$version"
  ((major > 20 || (major == 20 && minor >= 19))) || fail "Node 20.19 or later is needed; this is $version ($(command -v node))."
}

# Whether the process that $dir names as its bank's supervisor still runs. The system reuses an id, never with the same start time: that
# is field 22 of /proc/PID/stat, the 20th after the name in brackets.
bank_runs() {
  local lock="$dir/run/supervisor.json" pid started fields
  [[ -r $lock ]] || return 1
  pid=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$lock")
  started=$(sed -n 's/.*"startedAt":"\([^"]*\)".*/\1/p' "$lock")
  [[ -n $pid ]] || return 1
  if [[ ! -d /proc/self ]]; then kill -0 "$pid" 2>/dev/null; return; fi
  fields=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  read -r -a fields <<<"${fields##*) }"
  [[ ${fields[19]-} == "$started" ]]
}

# npm writes node_modules/.package-lock.json last: without it, or with an older one, an installation is missing, unfinished or outdated.
install_packages() {
  local installed="$root/node_modules/.package-lock.json"
  if [[ -x $node && -e $installed && ! $root/package-lock.json -nt $installed ]]; then return; fi
  if [[ -x $node ]] && bank_runs; then
    echo '  The npm packages are outdated. They are installed at the next start after scripts/stop.sh, for the bank runs on them.'
    return
  fi
  timed 'npm packages' npm ci --prefix "$root" --loglevel=error
}

as_root() {
  if ((EUID == 0)); then env "$@"; else sudo -n env "$@"; fi
}

can_use_apt() {
  command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }
}

has_package() {
  command -v apt-cache >/dev/null && apt-cache show "$1" >/dev/null 2>&1
}

# The packages as this distribution has them: a newer one has only a later Java, which serves as well.
available() {
  local package later=default-jre-headless
  for package in "$@"; do
    if [[ $package == openjdk-* ]] && ! has_package "$package" && has_package "$later"; then package=$later; fi
    printf '%s ' "$package"
  done
}

apt_install() {
  # Within `timed` a failure ends nothing by itself.
  as_root DEBIAN_FRONTEND=noninteractive apt-get update -q || return
  local packages
  read -r -a packages <<<"$(available "$@")"
  as_root DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
}

install_servers_needs() {
  local missing
  missing=$(bank missing | tr '\n' ' ')
  [[ -n $missing ]] || return 0
  # shellcheck disable=SC2086 # one word for each package
  missing=$(available $missing)
  if [[ $may_install == no ]] || ! can_use_apt; then
    fail "The servers need Java 17 or later and Maven. Missing: ${missing% }. On Debian or Ubuntu, run" '' \
      "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing% }" '' \
      'and start again; on another system, install Java 17 or later and Maven as it is done there.'
  fi
  echo "  Missing: ${missing% }; installing by apt-get."
  # shellcheck disable=SC2086 # one word for each package
  timed 'Java and Maven' apt_install $missing
}

# What was made or renewed is shown, what was kept is not.
create_certificates() {
  local output
  output=$("$root/scripts/create-certs.sh" --dir "$certs") || exit 1
  grep -v '^  kept' <<<"$output" || true
}

warn_of_plaintext() {
  echo '  Warning: --plaintext. Every user of this machine can read what the parts say to each other, and act as any of them.' >&2
}

bank() {
  "$node" --conditions=@bank/source "$root/libs/stack/src/bin/bank.ts" "$@"
}

# In containers it is another program's work.
for argument in "$@"; do
  if [[ $argument == --docker ]]; then exec "$root/scripts/docker.sh" start "$@"; fi
done

may_install=yes
dir=$root/.bank
certs=$root/certs
plaintext=no
verb=start
arguments=()
while (($# > 0)); do
  case $1 in
    -h | --help) help; exit ;;
    --no-install) may_install=no ;;
    --plaintext) plaintext=yes; arguments+=("$1") ;;
    --fresh | --foreground | --https) arguments+=("$1") ;;
    --ports=* | --handler=* | --without=* | --dir=* | --certs=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --ports | --handler | --without | --dir | --certs)
      [[ -n ${2-} && $2 != --* ]] || usage_error "$1 needs a value."
      if [[ $1 == --dir ]]; then dir=$2; fi
      if [[ $1 == --certs ]]; then certs=$2; fi
      arguments+=("$1" "$2")
      shift
      ;;
    -*) usage_error "There is no option $1." ;;
    restart) verb=restart ;;
    *) if [[ $verb == restart ]]; then arguments+=("$1"); else usage_error "There is no command $1."; fi ;;
  esac
  shift
done

require_node
install_packages
if [[ $verb == start ]]; then
  install_servers_needs
  if [[ $plaintext == yes ]]; then warn_of_plaintext; else create_certificates; fi
fi
exec "$node" --conditions=@bank/source "$root/libs/stack/src/bin/bank.ts" "$verb" ${arguments[@]+"${arguments[@]}"}
