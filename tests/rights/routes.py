"""Every route and method with who may use it: one line each. A route that is not here fails `test_every_route`.

A line is `"METHOD namespace:name": rule`, with ` name=value` behind it where an address takes a word that matters:

- `page("reception", …)`: a page that names no letter, for these roles of `table.ROLES`; `ANYBODY`, `MEMBERS` for many;
  `of` is what `pk` stands for in its address: one of `town.things`;
- `letter(reads)`: an address that names a letter, for those for whom the function of `table` says so. `of` is what
  `pk` stands for in it: mail, assignment, reply, note, original; `needs` what else the letter must have. `changes` are
  the stages in which the request changes something; `effect` who then changes something, where more people than these
  may open the page; the rest is sent as its body.

Whatever a line says, no answer may hold a mark of a letter that the table keeps from the role.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from tests.rights.table import (
    IN_HAND,
    MEMBERS,
    NOWHERE,
    ROLES,
    STAGES,
    acts,
    handles,
    keeps_desk,
    lists,
    qualifies,
    reads,
    receives,
    signs,
    writes,
)
from tests.rights.town import FIRST, Letter

Who = Callable[[str, Letter], bool]

ANYBODY = frozenset(ROLES)
SIGNED_IN = MEMBERS | {NOWHERE}
DESKS = frozenset({"reception", "direction", "stranger"})
INBOXES = frozenset({"agent", "colleague", "manager", "reader", "direction", "stranger"})
SETTERS = frozenset({"administrator"})
FILES = frozenset({"reception", "direction", "archivist", "administrator", "stranger"})
MERGERS = FILES - {"archivist"}
HEADS = frozenset({"administrator", "direction", "stranger"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route. `who` is for a route that names a letter, `roles` for one that does not."""

    roles: frozenset[str] = frozenset()
    who: Who | None = None
    of: str = "mail"
    needs: str = ""
    changes: frozenset[str] = frozenset()
    effect: Who | None = None
    body: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    directory: bool = False
    """Shows names of correspondents, whatever letters they wrote: to those alone who keep the directory."""

    @property
    def changer(self) -> Who:
        chosen = self.effect or self.who
        assert chosen is not None
        return chosen


def page(
    *roles: str | frozenset[str], of: str = "person", query: str = "", directory: bool = False, **body: Any
) -> Rule:
    allowed = frozenset(name for each in roles for name in ([each] if isinstance(each, str) else each))
    return Rule(roles=allowed, of=of, query=query, directory=directory, body=body)


def letter(
    who: Who,
    of: str = "mail",
    needs: str = "",
    changes: Collection[str] = (),
    effect: Who | None = None,
    **body: Any,
) -> Rule:
    return Rule(who=who, of=of, needs=needs, changes=frozenset(changes), effect=effect, body=body)


def readable(who: Who) -> Who:
    return lambda role, letter: who(role, letter) and letter.confidentiality != "personal"


def from_a_colleague(role: str, letter: Letter) -> bool:
    """Who handles the letter and has it not in hand."""
    return handles(role, letter) and not (letter.place == "own" and role == "agent")


def received_on(letter: Letter) -> str:
    return str(letter.mail.received_on)


def moves_clock(role: str, letter: Letter) -> bool:
    """Who handles the letter, as long as it is handled; the general direction once it is closed."""
    return handles(role, letter) and (letter.stage != "closed" or role in {"direction", "stranger"})


def notes_facts(role: str, letter: Letter) -> bool:
    """Who handles the letter, and reception, which sees what arrives."""
    at_desk = receives(role, letter) and letter.confidentiality != "personal"
    return handles(role, letter) or at_desk


def moves_clock_by_facts(role: str, letter: Letter) -> bool:
    """Reception from the moment the letter is handled; the others as `moves_clock`."""
    at_desk = receives(role, letter) and letter.confidentiality != "personal"
    if letter.stage == "pending":
        return at_desk
    return moves_clock(role, letter) or (at_desk and letter.stage != "closed")


