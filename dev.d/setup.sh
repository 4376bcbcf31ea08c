# The Python environment, from the lock file and nothing else.

UV_MINIMUM="0.8"
UV_WANTED="uv>=0.9,<1"

uv_is_recent() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#uv }
  printf '%s\n%s\n' "$UV_MINIMUM" "${version%% *}" | sort -VC
}

# Prints the path of a usable uv: the one on PATH, or one of our own in .venv-tools.
find_uv() {
  local found own="$root/.venv-tools/bin/uv"
  found=$(command -v uv || true)
  if [ -n "$found" ] && uv_is_recent "$found"; then printf '%s' "$found"; return; fi
  if ! uv_is_recent "$own"; then
    say "Installation de uv (gestionnaire de paquets Python)…"
    python3 -m venv --clear "$root/.venv-tools"
    "$root/.venv-tools/bin/python" -m pip install -q --disable-pip-version-check "$UV_WANTED" >&2
  fi
  printf '%s' "$own"
}

environment_key() { cat "$root/uv.lock" "$root/pyproject.toml" | sha256sum | cut -d ' ' -f 1; }

environment_is_current() {
  [ -x "$root/.venv/bin/python" ] && [ "$(cat "$root/.venv/courrier-setup" 2>/dev/null)" = "$(environment_key)" ]
}

# uv draws its progress on a terminal; elsewhere its list of 130 names would hide the rest.
sync_environment() {
  export UV_PYTHON_PREFERENCE=${UV_PYTHON_PREFERENCE:-system} UV_PROJECT_ENVIRONMENT="$root/.venv"
  if [ -t 2 ]; then
    "$1" sync --frozen --project "$root" </dev/null >&2
  else
    "$1" sync --frozen --project "$root" </dev/null 2>&1 | { grep -v '^ [-+~] ' || true; } >&2
  fi
}

install_environment() {
  environment_is_current && return 0
  local uv started
  started=$(now_ms)
  uv=$(find_uv)
  say "Installation des paquets Python dans .venv…"
  sync_environment "$uv" || die "L'installation des paquets Python a échoué."
  environment_key >"$root/.venv/courrier-setup"
  say "Paquets Python installés en $(seconds_between "$started" "$(now_ms)")."
}

# The translations in the form that programs read; only when their text is newer.
compile_translations() {
  local source compiled
  for source in "$root"/locale/*/LC_MESSAGES/django.po; do
    compiled=${source%.po}.mo
    [ "$compiled" -nt "$source" ] || msgfmt --check-format -o "$compiled" "$source" || die "Traduction illisible : $source"
  done
}

setup() {
  mkdir -p "$root/var/setup"
  # Two commands started together: the second waits for the first.
  exec 9>"$root/var/setup/lock"
  flock -n 9 || { say "Une autre installation est en cours, attente…"; flock 9; }
  install_packages "${RUN_PACKAGES[@]}"
  install_environment
  compile_translations
  exec 9>&-
}
