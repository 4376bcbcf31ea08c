# What the operator reads. Messages go to standard error: standard output belongs to the command.

say() { printf '» %s\n' "$*" >&2; }

die() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

# Milliseconds since the epoch, without starting a program.
now_ms() { printf '%s' $((${EPOCHREALTIME/[.,]/} / 1000)); }

# "12.3 s" between two values of now_ms.
seconds_between() { printf '%d.%d s' $((($2 - $1) / 1000)) $((($2 - $1) % 1000 / 100)); }