def joins(role: str, letter: Letter) -> bool:
    """The desk; told that it may not, where the letter waits for it and is not to be opened."""
    return keeps_desk(role, letter) and (reads(role, letter) or letter.stage not in {"to_qualify", "failed"})


def readable_first(letter: Letter) -> str:
    """The number of a letter that everybody at the desk of its collectivité reads."""
    return f"B-2026-{FIRST + 4:05d}" if letter.place == "elsewhere" else f"A-2026-{FIRST + 1:05d}"


OPEN = ("pending", "accepted")
NOT_OVER = [stage for stage in STAGES if stage not in {"closed", "cancelled"}]

ROUTES: dict[str, Rule] = {
    # Signing in, where one begins
    "GET web:home": page(ANYBODY - {NOWHERE}),
    "GET web:login": page(ANYBODY),
    "POST web:login": page(ANYBODY),
    "POST web:logout": page(SIGNED_IN),
    "POST web:choose_organisation": page(SIGNED_IN),
    "GET web:commands": page(SIGNED_IN, query="q=demande"),
    "GET web:first_run": page(),
    "POST web:first_run": page(),
    "POST web:language": page(ANYBODY),
    "GET web:own_password": page(SIGNED_IN),
    "POST web:own_password": page(SIGNED_IN),
    # Reception desk
    "GET web:reception": page(DESKS),
    "GET web:reception_letters": page(DESKS),
    "POST web:upload": page(DESKS),
    "POST web:retry": letter(keeps_desk, effect=readable(keeps_desk), changes=["failed"]),
    "GET web:cancel": letter(keeps_desk),
    "POST web:cancel": letter(keeps_desk, changes=NOT_OVER, reason="erreur"),
    "GET web:qualification": page(DESKS),
    "GET web:senders": page(DESKS, query="q=Marie", directory=True),
    "GET web:qualify": letter(qualifies),
    "POST web:qualify": letter(
        qualifies, changes=["to_qualify", "failed"], department="DGS", subject="un permis"
    ),
    "POST web:attach": letter(joins, effect=receives, changes=["to_qualify", "failed"], first=readable_first),
    "POST web:detach": letter(keeps_desk),
    "POST web:upload_announce": page(DESKS),
    "PUT web:upload_piece": page(DESKS),
    "DELETE web:upload_piece": page(DESKS),
    "POST web:upload_finish": page(DESKS),
    # Pages of letters
    "GET web:page_image": letter(reads),
    "GET web:page_words": letter(reads),
    "GET web:word_overlay": letter(reads),
    "GET web:page_thumb": letter(reads),
    "GET web:page_at_width width=640": letter(reads),
    "POST web:letter_turn": letter(writes, changes=STAGES, degres="90"),
    "GET web:document": letter(reads, of="original"),
    # Inbox
    "GET web:inbox": page(MEMBERS),
    "GET web:inbox_of": page(INBOXES),
    "POST web:inbox_take_any": letter(
        lambda role, _letter: role in MEMBERS,
        effect=acts,
        changes=["pending"],
        one=lambda letter: letter.assignment.pk if letter.assignment else 0,
    ),
    "POST web:inbox_take": letter(
        lambda role, _letter: role in INBOXES,
        effect=lambda role, letter: acts(role, letter) and letter.place in {"own", "elsewhere"},
        changes=["pending"],
        one=lambda letter: letter.assignment.pk if letter.assignment else 0,
    ),
    "POST web:inbox_undo_any": page(SIGNED_IN),
    "POST web:inbox_undo": page(SIGNED_IN),
    # Letter
    "GET web:letter": letter(lists),
    "GET web:letter_act verb=prendre": letter(reads, of="assignment"),
    "POST web:letter_act verb=prendre": letter(handles, of="assignment", changes=["pending"]),
    "POST web:letter_act verb=lu": letter(handles, of="assignment"),
    "POST web:letter_act verb=reorienter": letter(
        handles, of="assignment", changes=OPEN, service="DGS", motif="non"
    ),
    "POST web:letter_act verb=renvoyer": letter(
        handles, of="assignment", changes=OPEN, motif="pas pour nous"
    ),
    "POST web:letter_act verb=clore": letter(handles, of="assignment", changes=["accepted"], motif="fait"),
    "POST web:letter_act verb=demander-avis": letter(
        handles, of="assignment", changes=["accepted"], service="DGS", motif="Un avis ?"
    ),
    "POST web:letter_act verb=avis": letter(handles, of="assignment", motif="oui"),
    "POST web:letter_act verb=retirer-avis": letter(handles, of="assignment"),
    "POST web:letter_act verb=confier": letter(
        handles, of="assignment", changes=["accepted", "signing"], collegue=lambda letter: letter.colleague
    ),
    "POST web:letter_act verb=reprendre": letter(
        handles, of="assignment", effect=from_a_colleague, changes=["accepted", "signing"]
    ),
    "POST web:letter_act verb=partager": letter(
        handles, of="assignment", changes=[*OPEN, "signing"], service="DGS", motif="le trou"
    ),
    "GET web:letter_undo": letter(reads),
    "POST web:letter_undo": letter(reads),
    "GET web:letter_people": letter(writes),
    "GET web:letter_note": letter(reads),
    "POST web:letter_note": letter(reads, effect=writes, changes=STAGES, texte="une note"),
    "GET web:letter_settle_note": letter(reads, of="note"),
    "POST web:letter_settle_note": letter(reads, of="note", effect=writes, changes=STAGES),
    # Replies
    "POST web:reply_start": letter(reads, of="assignment", effect=handles, changes=["signing"]),
    "GET web:reply": letter(reads, of="reply"),
    "POST web:reply": letter(
        reads,
        of="reply",
        effect=handles,
        changes=["accepted"],
        do="send",
        channel="post",
        recipient="Marie",
        subject="Re",
        body="Bonjour",
    ),
    "GET web:reply_preview": letter(reads, of="reply"),
    "POST web:reply_decide": letter(
        signs, of="reply", needs="approval", changes=["signing"], visa=lambda letter: letter.approval.pk
    ),
    "GET web:signature_book": page(MEMBERS),
    # Figures, ways of letters
    "GET web:statistics": page("direction", "manager", "stranger"),
    "GET web:statistics_csv what=volumes": page("direction", "manager", "stranger"),
    "GET web:flows": page(HEADS),
    "GET web:flow_bpmn name=reception": page(HEADS),
    "GET web:letter_flow": letter(reads),
    "GET web:accessibility": page(ANYBODY),
    # The legal delay
    "GET web:letter_clock verb=decision": letter(reads),
    "POST web:letter_clock verb=decision": letter(
        handles, effect=moves_clock, changes=[*IN_HAND, "closed"], on=received_on
    ),
    "POST web:letter_clock verb=regle": letter(
        notes_facts, effect=moves_clock_by_facts, changes=["pending", *IN_HAND, "closed"], rule="cada"
    ),
    "GET web:letter_clock_withdraw": letter(reads),
    "POST web:letter_clock_withdraw": letter(handles, motif="erreur"),
    "GET web:letter_news": letter(reads),
    # Search, register
    "GET web:search": page(SIGNED_IN, query="q=demande"),
    "GET web:search_complete": page(SIGNED_IN, query="q=dem"),
    "GET web:saved_searches": page(SIGNED_IN),
    "POST web:search_save": page(SIGNED_IN),
    "GET web:saved_search": page(),
    "POST web:saved_search_rename": page(),
    "POST web:saved_search_alert": page(),
    "POST web:saved_search_remove": page(),
    "POST web:saved_search_bring_back": page(),
    "GET web:search_exports": page(SIGNED_IN),
    "POST web:search_export": page(SIGNED_IN),
    "GET web:search_export_file": page(),
    "POST web:search_export_remove": page(),
    "GET web:similar_letters": letter(reads),
    "GET web:register": page(MEMBERS),
    "GET web:register_csv": page(MEMBERS),
    # Notifications, absences
    "GET web:notifications": page(MEMBERS),
    "GET web:notifications_bell": page(SIGNED_IN),
    "POST web:notifications_read_all": page(SIGNED_IN),
    "POST web:notifications_digest": page(SIGNED_IN),
    "POST web:notification_mark": page(),
    "GET web:absences": page(MEMBERS),
    "POST web:absence_name": page(MEMBERS),
    "POST web:absence_end": page(),
    "POST web:absence_hand_over": page(),
    # Correspondents
    "GET web:correspondents": page(FILES, directory=True),
    "GET web:correspondent_duplicates": page(MERGERS, directory=True),
    "GET web:correspondent": page(FILES - {"stranger"}, of="correspondent", directory=True),
    "GET web:correspondent_join": page(MERGERS - {"stranger"}, of="correspondent", directory=True),
    "POST web:correspondent_join": page(MERGERS - {"stranger"}, of="correspondent", directory=True),
    "POST web:correspondent_apart": page(MERGERS - {"stranger"}, of="correspondent"),
    "POST web:correspondent_part": page(),
    "POST web:correspondent_forget": page(SETTERS, of="correspondent"),
    # Kiosk; closed until an administrator opens it
    "GET web:kiosks": page(),
    "GET web:kiosk": page(),
    "POST web:kiosk": page(),
    "GET web:following": page(),
    "POST web:following": page(),
    # Settings
    "GET web:kiosk_settings": page(SETTERS),
    "POST web:kiosk_settings": page(SETTERS),
    "GET web:administration": page(SETTERS),
    "GET web:administration_facts": page(SETTERS),
    "POST web:administration_facts": page(SETTERS),
    "GET web:delays": page(SETTERS),
    "GET web:days": page(SETTERS),
    "POST web:days": page(SETTERS),
    "POST web:day_remove": page(),
    "GET web:reminders": page(HEADS),
    "POST web:reminders": page(HEADS),
    "GET web:departments": page(HEADS),
    "GET web:department_add": page(SETTERS),
    "POST web:department_add": page(SETTERS),
    "GET web:department_edit": page(SETTERS),
    "POST web:department_edit": page(SETTERS),
    "GET web:department_close": page(HEADS),
    "POST web:department_close": page(HEADS),
    "POST web:department_reopen": page(HEADS),
    "GET web:people": page(SETTERS),
    "GET web:person_add": page(SETTERS),
    "POST web:person_add": page(SETTERS),
    "GET web:person": page(SETTERS),
    "POST web:person": page(SETTERS),
    "GET web:person_password": page(SETTERS),
    "POST web:person_password": page(SETTERS),
    "POST web:person_switch": page(SETTERS),
    "GET web:document_types": page(SETTERS),
    "GET web:document_type code=permis-construire": page(SETTERS),
    "GET web:document_type_add": page(SETTERS),
    "POST web:document_type_add": page(SETTERS),
    "POST web:document_type code=permis-construire": page(SETTERS),
    "GET web:circuits": page(SETTERS),
    "GET web:circuit_chosen": page(SETTERS),
    "GET web:circuit_of_all": page(SETTERS),
    "POST web:circuit_of_all": page(SETTERS),
    "GET web:circuit code=permis-construire": page(SETTERS),
    "POST web:circuit code=permis-construire": page(SETTERS),
    "GET web:reply_templates": page(SETTERS),
    "GET web:reply_template_add": page(SETTERS),
    "POST web:reply_template_add": page(SETTERS),
    "GET web:reply_template": page(SETTERS, of="template"),
    "POST web:reply_template": page(SETTERS, of="template"),
    "POST web:reply_template_remove": page(SETTERS, of="template"),
    "GET web:journal": page(SETTERS),
    "GET web:rules": page(SETTERS),
    "GET web:rule_add": page(SETTERS),
    "POST web:rule_add": page(SETTERS),
    "GET web:rule": page(),
    "POST web:rule": page(),
    "POST web:rule_move": page(),
    "POST web:rule_off": page(),
    "POST web:rule_remove": page(),
    "GET web:learning": page(SETTERS),
    "GET web:learning_progress": page(SETTERS),
    "POST web:learning_train": page(SETTERS),
    "POST web:learning_serve": page(),
    "GET web:thresholds": page(SETTERS),
    "POST web:thresholds": page(SETTERS),
    "GET web:mailboxes": page(SETTERS),
    "GET web:mailbox_add": page(SETTERS),
    "POST web:mailbox_add": page(SETTERS),
    "GET web:mailbox": page(),
    "POST web:mailbox": page(),
    "POST web:mailbox_remove": page(),
    "GET web:search_state": page(SETTERS),
    "POST web:search_retry": page(SETTERS),
    # What changes on screen by itself
    "GET web:live": page(SIGNED_IN),
    "GET web:live_news": page(SIGNED_IN),
    "GET web:live_counts": page(SIGNED_IN),
    # API
    "GET api:mail-list": page(SIGNED_IN),
    "POST api:mail-list": page(SIGNED_IN),
    "GET api:mail-detail": letter(reads),
    "POST api:mail-cancel": letter(receives, changes=NOT_OVER, reason="erreur"),
    "POST api:mail-qualify": letter(receives, changes=["to_qualify", "failed"], departments=["DGS"]),
    "POST api:mail-retry": letter(receives, changes=["failed"]),
    "GET api:mail-document": letter(reads),
    "GET api:mail-content-original": letter(reads),
    "GET api:mail-content-pages": letter(reads),
    "GET api:mail-content-text": letter(reads),
    "GET api:mail-content-replies": letter(reads),
    "GET api:mail-content-annotations": letter(reads),
    "POST api:mail-content-annotations": letter(writes, changes=STAGES, text="une note"),
    "GET api:mail-clock-clock": letter(reads),
    "POST api:mail-clock-acknowledge-receipt": letter(handles),
    "POST api:mail-clock-request-documents": letter(
        handles, effect=handles, changes=IN_HAND, documents=["budget"], on=received_on, until="2099-01-01"
    ),
    "POST api:mail-clock-documents-received": letter(
        notes_facts, effect=moves_clock_by_facts, changes=["pending", *IN_HAND, "closed"], on=received_on
    ),
    "POST api:mail-clock-first-received-elsewhere": letter(
        notes_facts,
        effect=moves_clock_by_facts,
        changes=["pending", *IN_HAND, "closed"],
        administration="Préfecture",
        on=received_on,
    ),
    "POST api:mail-clock-choose-rule": letter(
        notes_facts, effect=moves_clock_by_facts, changes=["pending", *IN_HAND, "closed"], rule="cada"
    ),
    "POST api:mail-clock-extend": letter(handles, extension="recolement", on=received_on),
    "POST api:mail-clock-transmit": letter(
        handles,
        effect=moves_clock,
        changes=[*IN_HAND, "closed"],
        administration="Préfecture",
        on=received_on,
        with_letter=False,
    ),
    "POST api:mail-clock-decide": letter(
        handles, effect=moves_clock, changes=[*IN_HAND, "closed"], on=received_on
    ),
    "POST api:mail-clock-withdraw": letter(handles, event=1, reason="erreur"),
    "GET api:assignment-list": page(SIGNED_IN),
    "GET api:assignment-detail": letter(reads, of="assignment"),
    "POST api:assignment-accept": letter(handles, of="assignment", changes=["pending"]),
    "POST api:assignment-acknowledge": letter(handles, of="assignment"),
    "POST api:assignment-annotate": letter(writes, of="assignment", changes=STAGES, text="une note"),
    "POST api:assignment-close": letter(handles, of="assignment", changes=["accepted"], reason="fait"),
    "POST api:assignment-redirect": letter(
        handles, of="assignment", changes=OPEN, department="DGS", reason="non"
    ),
    "POST api:assignment-reply": letter(handles, of="assignment", changes=["accepted"], body="Bonjour"),
    "POST api:assignment-send-back": letter(handles, of="assignment", changes=OPEN, reason="pas pour nous"),
    "POST api:assignment-bulk": page(SIGNED_IN),
    "GET api:search": page(SIGNED_IN, query="q=demande&limit=100"),
    "GET api:schema": page(ANYBODY),
    "GET api:docs": page(ANYBODY),
    "GET api:": page(),
}
