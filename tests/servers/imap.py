"""Dovecot of the system's package: an IMAP server whose accounts all have the password of their name."""

import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
from pathlib import Path

from tests.servers import process

START_SECONDS = 30
STOP_SIGNAL = signal.SIGTERM
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password=lettre
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
"""


def launch(folder: Path) -> tuple[int, str]:
    """Launch the server in the empty `folder`; its process number and address."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if not program:
        raise process.ServerError("Dovecot is missing: run ./dev test --all, which installs it")
    port = process.free_port()
    user = pwd.getpwnam(process.UNPRIVILEGED if os.getuid() == 0 else getpass.getuser())
    written = CONFIGURATION.format(
        folder=folder, port=port, user=user.pw_name, group=grp.getgrgid(user.pw_gid).gr_name
    )
    (folder / "dovecot.conf").write_text(written)
    (folder / "mail").mkdir()
    process.hand_over(folder)
    pid = process.launch([program, "-F", "-c", folder / "dovecot.conf"], folder)
    return pid, f"imap://127.0.0.1:{port}"


def answers(address: str) -> bool:
    host, _, port = address.removeprefix("imap://").partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=2) as connection:
            return connection.recv(64).startswith(b"* OK")
    except OSError:
        return False
