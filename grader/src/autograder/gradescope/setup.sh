#!/bin/bash
# Gradescope runs this once, as root, when it builds the image of the assignment. The network is only used here.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)

# bubblewrap starts tier A of the sandbox, python3 tier B. The system's Node may be too old for anything but to fetch pnpm,
# a program that needs no Node; the course brings its own, which needs libatomic1.
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends bubblewrap ca-certificates libatomic1 libstdc++6 npm python3
npm install --prefix /opt/pnpm --ignore-scripts --no-audit --no-fund {{pnpmVersion}}
if [ "$(uname -m)" = aarch64 ]; then arch=arm64; else arch=x64; fi
cd "$source/course"
"/opt/pnpm/node_modules/@pnpm/exe.linux-$arch/pnpm" install --frozen-lockfile

# Students' code runs as another user, in a sandbox that does not show it any of this.
chmod 600 "$source/seed-key"
chmod -R go= "$source/course/labs" "$source/course/solutions"

# For the log of the build: which tier works here. The grader tries again for each submission.
PATH="$source/course/node_modules/.bin:$PATH" BACKPROP_SEED_KEY="$source/seed-key" BACKPROP_CACHE="$source/cache" \
  node packages/launch/launch.mjs grader/src/pnpm-grade.ts doctor || true
