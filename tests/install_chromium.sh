#!/bin/sh
# The browser tests drive Debian's Chromium, in the build without a window: it loads a page in half the work.
# Where that cannot be had, the usual one does.
set -e
command -v chromium-headless-shell >/dev/null 2>&1 && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
export DEBIAN_FRONTEND=noninteractive
{ $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends chromium-headless-shell >/dev/null; } ||
  command -v chromium >/dev/null
