#!/usr/bin/env bash
# Installs @confluentinc/kafka-javascript and builds it, with librdkafka, for the workspace's Node: for KAFKA_CLIENT=librdkafka.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
node="$root/node_modules/.bin/node"
package=@confluentinc/kafka-javascript
node_gyp=13.1.0

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

case ${1-} in
  '') ;;
  -h | --help)
    cat <<'HELP'
Usage: scripts/build-librdkafka.sh     build what KAFKA_CLIENT=librdkafka needs, or do nothing when it is there

npm leaves this client out, for there is no binary of it for every machine. This installs it beside the other packages,
without a trace in package.json or package-lock.json, and compiles it, which takes some minutes. It needs a C++ compiler,
make, Python 3, pkg-config and the headers of some libraries: what is missing it names. npm ci removes the client; then
run this again.
HELP
    exit
    ;;
  *) fail "There is no option $1: see scripts/build-librdkafka.sh --help" ;;
esac

[[ -x $node ]] || fail "The npm packages are missing: run npm ci in $root, then this again."
cd "$root"

loads() { "$node" -e "require('$package')" 2>/dev/null; }

if loads; then
  echo "librdkafka is built already: KAFKA_CLIENT=librdkafka works."
  exit
fi

missing=()
for pair in g++:g++ make:make python3:python3 pkg-config:pkg-config; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
done
for pair in libssl:libssl-dev zlib:zlib1g-dev libzstd:libzstd-dev libcurl:libcurl4-openssl-dev libsasl2:libsasl2-dev liblz4:liblz4-dev; do
  pkg-config --exists "${pair%%:*}" 2>/dev/null || missing+=("${pair#*:}")
done
((${#missing[@]} == 0)) || fail "System packages are missing. On Debian or Ubuntu: sudo apt-get install -y ${missing[*]}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() {
  echo "  … $1"
  "${@:2}" >>"$work/log" 2>&1 </dev/null || fail "$(tail -n 30 "$work/log")" '' "✗ $1 failed"
}

# The headers of the very Node that will load it: they come with the npm package that its binary comes with.
version=$("$node" -p "require('./libs/messaging/package.json').peerDependencies['$package']")
headers=$("$node" -p '`node-${process.platform}-${process.arch}@${process.versions.node}`')
step "fetching the headers of ${headers#node-}" npm pack --silent --pack-destination "$work" "$headers"
mkdir "$work/node"
tar -xzf "$work"/node-*.tgz -C "$work/node" --strip-components=1 package/include
step "installing $package $version" npm install --no-save --ignore-scripts --no-audit --no-fund "$package@$version" "node-gyp@$node_gyp"

# A setting of npm's for another Node's headers would win over an option.
export npm_config_nodedir="$work/node" CKJS_LINKING=dynamic PATH="$root/node_modules/.bin:$PATH"
build() { cd "node_modules/$package" && "$node" "$root/node_modules/node-gyp/bin/node-gyp.js" rebuild; }
step 'compiling, which takes some minutes' build
loads || fail "It was built, but $("$node" --version) cannot load it: $("$node" -e "require('$package')" 2>&1 | grep -m 1 Error)"
echo 'librdkafka is built: KAFKA_CLIENT=librdkafka works.'
