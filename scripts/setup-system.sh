#!/usr/bin/env bash
# What the tests need from the system: a browser, PostgreSQL, MariaDB, Redis and nginx.
set -euo pipefail
missing=()
command -v chromium >/dev/null || [ -n "${MLX_CHROMIUM:-}" ] || missing+=(chromium)
if ! command -v initdb >/dev/null && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  missing+=(postgresql)
fi
command -v mariadbd >/dev/null || [ -x /usr/sbin/mariadbd ] || missing+=(mariadb-server)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
  exit 0
fi
echo "The tests need programs that are missing: ${missing[*]}." >&2
echo "Install them with the system's package manager (Debian: sudo apt-get install ${missing[*]}); another Chromium can be named in MLX_CHROMIUM." >&2
exit 1
