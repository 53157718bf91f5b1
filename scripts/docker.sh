#!/usr/bin/env bash
# The bank in containers: makes its certificates and secrets, and drives docker compose. setup.sh --docker and stop.sh --docker end here.
set -euo pipefail
umask 077

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
secrets=$root/docker/.bank
certificates=$root/certs

help() {
  cat <<'HELP'
Usage: scripts/setup.sh --docker [OPTION…]   bring the whole bank up in containers, at https://127.0.0.1:8443
       scripts/stop.sh --docker              stop it; its data stay

  --profile NAME      start this too; may stand several times:
                        load      heartbeat and command-generator; PUT http://127.0.0.1:8082/load changes the load
                        observe   Prometheus at http://127.0.0.1:9090, Grafana at http://127.0.0.1:3000
  --scale SERVICE=N   run N of command-handler, graphql-endpoint or command-generator; may stand several times
  --fresh             forget all data and passwords first
  --only-secrets      make certificates and secrets, and start nothing
  --secrets DIR       keep the secrets in DIR instead of docker/.bank
  --certs DIR         take the certificates from DIR instead of certs
  --help              show this

It needs Docker with its compose plugin (2.20 or later; the engine 25 or later) and OpenSSL 3.0 or later. The first start builds the images.
HELP
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

usage_error() {
  printf '%s\n' "$1" 'See ./scripts/setup.sh --docker --help' >&2
  exit 2
}

require_docker() {
  command -v docker >/dev/null || fail 'docker is missing: Docker with its compose plugin is needed. Without it, ./scripts/setup.sh runs the bank natively.'
  docker compose version >/dev/null 2>&1 || fail 'docker compose is missing: install the compose plugin of Docker.'
  docker info >/dev/null 2>&1 || fail 'The Docker engine does not answer: start it, or get the right to use it.'
}

compose() {
  BANK_SECRETS=$secrets docker compose --file "$root/docker/compose.yaml" "$@"
}

# put NAME: writes what comes in to the secret NAME, whole or not at all. Whoever is in a container may read the secrets that it was
# given, whatever its user's number; from outside, the folder lets only its owner in.
put() {
  cat >"$secrets/.new"
  chmod 444 "$secrets/.new"
  mv -f "$secrets/.new" "$secrets/$1"
}

secret_of() {
  cat "$secrets/$1"
}

# once NAME COMMAND…: makes a secret that stays.
once() {
  local name=$1
  shift
  if [[ ! -s $secrets/$name ]]; then "$@" | put "$name"; fi
}

# 192 bits, of letters that mean nothing in an address.
password() {
  openssl rand -base64 24 | tr '+/' '-_' | tr -d '\n'
}

# Four groups of four of letters and digits that do not look alike: 79 bits that a person can type.
readable_password() {
  openssl rand 1024 | LC_ALL=C tr -dc 'abcdefghjkmnpqrstuvwxyz23456789' | sed -E 's/^(.{4})(.{4})(.{4})(.{4}).*/\1-\2-\3-\4/'
}

uuid() {
  openssl rand -hex 16 | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12})\n?$/\1-\2-4\3-8\4-\5/' | tr -d '\n'
}

registry_users() {
  local name
  for name in "${clients[@]}"; do printf '%s:%s\n' "$name" "$(secret_of "$name.registry-password" | openssl passwd -6 -stdin)"; done
}

make_secrets() {
  mkdir -p "$secrets"
  chmod 700 "$secrets"
  local clients=(synchronizer command-handler command-generator heartbeat graphql-endpoint) name role

  put ca.pem <"$certificates/ca.pem"
  put kafka.keystore.pem <"$certificates/kafka.keystore.pem"
  for name in postgres registry web "${clients[@]}"; do
    put "$name.pem" <"$certificates/$name.pem"
    put "$name.key" <"$certificates/$name.key"
  done
  # Java takes key and certificate from one file.
  for name in registry synchronizer; do cat "$certificates/$name.key" "$certificates/$name.pem" | put "$name.keystore.pem"; done

  for name in "${clients[@]}"; do
    once "$name.registry-password" password
    printf 'https://%s:%s@registry:8081' "$name" "$(secret_of "$name.registry-password")" | put "$name.registry-url"
  done
  registry_users | put registry-users

  once postgres.password password
  for role in command_handler graphql_endpoint; do
    for name in "$role" "${role}_owner"; do
      once "$name.password" password
      printf 'postgresql://%s:%s@postgres:5432/%s?sslmode=verify-full&sslrootcert=/run/secrets/ca.pem' \
        "$name" "$(secret_of "$name.password")" "$role" | put "$name.database-url"
    done
  done

  once employee.password readable_password
  once grafana.password readable_password
  once run-id uuid
}

start() {
  local up=(up --detach) name
  for name in ${scales[@]+"${scales[@]}"}; do up+=(--scale "$name"); done
  if [[ $fresh == yes ]]; then
    [[ ! -e $secrets || -e $secrets/run-id ]] || fail "$secrets does not look like a folder of secrets of this bank; nothing is forgotten."
    compose --profile '*' down --volumes --remove-orphans
    rm -rf "$secrets"
  fi
  "$root/scripts/create-certs.sh" --dir "$certificates"
  make_secrets
  compose ${profiles[@]+"${profiles[@]}"} "${up[@]}" --build
  # The steps have ended by now; what is to run on is waited for.
  compose ${profiles[@]+"${profiles[@]}"} "${up[@]}" --no-deps --no-recreate --wait "${awaited[@]}"
  cat <<RUNNING

The bank runs at https://127.0.0.1:${BANK_PORT:-8443}
  its certificate is of an authority of your own: import $certificates/ca.pem into the browser, or accept it once
  employee    employee / $(secret_of employee.password)
RUNNING
  if [[ " ${profiles[*]-} " == *' load '* ]]; then echo '  the load    PUT http://127.0.0.1:8082/load'; fi
  if [[ " ${profiles[*]-} " == *' observe '* ]]; then
    printf '  Grafana     http://127.0.0.1:3000, admin / %s\n  Prometheus  http://127.0.0.1:9090\n' "$(secret_of grafana.password)"
  fi
  echo '  stop it by  ./scripts/stop.sh --docker'
}

verb=start
fresh=no
profiles=()
scales=()
awaited=(web)
while (($# > 0)); do
  case $1 in
    -h | --help) help; exit ;;
    start | stop) verb=$1 ;;
    --docker) ;;
    --fresh) fresh=yes ;;
    --only-secrets) verb=secrets ;;
    --profile=* | --scale=* | --secrets=* | --certs=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --profile | --scale | --secrets | --certs)
      [[ -n ${2-} && $2 != --* ]] || usage_error "$1 needs a value."
      case $1 in
        --secrets) secrets=$2 ;;
        --certs) certificates=$2 ;;
        --scale)
          [[ $2 =~ ^[a-z-]+=[0-9]+$ ]] || usage_error "--scale takes SERVICE=N, not $2."
          scales+=("$2")
          ;;
        --profile)
          profiles+=(--profile "$2")
          case $2 in
            load) awaited+=(heartbeat command-generator) ;;
            observe) awaited+=(prometheus grafana) ;;
            *) usage_error "There is no profile $2: load and observe are." ;;
          esac
          ;;
      esac
      shift
      ;;
    *) usage_error "There is no option $1 with --docker." ;;
  esac
  shift
done

case $verb in
  secrets)
    "$root/scripts/create-certs.sh" --dir "$certificates"
    make_secrets
    ;;
  start)
    require_docker
    start
    ;;
  stop)
    require_docker
    compose --profile '*' down
    ;;
esac
