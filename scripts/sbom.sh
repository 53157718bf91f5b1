#!/usr/bin/env bash
# Writes the software bill of materials of the npm packages, in CycloneDX: the same tree gives the same file, byte for byte.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
omit=(--omit dev)
file="$root/dist/sbom.json"

while (($# > 0)); do
  case $1 in
    --all) omit=() ;;
    --file) file=${2:?--file needs the name of a file}; shift ;;
    -h | --help)
      cat <<'HELP'
Usage: scripts/sbom.sh [--all] [--file FILE]     write the packages that ship to dist/sbom.json, or to FILE

  --all    those that only build and test as well
HELP
      exit
      ;;
    *)
      printf '%s\n' "there is no option \"$1\"" 'See ./scripts/sbom.sh --help' >&2
      exit 2
      ;;
  esac
  shift
done

mkdir -p -- "$(dirname -- "$file")"
# From the lock file, so that the packages of every platform are in it; npm finds fault with what Nx bundles for WebAssembly in there.
output=$("$root/node_modules/.bin/node" "$root/node_modules/.bin/cyclonedx-npm" --package-lock-only --ignore-npm-errors "${omit[@]}" \
  --output-reproducible --validate --output-file "$file" -- "$root/package.json" 2>&1) || {
  printf '%s\n' "$output" >&2
  exit 1
}
