#!/usr/bin/env bash
# Makes the certificate authority of this bank and a certificate for each of its parts, and renews what will expire soon.
set -euo pipefail
umask 077

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
identities='kafka postgres registry web synchronizer command-handler command-generator heartbeat graphql-endpoint'
ca_days=3650
days=365
renew_days=30

help() {
  cat <<HELP
Usage: scripts/create-certs.sh [OPTION…]     make what is missing, renew what expires within $renew_days days, keep the rest

  --dir DIR       put the files in DIR instead of certs
  --names "A B"   make the certificates of these parts only; each of them is the name of a host and of a user of Kafka
  --renew         renew every certificate now, but not the authority's
  --force         make everything anew, the certificate authority too: all parts must be started anew then
  --help          show this

It makes ca.pem and ca.key, and for each part NAME.pem and NAME.key; kafka.keystore.pem has both of Kafka's in one file. Without
--names the parts are: $identities.
certs/README.md says what is what, and how to bring a certificate authority of your own. It needs OpenSSL 3.0 or later.
HELP
}

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

usage_error() {
  printf '%s\n' "$1" 'See ./scripts/create-certs.sh --help' >&2
  exit 2
}

require_openssl() {
  local version
  version=$(openssl version 2>/dev/null) || fail 'openssl is missing: OpenSSL 3.0 or later is needed, on Debian or Ubuntu by: apt-get install openssl'
  [[ $version =~ ^OpenSSL\ ([3-9]|[1-9][0-9]) ]] || fail "OpenSSL 3.0 or later is needed; this is $version ($(command -v openssl))."
}

# quietly COMMAND…: its output is shown only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || fail "$output" "openssl failed: $*"
}

# request DAYS NAME EXTENSIONS [OPTION…]: makes the key and the certificate NAME in $new. The extensions come from here alone, whatever
# the machine's own openssl.cnf would add. Keys are PKCS#8, which Kafka insists on.
request() {
  local lifetime=$1 name=$2 extensions=$3
  shift 3
  printf '%s\n' '[req]' 'distinguished_name=subject' 'x509_extensions=extensions' '[subject]' '[extensions]' "$extensions" >"$new/config"
  quietly openssl req -config "$new/config" -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -sha256 -days "$lifetime" \
    "$@" -keyout "$new/$name.key" -out "$new/$name.pem"
}

# into_place FILE…: each is either the old one or the new one for who reads it.
into_place() {
  local file
  for file in "$@"; do mv -f "$new/$file" "$dir/$file"; done
}

end_of() {
  local end
  end=$(openssl x509 -in "$1" -noout -enddate -dateopt iso_8601)
  end=${end#notAfter=}
  printf '%s' "${end%% *}"
}

tell() {
  local verb=$1 name=$2 why=${3-}
  printf '  %-8s %-18s until %s%s\n' "$verb" "$name" "$(end_of "$dir/$name.pem")" "${why:+  ($why)}"
}

# expires_within DAYS FILE
expires_within() {
  ! openssl x509 -in "$2" -noout -checkend $(($1 * 86400)) >/dev/null
}

is_key_of() {
  [[ $(openssl pkey -in "$1" -pubout 2>/dev/null) == "$(openssl x509 -in "$2" -noout -pubkey 2>/dev/null)" ]]
}

make_authority() {
  request $ca_days ca 'basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash' -subj "/CN=bank-local-ca"
  into_place ca.key ca.pem
  tell made ca
}

keep_authority() {
  if [[ -e $dir/ca.key ]] && ! is_key_of "$dir/ca.key" "$dir/ca.pem"; then
    fail "$dir/ca.key is not the key of ca.pem. Bring the right one, or make everything anew with --force."
  fi
  if expires_within $renew_days "$dir/ca.pem"; then
    tell expires ca 'bring in a new one by scripts/rotate-certs.sh --authority'
  else
    tell kept ca
  fi
}

# Names that a certificate is good for: the identity, which is its host's name in the compose network, and this machine.
names_of() {
  local host names="DNS:$1"
  if [[ $1 == kafka ]]; then for host in kafka-{1..9}; do names+=",DNS:$host"; done; fi
  printf '%s' "$names,DNS:localhost,IP:127.0.0.1"
}

make_certificate() {
  local name=$1
  [[ -e $dir/ca.key ]] || fail "$name needs a new certificate, and without $dir/ca.key none can be made." \
    "Put $name.pem and $name.key of your own authority there, or make everything anew with --force."
  request $days "$name" "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth,clientAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=$(names_of "$name")" -subj "/CN=$name" -CA "$dir/ca.pem" -CAkey "$dir/ca.key"
  into_place "$name.key" "$name.pem"
}

# What is wrong with the certificate of a part, or nothing.
fault_of() {
  local name=$1 certificate="$dir/$1.pem"
  if [[ ! -s $certificate || ! -s $dir/$name.key ]]; then
    printf 'missing'
  elif [[ $renew == yes ]] || expires_within $renew_days "$certificate"; then
    printf 'was good until %s' "$(end_of "$certificate")"
  elif ! openssl verify -CAfile "$dir/ca.pem" -untrusted "$certificate" "$certificate" >/dev/null 2>&1; then
    printf 'was not of this authority'
  elif ! is_key_of "$dir/$name.key" "$certificate"; then
    printf 'had another key'
  fi
}

settle_certificate() {
  local name=$1 fault
  fault=$(fault_of "$name")
  if [[ -n $fault ]]; then make_certificate "$name"; fi
  case $fault in
    '') tell kept "$name" ;;
    missing) tell made "$name" ;;
    *) tell renewed "$name" "$fault" ;;
  esac
}

# Kafka wants the key and the certificate in one file.
settle_keystore() {
  cat "$dir/kafka.key" "$dir/kafka.pem" >"$new/kafka.keystore.pem"
  cmp -s "$new/kafka.keystore.pem" "$dir/kafka.keystore.pem" || into_place kafka.keystore.pem
}

dir=$root/certs
names=$identities
renew=no
force=no
while (($# > 0)); do
  case $1 in
    -h | --help) help; exit ;;
    --renew) renew=yes ;;
    --force) force=yes ;;
    --dir=* | --names=*) set -- "${1%%=*}" "${1#*=}" "${@:2}"; continue ;;
    --dir | --names)
      [[ -n ${2-} && $2 != --* ]] || usage_error "$1 needs a value."
      if [[ $1 == --dir ]]; then dir=$2; else names=$2; fi
      shift
      ;;
    *) usage_error "There is no option $1." ;;
  esac
  shift
done
for name in $names; do
  [[ $name =~ ^[a-z][a-z0-9-]*$ && $name != ca ]] || usage_error "\"$name\" is no name of a part: small letters, digits and hyphens."
done

require_openssl
mkdir -p "$dir"
# Two that run at once, of two banks with the same certificates, would mix two authorities.
if command -v flock >/dev/null; then
  exec 9>"$dir/.lock"
  flock 9
fi
new=$(mktemp -d "$dir/.new-XXXXXX")
trap 'rm -rf "$new"' EXIT

if [[ $force == yes || ! -e $dir/ca.pem ]]; then make_authority; else keep_authority; fi
for name in $names; do settle_certificate "$name"; done
if [[ -e $dir/kafka.pem ]]; then settle_keystore; fi
chmod 600 "$dir"/*.pem "$dir"/*.key
