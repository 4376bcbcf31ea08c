"""Signing in on an IMAP server, with what goes wrong said in words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext as _
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from courrier.mailboxes.models import Mailbox, Security

PATIENCE = 30.0
"""Seconds a server may take to answer."""

PORTS = (143, 993)


class MailboxTrouble(Exception):
    """The mailbox can't be looked into now; `message` says in French why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """A connection that is signed in; raises MailboxTrouble, also for what breaks while it is used."""
    allowed(mailbox)
    password = mailbox.password
    if password is None:
        raise MailboxTrouble(_("La clé de l'installation a changé : donnez à nouveau le mot de passe."))
    try:
        client = open_client(mailbox)
        try:
            client.login(mailbox.username, password)
            yield client
        finally:
            leave(client)
    except LoginError as error:
        raise MailboxTrouble(
            _("Le serveur refuse l'identifiant ou le mot de passe : vérifiez-les.")
        ) from error
    except ssl.SSLError as error:
        raise MailboxTrouble(
            _("Le certificat du serveur n'est pas valable : vérifiez son nom et le chiffrement.")
        ) from error
    except TimeoutError as error:
        raise MailboxTrouble(_("Le serveur ne répond pas : vérifiez son nom et le port.")) from error
    except socket.gaierror as error:
        raise MailboxTrouble(_("Ce serveur n'existe pas : vérifiez son nom.")) from error
    except (OSError, IMAPClientError) as error:
        raise MailboxTrouble(
            _("La liaison avec le serveur a échoué (%(why)s).") % {"why": str(error)[:120]}
        ) from error


def allowed(mailbox: Mailbox) -> None:
    """Raise MailboxTrouble for an address that no mail server has: inner services are not to be probed from here."""
    if mailbox.host in settings.MAILBOX_INNER_HOSTS:
        return
    if mailbox.security == Security.PLAIN:
        raise MailboxTrouble(
            _("Sans chiffrement, le mot de passe serait lisible : choisissez TLS ou STARTTLS.")
        )
    if mailbox.port not in PORTS:
        raise MailboxTrouble(_("Le port d'un serveur IMAP est 993 (TLS) ou 143 (STARTTLS)."))


def open_client(mailbox: Mailbox) -> IMAPClient:
    tls = ssl.create_default_context()
    whole = mailbox.security == Security.TLS
    client = IMAPClient(
        mailbox.host, port=mailbox.port, ssl=whole, ssl_context=tls if whole else None, timeout=PATIENCE
    )
    if mailbox.security == Security.STARTTLS:
        client.starttls(ssl_context=tls)
    return client


def leave(client: IMAPClient) -> None:
    try:
        client.logout()
    except (OSError, IMAPClientError):
        client.shutdown()


def tried(mailbox: Mailbox) -> int:
    """How many messages wait in the folder that is looked into; raises MailboxTrouble."""
    with connected(mailbox) as client:
        return select(client, mailbox, readonly=True)


def select(client: IMAPClient, mailbox: Mailbox, *, readonly: bool = False) -> int:
    """Turn to the folder that is looked into; returns how many messages are there. MailboxTrouble where it is none."""
    if not client.folder_exists(mailbox.folder):
        raise MailboxTrouble(
            _("Le dossier « %(name)s » n'existe pas sur le serveur.") % {"name": mailbox.folder}
        )
    return int(client.select_folder(mailbox.folder, readonly=readonly)[b"EXISTS"])
