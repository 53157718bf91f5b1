#!/usr/bin/env bash
# Stops the bank that setup.sh started, all of it and nothing else: services first, PostgreSQL last. Its data stay.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
node="$root/node_modules/.bin/node"

case ${1-} in
  --docker) exec "$root/scripts/docker.sh" stop ;;
  -h | --help)
    cat <<'HELP'
Usage: scripts/stop.sh [--dir DIR]     stop the bank of .bank, or of DIR
       scripts/stop.sh --docker        stop the bank in containers
HELP
    exit
    ;;
esac

if [[ ! -x $node ]]; then
  echo "The npm packages are missing: run npm ci in $root, then this again." >&2
  exit 1
fi
exec "$node" --conditions=@bank/source "$root/libs/stack/src/bin/bank.ts" stop "$@"
