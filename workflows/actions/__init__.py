"""What people do to letters: each checks the right, holds the letter, changes it, moves its flow, writes it down."""

from courrier.mail.qualification import Qualification
from workflows.actions.approvals import approve, refuse, take_back
from workflows.actions.bulk import (
    accept_all,
    acknowledge_all,
    close_all,
    give_all,
    redirect_all,
    undo_all,
)
from workflows.actions.checks import ActionRefused
from workflows.actions.clock import (
    acknowledge_receipt,
    choose_rule,
    decide,
    documents_received,
    extend,
    first_received_elsewhere,
    request_documents,
    transmit,
    withdraw_clock_event,
)
from workflows.actions.closing import close_department, hand_over_all, reopen_department
from workflows.actions.colleagues import hand_over, take_over
from workflows.actions.department import accept, acknowledge, close, redirect, send_back, send_reply
from workflows.actions.desk import arbitrate, cancel, qualify, retry_reading
from workflows.actions.opinions import answer_opinion, ask_opinion, withdraw_question
from workflows.actions.relocating import begin_closing, begin_hand_over
from workflows.actions.splitting import split
from workflows.actions.undoing import undo, undoable

__all__ = [
    "ActionRefused",
    "Qualification",
    "accept",
    "accept_all",
    "acknowledge",
    "acknowledge_all",
    "acknowledge_receipt",
    "answer_opinion",
    "approve",
    "arbitrate",
    "ask_opinion",
    "begin_closing",
    "begin_hand_over",
    "cancel",
    "choose_rule",
    "close",
    "close_all",
    "close_department",
    "decide",
    "documents_received",
    "extend",
    "first_received_elsewhere",
    "give_all",
    "hand_over",
    "hand_over_all",
    "qualify",
    "redirect",
    "redirect_all",
    "refuse",
    "reopen_department",
    "request_documents",
    "retry_reading",
    "send_back",
    "send_reply",
    "split",
    "take_back",
    "take_over",
    "transmit",
    "undo",
    "undo_all",
    "undoable",
    "withdraw_clock_event",
    "withdraw_question",
]
