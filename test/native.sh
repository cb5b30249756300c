#!/usr/bin/env bash
# Runs the predictor tests on native TensorFlow, where its binary cannot be downloaded: builds @tensorflow/tfjs-node in a copy
# of this repository, against the C library that is inside the Python package tensorflow-cpu.
# Takes minutes and 1 GB. Needs pip, unzip, g++, make, Python 3 and the headers of Node (NODE_PREFIX, default: where node is).
#
#   npm run test:native [-- TEST_FILE …]
#   SERVEGYM_NATIVE=DIR keeps the copy there and builds only once (default: a temporary folder).
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in pip unzip g++ make python3; do
  command -v "$tool" >/dev/null || { echo "test:native needs $tool" >&2; exit 2; }
done
version=$(node -p "require('./package.json').optionalDependencies['@tensorflow/tfjs-node']")
wheel=tensorflow-cpu==2.15.1
prefix=${NODE_PREFIX:-$(dirname "$(dirname "$(node -p 'fs.realpathSync(process.execPath)')")")}
[ -f "$prefix/include/node/node.h" ] || { echo "no headers of Node in $prefix/include/node: set NODE_PREFIX" >&2; exit 2; }

if [ -n "${SERVEGYM_NATIVE:-}" ]; then
  copy=$SERVEGYM_NATIVE
  mkdir -p "$copy"
else
  copy=$(mktemp -d)
  trap 'rm -rf "$copy"' EXIT
fi
# What is tracked or new, as it is now; nothing that git ignores.
git ls-files --cached --others --exclude-standard -z | while IFS= read -r -d '' file; do
  [ ! -e "$file" ] || printf '%s\0' "$file"
done | tar --null --files-from=- --create | tar --extract --directory "$copy"
cd "$copy"

package=node_modules/@tensorflow/tfjs-node
if ! compgen -G "$package/lib/napi-v*/tfjs_binding.node" >/dev/null; then
  npm ci --ignore-scripts
  # Left out by `npm ci` where an earlier attempt at its install script failed.
  [ -d "$package" ] || npm install --ignore-scripts --no-save "@tensorflow/tfjs-node@$version"
  pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux_2_17_x86_64 --dest wheel "$wheel"
  # The C headers and the two libraries that they speak of; the rest of the wheel is Python.
  unzip -q wheel/*.whl 'tensorflow/libtensorflow_*' 'tensorflow/include/tensorflow/c/*' 'tensorflow/include/tsl/c/*' \
    'tensorflow/include/tensorflow/core/platform/ctstring*' 'tensorflow/include/tsl/platform/ctstring*' -d wheel/out
  deps=$package/deps
  rm -rf "$deps"
  mkdir -p "$deps/lib"
  mv wheel/out/tensorflow/include "$deps/include"
  mv wheel/out/tensorflow/libtensorflow_* "$deps/lib/"
  rm -r wheel
  # The names that tfjs-node links with; the last one tells its installer that there is nothing to download.
  ln -s libtensorflow_cc.so.2 "$deps/lib/libtensorflow.so"
  ln -s libtensorflow_framework.so.2 "$deps/lib/libtensorflow_framework.so"
  ln -s libtensorflow_cc.so.2 "$deps/lib/libtensorflow.so.2.9.1"
  (cd "$package" && npm_config_nodedir=$prefix npx node-pre-gyp install --build-from-source)
fi

export SERVEGYM_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=2
if [ $# -eq 0 ]; then set -- test/predictors; fi
npx vitest run --config test/vitest.config.ts "$@"
