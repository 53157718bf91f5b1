#!/usr/bin/env bash
# Gives a running bank new certificates, and with --authority a new authority too, while it works: nothing is stopped.
set -euo pipefail
umask 077

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
node="$root/node_modules/.bin/node"

help() {
  cat <<'HELP'
Usage: scripts/rotate-certs.sh [OPTION…]     give the parts of the running bank new certificates

  --authority   bring in a new certificate authority as well, and take the old one out
  --dir DIR     the bank of DIR instead of .bank
  --certs DIR   its certificates are in DIR instead of certs
  --help        show this

Nothing is stopped: servers take their new certificates at once, the registry within half a minute, services at their next connection.
A handler of your own that reads its files only at its start has to be restarted after this; with --authority, between the two: run it
with --authority and --prepare first, restart the handler, then run it with --authority.

  --prepare     with --authority: only make all parts trust the new authority besides the old one

Interrupted, it goes on where it was when it is run again. With an authority of your own, put the new files in place yourself, in the
order that certs/README.md tells, and run it with --reload.

  --reload      change no file; make the servers take them as they are
HELP
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

usage_error() {
  printf '%s\n' "$1" 'See ./scripts/rotate-certs.sh --help' >&2
  exit 2
}

step() {
  printf '%s\n' "$1"
}

reload() {
  "$node" --conditions=@bank/source --disable-warning=TimeoutNegativeWarning "$root/libs/stack/src/bin/bank.ts" reload --dir "$dir" --certs "$certs" || exit 1
}

# into_place FILE NAME: NAME is either the old file or the new one for who reads it.
into_place() {
  cp "$1" "$certs/.$2.new"
  mv -f "$certs/.$2.new" "$certs/$2"
}

renew() {
  step 'New certificates, of the same authority:'
  "$root/scripts/create-certs.sh" --dir "$certs" --renew || exit 1
  reload
}

# The new authority and its certificates wait here until they are in place.
next() { printf '%s' "$certs/next"; }

trust_both() {
  if [[ ! -e $(next)/complete ]]; then
    step 'A new authority, and certificates of it:'
    "$root/scripts/create-certs.sh" --dir "$(next)" --force || exit 1
    cp "$certs/ca.pem" "$(next)/old-ca.pem"
    touch "$(next)/complete"
  fi
  step 'All parts trust the old authority and the new one:'
  cat "$(next)/old-ca.pem" "$(next)/ca.pem" >"$(next)/both.pem"
  into_place "$(next)/both.pem" ca.pem
  reload
}

use_new() {
  local key name
  step 'All parts show certificates of the new authority:'
  for key in "$(next)"/*.key; do
    name=$(basename "$key" .key)
    if [[ $name == ca ]]; then continue; fi
    into_place "$key" "$name.key"
    into_place "$(next)/$name.pem" "$name.pem"
  done
  into_place "$(next)/kafka.keystore.pem" kafka.keystore.pem
  reload
}

forget_old() {
  step 'All parts trust the new authority only:'
  into_place "$(next)/ca.key" ca.key
  into_place "$(next)/ca.pem" ca.pem
  reload
  # First of all: what is left when this is interrupted is no authority on its way.
  rm "$(next)/complete"
  rm -r "$(next)"
}

dir=$root/.bank
certs=$root/certs
what=renew
prepare=no
while (($# > 0)); do
  case $1 in
    -h | --help) help; exit ;;
    --authority) what=authority ;;
    --reload) what=reload ;;
    --prepare) prepare=yes ;;
    --dir=* | --certs=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --dir | --certs)
      [[ -n ${2-} && $2 != --* ]] || usage_error "$1 needs a value."
      if [[ $1 == --dir ]]; then dir=$2; else certs=$2; fi
      shift
      ;;
    *) usage_error "There is no option $1." ;;
  esac
  shift
done
[[ $prepare == no || $what == authority ]] || usage_error '--prepare goes with --authority.'
[[ -x $node ]] || fail "The npm packages are missing: run npm ci in $root, then this again."
[[ -e $certs/ca.pem ]] || fail "There is no $certs/ca.pem: this rotates the certificates of a secured bank that runs."

step 'As it is:'
reload
case $what in
  renew) renew ;;
  reload) ;;
  authority)
    trust_both
    if [[ $prepare == no ]]; then
      use_new
      forget_old
    fi
    ;;
esac
echo 'Done.'
