from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rest_framework.authtoken.models import Token

from courrier.organisations.models import User


class Command(BaseCommand):
    help = "Affiche le jeton d'un utilisateur pour l'API ; le crée s'il n'en a pas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="UTILISATEUR", help="identifiant de connexion")
        parser.add_argument(
            "--new", action="store_true", help="remplace le jeton ; l'ancien ne vaut plus rien"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"Aucun utilisateur ne s'appelle « {options['user']} ».")
        if not user.is_active:
            raise CommandError(f"Le compte de « {options['user']} » est désactivé.")
        if options["new"]:
            Token.objects.filter(user=user).delete()
        token, _ = Token.objects.get_or_create(user=user)
        self.stdout.write(token.key)
