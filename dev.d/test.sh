# The tests: quick ones without any server, or all of them with the real servers.

SERVER_MARKS="postgresql or redis or elasticsearch or chromium or imap"

test_processes() {
  local processors
  processors=$(nproc)
  printf '%d' $((processors > 4 ? 4 : processors))
}

# run_pass NAME [PYTEST ARGUMENTS]: one pytest run, its results in var/tests/NAME.xml. No test collected is no failure
# of one pass: the closing line fails when no pass had any.
run_pass() {
  local name=$1 status=0
  shift
  .venv/bin/python -m pytest -n "$(test_processes)" --junitxml "$root/var/tests/$name.xml" "$@" </dev/null 8>&- || status=$?
  [ $status = 5 ] && return 0
  return $status
}

has_chromium() { .venv/bin/python -c 'import sys; from tests.servers.chromium import find; sys.exit(find() is None)'; }

# Debian has a package; Ubuntu's only points to a snap, which needs a running snapd.
install_server_programs() {
  local packages=("${SERVER_PACKAGES[@]}")
  if has_chromium; then
    install_packages "${packages[@]}"
  elif [ "$(. /etc/os-release && printf '%s' "${ID:-}")" = debian ]; then
    install_packages "${packages[@]}" chromium
  else
    install_packages "${packages[@]}"
    say "Installation de Chromium…"
    as_root "$root/.venv/bin/python" -m playwright install-deps chromium >&2
    .venv/bin/python -m playwright install chromium >&2
  fi
}

start_servers() {
  install_server_programs
  local uv
  uv=$(find_uv)
  COURRIER_UV="$uv" .venv/bin/python -m tests.servers start 8>&- >"$root/var/tests/servers.env" || return 1
  set -a
  # shellcheck source=/dev/null
  . "$root/var/tests/servers.env"
  set +a
  export COURRIER_REQUIRE_SERVERS=1
}

stop_servers() { .venv/bin/python -m tests.servers stop 8>&-; }

run_all_tests() {
  local keep=$1 status=0
  shift
  # One full run at a time in a clone: its end stops the servers.
  exec 8>"$root/var/tests/lock"
  flock -n 8 || { say "D'autres essais complets sont en cours ici, attente…"; flock 8; }
  [ "$keep" = 1 ] || trap stop_servers EXIT
  trap 'exit 130' INT # pytest ends by itself on Ctrl-C; nothing more is to be started after it
  start_servers || return 1
  say "Essais sur SQLite, avec Redis, Elasticsearch et Chromium"
  run_pass sqlite -m "not postgresql" "$@" || status=1
  say "Essais de la base de données sur PostgreSQL"
  COURRIER_TEST_ON_POSTGRESQL=1 run_pass postgresql "$@" || status=1
  if [ "$keep" = 1 ]; then
    say "Serveurs toujours démarrés ; pour les arrêter : .venv/bin/python -m tests.servers stop"
  else
    trap - EXIT
    stop_servers
  fi
  return $status
}

run_tests() {
  local all=0 keep=0 arguments=() status=0
  for argument in "$@"; do
    case $argument in
      --all) all=1 ;;
      --keep) keep=1 ;;
      *) arguments+=("$argument") ;;
    esac
  done
  mkdir -p var/tests
  rm -f var/tests/*.xml
  if [ $all = 1 ]; then
    run_all_tests $keep "${arguments[@]}" || status=1
  else
    run_pass quick -m "not ($SERVER_MARKS)" "${arguments[@]}" || status=1
  fi
  .venv/bin/python dev.d/closing_line.py var/tests/*.xml || status=1
  return $status
}
