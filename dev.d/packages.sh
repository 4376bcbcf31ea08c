# Packages of the system (Debian 12 or later, Ubuntu): only the missing ones are installed.

RUN_PACKAGES=(
  python3 python3-venv                              # the language
  tesseract-ocr tesseract-ocr-fra tesseract-ocr-osd # reads the pages
  poppler-utils                                     # takes PDF pages apart
  libjpeg-turbo-progs                               # packs scans more tightly, losslessly
  ghostscript                                       # archives PDF as PDF/A
  libpango-1.0-0 libpangoft2-1.0-0                  # lay out replies for weasyprint
  libharfbuzz-subset0                               # puts only the letters used into a reply's PDF
  fonts-dejavu fonts-liberation                     # letters of the replies
  gettext                                           # compiles translations
)

SERVER_PACKAGES=(
  postgresql   # the database of production
  redis-server # the queue of production
  dovecot-imapd # mailboxes that letters come from
  maven        # fetches Elasticsearch's server
)

# Part of another package in some releases: missing from the archive is no error.
PACKAGES_BY_RELEASE=" libharfbuzz-subset0 "

missing_packages() {
  local package state
  for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    [[ $state == ii* ]] || printf '%s\n' "$package"
  done
}

can_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
    apt-get -y -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null
}

# Reads what apt-get prints, says how far it is and keeps the rest in the log $1: one moving line on a terminal,
# a line each quarter elsewhere.
show_apt_progress() {
  local line kind package percent text whole last=-1
  while IFS= read -r line; do
    IFS=: read -r kind package percent text <<<"$line"
    whole=${percent%%[.,]*}
    if ! [[ $kind =~ ^(dl|pm)status$ && $whole =~ ^[0-9]+$ ]]; then
      printf '%s\n' "$line" >>"$1"
      continue
    fi
    if [ -t 2 ]; then
      printf '\r\033[K  %3d %%  %s' "$whole" "${text:0:60}" >&2
    elif ((whole / 25 != last)); then
      last=$((whole / 25))
      printf '  %3d %%  %s\n' "$whole" "$text" >&2
    fi
  done
  [ -t 2 ] && printf '\r\033[K' >&2
  return 0
}

# Services of packages installed for tests must not start by themselves: the tests start their own.
without_starting_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  [ -e $policy ] && { "$@"; return; }
  printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
  as_root chmod 755 $policy
  "$@" || status=$?
  as_root rm -f $policy
  return $status
}

install_packages() {
  local missing wanted=() package log="$root/var/setup/apt.log"
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null 2>&1 || die "apt-get absent de ce système. À installer à la main : ${missing[*]}"
  mkdir -p "$(dirname "$log")"
  # Missing again after an installation: the archive of this release does not have it.
  if [ "${missing[*]}" = "$(cat "$root/var/setup/absent" 2>/dev/null)" ]; then return 0; fi
  can_be_root || die "Paquets manquants. En tant que root, une fois : apt-get install ${missing[*]}"
  say "Liste des paquets du système…"
  apt_get update >"$log" 2>&1 || { tail -n 15 "$log" >&2; die "apt-get update a échoué (journal : $log)"; }
  for package in "${missing[@]}"; do
    if [[ $PACKAGES_BY_RELEASE == *" $package "* ]] && ! apt-cache show "$package" >/dev/null 2>&1; then continue; fi
    wanted+=("$package")
  done
  if [ ${#wanted[@]} -gt 0 ]; then
    say "Installation des paquets du système : ${wanted[*]}"
    if ! { without_starting_services apt_get install --no-install-recommends -o APT::Status-Fd=1 "${wanted[@]}" \
             2>&1 | show_apt_progress "$log"; }; then
      tail -n 15 "$log" >&2
      die "L'installation des paquets a échoué (journal : $log)"
    fi
  fi
  missing_packages "${missing[@]}" | paste -sd ' ' >"$root/var/setup/absent"
}
