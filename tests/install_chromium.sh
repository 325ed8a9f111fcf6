#!/bin/sh
# The browser tests drive Debian's Chromium, in the build without a window: it loads a page in half the work.
set -e
command -v chromium-headless-shell >/dev/null 2>&1 && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null
