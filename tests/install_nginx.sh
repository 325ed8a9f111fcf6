#!/bin/sh
# The tests of the documented proxy start nginx themselves; without it they are skipped, and say so.
command -v nginx >/dev/null 2>&1 && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
export DEBIAN_FRONTEND=noninteractive
# Installed, not started: a policy of "no" keeps the package from serving port 80.
policy=/usr/sbin/policy-rc.d
[ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod +x "$policy" && made=1; }
{ $sudo apt-get install -y -qq --no-install-recommends nginx-light >/dev/null 2>&1 ||
  { $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends nginx-light >/dev/null; }; } ||
  echo "nginx could not be installed; the tests of the proxy are skipped" >&2
[ -z "${made:-}" ] || $sudo rm -f "$policy"
