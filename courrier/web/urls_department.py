"""Addresses of what departments work with: inbox, letter, replies, search, register."""

from django.urls import path

from courrier.web.views import (
    inbox,
    inbox_bulk,
    letter,
    letter_actions,
    letter_people,
    letter_thumbs,
    letter_turns,
    register,
    replies,
    search,
)

urlpatterns = [
    # Inbox
    path("bannette/", inbox.inboxes, name="inbox"),
    path("bannette/prendre/", inbox_bulk.take, name="inbox_take_any"),
    path("bannette/annuler/", inbox_bulk.undo, name="inbox_undo_any"),
    path("bannette/<str:code>/", inbox.inbox, name="inbox_of"),
    path("bannette/<str:code>/prendre/", inbox_bulk.take, name="inbox_take"),
    path("bannette/<str:code>/annuler/", inbox_bulk.undo, name="inbox_undo"),
    # Letter
    path("courrier/<str:number>/", letter.letter, name="letter"),
    path("courrier/<str:number>/page/<int:page>/calque/", letter.word_overlay, name="word_overlay"),
    path("courrier/<str:number>/page/<int:page>/vignette/", letter_thumbs.page_thumb, name="page_thumb"),
    path(
        "courrier/<str:number>/page/<int:page>/<int:width>/",
        letter_thumbs.page_at_width,
        name="page_at_width",
    ),
    path("courrier/<str:number>/page/<int:page>/tourner/", letter_turns.turn, name="letter_turn"),
    path("courrier/<str:number>/document/<int:pk>/", letter.document, name="document"),
    path("courrier/<str:number>/suite/<int:pk>/repondre/", replies.start, name="reply_start"),
    path("courrier/<str:number>/suite/<int:pk>/<slug:verb>/", letter_actions.act, name="letter_act"),
    path("courrier/<str:number>/annuler/", letter_actions.undo, name="letter_undo"),
    path("courrier/<str:number>/lecteurs/", letter_people.people, name="letter_people"),
    path("courrier/<str:number>/notes/", letter_actions.write_note, name="letter_note"),
    path(
        "courrier/<str:number>/notes/<int:pk>/regler/", letter_actions.settle_note, name="letter_settle_note"
    ),
    # Replies
    path("courrier/<str:number>/reponse/<int:pk>/", replies.reply, name="reply"),
    path("courrier/<str:number>/reponse/<int:pk>/apercu.pdf", replies.preview, name="reply_preview"),
    path("courrier/<str:number>/reponse/<int:pk>/visa/", replies.decide, name="reply_decide"),
    path("parapheur/", replies.signature_book, name="signature_book"),
    # Search
    path("recherche/", search.search, name="search"),
    path("recherche/completer/", search.complete, name="search_complete"),
    # Register
    path("registre/", register.register, name="register"),
    path("registre/registre.csv", register.register_csv, name="register_csv"),
]
