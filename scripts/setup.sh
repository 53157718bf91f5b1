#!/usr/bin/env bash
# Brings the whole bank up on this machine: installs what is missing, then starts every part in the order of their health.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
node="$root/node_modules/.bin/node"

help() {
  cat <<'HELP'
Usage: scripts/setup.sh [OPTION…]          bring the bank up, at http://127.0.0.1:8080
       scripts/setup.sh restart PART       restart one part of a running bank

  --fresh              forget all data and passwords first
  --ports BASE         use the ports BASE, BASE + 1, … instead of the usual ones, in this order: web, registry,
                       heartbeat, command-generator, command-handler, Kafka, PostgreSQL, Kafka's controller
  --foreground         stay attached; Ctrl-C stops everything
  --handler "COMMAND"  run this shell command in place of our command-handler, with the same environment
  --dir DIR            keep data, logs and passwords in DIR instead of .bank
  --no-install         install nothing by apt when Java or Maven is missing
  --help               show this

It needs Node 20.19 or later and npm. Java 17 and Maven it installs itself on Debian and Ubuntu, as root or with
passwordless sudo. Everything listens on 127.0.0.1 only. scripts/stop.sh stops the bank; its data stay.
HELP
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# timed NAME COMMAND…: runs a command, shows how long it takes, and its output only when it fails.
timed() {
  local name=$1 log ticker='' status=0 started=$SECONDS
  shift
  log=$(mktemp)
  if [[ -t 1 ]]; then
    while :; do printf '\r  … %-20s%6d s' "$name" $((SECONDS - started)); sleep 1; done &
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
  printf '  ✓ %-20s%6d s\n' "$name" $((SECONDS - started))
}

require_node() {
  command -v node >/dev/null && command -v npm >/dev/null || fail 'Node 20.19 or later and npm are needed, and not found in PATH.'
  local version major minor
  version=$(node -p process.versions.node)
  IFS=. read -r major minor _ <<<"$version"
  ((major > 20 || (major == 20 && minor >= 19))) || fail "Node 20.19 or later is needed; this is $version ($(command -v node))."
}

# npm writes node_modules/.package-lock.json last: without it, or with an older one, an installation is missing, unfinished or outdated.
install_packages() {
  local installed="$root/node_modules/.package-lock.json"
  if [[ -x $node && -e $installed && ! $root/package-lock.json -nt $installed ]]; then return; fi
  timed 'npm packages' npm ci --prefix "$root" --loglevel=error
}

as_root() {
  if ((EUID == 0)); then env "$@"; else sudo -n env "$@"; fi
}

can_use_apt() {
  command -v apt-get >/dev/null && { ((EUID == 0)) || sudo -n true 2>/dev/null; }
}

apt_install() {
  as_root DEBIAN_FRONTEND=noninteractive apt-get update -q
  local packages=() package
  for package in "$@"; do
    # Newer distributions have only a later Java, which serves as well.
    if ! apt-cache show "$package" >/dev/null 2>&1; then package=default-jre-headless; fi
    packages+=("$package")
  done
  as_root DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${packages[@]}"
}

install_servers_needs() {
  local missing
  missing=$(bank missing | tr '\n' ' ')
  [[ -n $missing ]] || return 0
  if [[ $may_install == no ]] || ! can_use_apt; then
    fail "The servers need Java 17 or later and Maven. Missing: ${missing% }. On Debian or Ubuntu, run" '' \
      "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing% }" '' \
      'and start again; on another system, install Java 17 or later and Maven as it is done there.'
  fi
  echo "  Missing: ${missing% }; installing by apt-get."
  # shellcheck disable=SC2086 # one word for each package
  timed 'Java and Maven' apt_install $missing
}

bank() {
  "$node" --conditions=@bank/source "$root/libs/stack/src/bin/bank.ts" "$@"
}

may_install=yes
arguments=()
while (($# > 0)); do
  case $1 in
    -h | --help) help; exit ;;
    --no-install) may_install=no ;;
    --ports | --handler | --dir) arguments+=("$1"); if (($# > 1)); then arguments+=("$2"); shift; fi ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

require_node
install_packages
if [[ ${arguments[0]-} == restart ]]; then
  bank "${arguments[@]}"
  exit
fi
install_servers_needs
exec "$node" --conditions=@bank/source "$root/libs/stack/src/bin/bank.ts" start ${arguments[@]+"${arguments[@]}"}
