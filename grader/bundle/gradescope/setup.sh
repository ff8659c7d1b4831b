#!/usr/bin/env bash
# Run once, when the platform builds the image.
[[ ${1-} != --help ]] || { sed -n '2s/^# //p' "$0"; exit 0; }
set -euo pipefail
cd /autograder/source
tar -xzf kit.tar.gz
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends jq
ipc-lab-kit/grader/setup
make -s -C ipc-lab-kit/grader
