"""Every screen there is, by the name of its address: who opens it and where; and addresses that are no screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, reverse

from tests.screens.furnished import Furnished


@dataclass(frozen=True)
class Place:
    """A screen in one state. `route` is the name of its address, `who` the person of the town who opens it."""

    name: str
    route: str
    who: str
    path: Callable[[Furnished], str]
    group: str


def at(route: str, *args: object) -> str:
    return reverse(f"web:{route}", args=args)


def screen(group: str, name: str, who: str, path: Callable[[Furnished], str], route: str = "") -> Place:
    return Place(name, route or name, who, path, group)


def tab_of(here: Furnished, tab: str) -> str:
    return at("letter", here.taken.number) + f"?onglet={tab}"


DESK = [
    screen("desk", "reception", "desk", lambda _: at("reception")),
    screen("desk", "reception-empty", "far_desk", lambda _: at("reception"), "reception"),
    screen("desk", "qualification", "desk", lambda _: at("qualification")),
    screen("desk", "qualification-empty", "far_desk", lambda _: at("qualification"), "qualification"),
    screen("desk", "qualify", "desk", lambda here: at("qualify", here.waiting.number)),
    screen("desk", "register", "desk", lambda _: at("register")),
    screen("desk", "register-empty", "far_desk", lambda _: at("register"), "register"),
]
DEPARTMENT = [
    screen("department", "inbox", "agent", lambda _: at("inbox")),
    screen("department", "inbox_of", "agent", lambda here: at("inbox_of", here.town.urb.code)),
    screen("department", "inbox-empty", "tec", lambda here: at("inbox_of", here.town.tec.code), "inbox_of"),
    screen("department", "inbox-everyones", "direction", lambda _: at("inbox"), "inbox"),
    screen("department", "letter", "agent", lambda here: at("letter", here.taken.number)),
    screen("department", "letter-free", "agent", lambda here: at("letter", here.free.number), "letter"),
    screen(
        "department",
        "letter-text",
        "agent",
        lambda here: at("letter", here.taken.number) + "?affichage=texte",
        "letter",
    ),
    screen(
        "department", "letter-withheld", "desk", lambda here: at("letter", here.withheld.number), "letter"
    ),
    screen("department", "reply", "agent", lambda here: at("reply", here.taken.number, here.reply.pk)),
    screen("department", "signature_book", "direction", lambda _: at("signature_book")),
    screen("department", "signature_book-empty", "elected", lambda _: at("signature_book"), "signature_book"),
]
FINDING = [
    screen("finding", "search", "direction", lambda _: at("search")),
    screen("finding", "search-results", "direction", lambda _: at("search") + "?q=permis", "search"),
    screen("finding", "search-nothing", "direction", lambda _: at("search") + "?q=zzzyyy", "search"),
    screen("finding", "search-not-understood", "direction", lambda _: at("search") + "?q=du:hier", "search"),
    screen("finding", "notifications", "agent", lambda _: at("notifications")),
    screen("finding", "notifications-empty", "tec", lambda _: at("notifications"), "notifications"),
    screen("finding", "absences", "direction", lambda _: at("absences")),
    screen("finding", "own_password", "agent", lambda _: at("own_password")),
    screen("finding", "not-found", "agent", lambda _: "/inconnu/", "-"),
]
SETTINGS = [
    screen("settings", name, "administrator", lambda _, name=name: at(name))  # type: ignore[misc]
    for name in (
        "administration",
        "administration_facts",
        "departments",
        "department_add",
        "people",
        "person_add",
        "document_types",
        "circuits",
        "circuit_of_all",
        "reply_templates",
        "reply_template_add",
        "reminders",
        "kiosk_settings",
        "document_type_add",
        "mailboxes",
        "mailbox_add",
        "journal",
    )
] + [
    screen(
        "settings", "department_edit", "administrator", lambda here: at("department_edit", here.town.urb.code)
    ),
    screen(
        "settings",
        "department_close",
        "administrator",
        lambda here: at("department_close", here.town.urb.code),
    ),
    screen("settings", "person", "administrator", lambda here: at("person", here.town.agent.pk)),
    screen("settings", "document_type", "administrator", lambda _: at("document_type", "facture")),
    screen("settings", "circuit", "administrator", lambda _: at("circuit", "facture")),
    screen(
        "settings", "reply_template", "administrator", lambda here: at("reply_template", here.template.pk)
    ),
]
UNDERSTANDING = [
    screen("understanding", "rules", "administrator", lambda _: at("rules")),
    screen("understanding", "rules-empty", "far_administrator", lambda _: at("rules"), "rules"),
    screen("understanding", "rule_add", "administrator", lambda _: at("rule_add")),
    screen("understanding", "rule", "administrator", lambda here: at("rule", here.rule.pk)),
    screen("understanding", "learning", "administrator", lambda _: at("learning")),
    screen("understanding", "thresholds", "administrator", lambda _: at("thresholds")),
    screen("understanding", "correspondents", "desk", lambda _: at("correspondents")),
    screen(
        "understanding", "correspondents-empty", "far_desk", lambda _: at("correspondents"), "correspondents"
    ),
    screen("understanding", "correspondent", "desk", lambda here: at("correspondent", here.sender.pk)),
    screen("understanding", "correspondent_duplicates", "desk", lambda _: at("correspondent_duplicates")),
    screen(
        "understanding",
        "correspondent_join",
        "desk",
        lambda here: at("correspondent_join", here.sender.pk, here.twin.pk),
    ),
]
WATCHING = [
    screen("watching", "statistics", "direction", lambda _: at("statistics")),
    screen("watching", "statistics-empty", "far_direction", lambda _: at("statistics"), "statistics"),
    screen("watching", "flows", "administrator", lambda _: at("flows")),
    screen("watching", "letter_flow", "agent", lambda here: at("letter_flow", here.taken.number)),
    screen(
        "watching",
        "letter-clock",
        "agent",
        lambda here: at("letter", here.taken.number) + "?onglet=delais",
        "letter",
    ),
    screen(
        "watching",
        "letter-history",
        "agent",
        lambda here: at("letter", here.taken.number) + "?onglet=historique",
        "letter",
    ),
    screen("watching", "delays", "administrator", lambda _: at("delays")),
    screen("watching", "days", "administrator", lambda _: at("days")),
    screen("watching", "search_state", "administrator", lambda _: at("search_state")),
    screen("watching", "saved_searches", "direction", lambda _: at("saved_searches")),
    screen("watching", "saved_searches-empty", "agent", lambda _: at("saved_searches"), "saved_searches"),
    screen("watching", "search_exports", "direction", lambda _: at("search_exports")),
    screen("watching", "similar_letters", "agent", lambda here: at("similar_letters", here.taken.number)),
    screen("watching", "mailbox", "administrator", lambda here: at("mailbox", here.mailbox.pk)),
]
OUTSIDE = [
    screen("outside", "login", "", lambda _: at("login")),
    screen("outside", "accessibility", "", lambda _: at("accessibility")),
]

PLACES = [*DESK, *DEPARTMENT, *FINDING, *SETTINGS, *UNDERSTANDING, *WATCHING, *OUTSIDE]

NO_SCREENS = {
    "home": "leads to the screen one begins with",
    "logout": "answers by leading elsewhere",
    "choose_organisation": "answers by leading elsewhere",
    "commands": "data of the palette",
    "reception_letters": "a part of the reception screen",
    "upload": "takes a file",
    "retry": "does something",
    "cancel": "does something",
    "senders": "data of the qualification screen",
    "page_image": "an image",
    "page_words": "data of a page",
    "inbox_take_any": "does something",
    "inbox_take": "does something",
    "word_overlay": "a part of the letter",
    "page_thumb": "an image",
    "document": "a file",
    "reply_start": "leads to the reply",
    "letter_act": "does something",
    "letter_undo": "does something",
    "letter_note": "does something",
    "letter_settle_note": "does something",
    "reply_preview": "a file",
    "reply_decide": "does something",
    "search_complete": "data of the search box",
    "register_csv": "a file",
    "notifications_bell": "a part of every screen",
    "notifications_read_all": "does something",
    "notifications_digest": "does something",
    "notification_mark": "does something",
    "absence_name": "does something",
    "absence_end": "does something",
    "absence_hand_over": "does something",
    "department_reopen": "does something",
    "kiosks": "leads to the kiosk",
    "kiosk": "only there once opened: looked at by tests/kiosk",
    "following": "only there once opened: looked at by tests/kiosk",
    "first_run": "only there while nobody has an account: looked at by itself",
    "person_password": "does something",
    "person_switch": "does something",
    "circuit_chosen": "leads to a circuit",
    "reply_template_remove": "does something",
    "attach": "does something",
    "detach": "does something",
    "correspondent_apart": "does something",
    "correspondent_forget": "does something",
    "correspondent_part": "does something",
    "day_remove": "does something",
    "flow_bpmn": "a file",
    "inbox_undo": "does something",
    "inbox_undo_any": "does something",
    "language": "does something",
    "learning_progress": "a part of the learning page",
    "learning_serve": "does something",
    "learning_train": "does something",
    "letter_clock": "does something",
    "letter_clock_withdraw": "does something",
    "letter_news": "a part of the letter",
    "letter_people": "data of the letter",
    "letter_turn": "does something",
    "live": "a stream",
    "live_counts": "data of every screen",
    "live_news": "data of every screen",
    "mailbox_remove": "does something",
    "page_at_width": "an image",
    "rule_move": "does something",
    "rule_off": "does something",
    "rule_remove": "does something",
    "saved_search": "leads to the search",
    "saved_search_alert": "does something",
    "saved_search_bring_back": "does something",
    "saved_search_remove": "does something",
    "saved_search_rename": "does something",
    "search_export": "does something",
    "search_export_file": "a file",
    "search_export_remove": "does something",
    "search_retry": "does something",
    "search_save": "does something",
    "statistics_csv": "a file",
    "upload_announce": "data of the upload",
    "upload_finish": "data of the upload",
    "upload_piece": "data of the upload",
}


def named_routes(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """Names of all addresses under these patterns."""
    names: set[str] = set()
    for each in patterns:
        if isinstance(each, URLResolver):
            names |= named_routes(each.url_patterns)
        elif each.name:
            names.add(each.name)
    return names
