# What must hold before anything is handed on.

check_step() {
  local name=$1 log started status=0
  shift
  log=$(mktemp)
  started=$(now_ms)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ $status = 0 ]; then
    say "$name : bon ($(seconds_between "$started" "$(now_ms)"))"
  else
    cat "$log" >&2
    printf '✗ %s : échec (%s)\n' "$name" "$(seconds_between "$started" "$(now_ms)")" >&2
    failed_checks+=("$name")
  fi
  rm -f "$log"
}

# Migrations are compared with the models in an empty data folder: a check leaves no trace in ./var.
check_migrations() {
  local data status=0
  data=$(mktemp -d)
  DATA_DIR=$data .venv/bin/python manage.py makemigrations --check --dry-run || status=$?
  rm -rf "$data"
  return $status
}

# The strict Content-Security-Policy refuses these in the browser; better to hear it here. Replies are printed and
# digests are mailed, messages are laid out on paper: none is a page of ours, and mail programs know inline styles alone.
check_templates() {
  local refused='<script(?![^>]*(\ssrc=|application/json))|<style[\s>]|\s(style|on[a-z]+|hx-on[:a-z-]*)\s*=\s*["'\'']'
  local file found=0
  while IFS= read -r file; do
    # Without the template's own tags, whose arguments look like attributes.
    sed 's/{%[^%]*%}//g' "$file" | grep -HnPi --label="$file" "$refused" && found=1
  done < <(find courrier workflows -path '*/templates/*.html' -not -path 'courrier/replies/*' \
    -not -path '*/notifications/digest.html' -not -path 'courrier/capture/*')
  return $found
}

run_checks() {
  local failed_checks=() with_tests=1
  [ "${1:-}" = --no-tests ] && { with_tests=0; shift; }
  check_step "ruff (règles)" .venv/bin/ruff check .
  check_step "ruff (mise en forme)" .venv/bin/ruff format --check .
  check_step "mypy" .venv/bin/mypy
  check_step "import-linter" .venv/bin/lint-imports
  check_step "migrations" check_migrations
  check_step "gabarits sans script ni style en ligne" check_templates
  if [ $with_tests = 1 ]; then run_tests "$@" || failed_checks+=("essais"); fi
  [ ${#failed_checks[@]} -eq 0 ] || die "À corriger : $(IFS=,; printf '%s' "${failed_checks[*]}")"
}
