"""What people do to letters: each checks the right, holds the letter, changes it, moves its flow, writes it down."""

from courrier.mail.qualification import Qualification
from workflows.actions.approvals import approve, refuse, take_back
from workflows.actions.checks import ActionRefused
from workflows.actions.closing import close_department, hand_over_all, reopen_department
from workflows.actions.colleagues import hand_over, take_over
from workflows.actions.department import accept, acknowledge, close, redirect, send_back, send_reply
from workflows.actions.desk import arbitrate, cancel, qualify, retry_reading
from workflows.actions.opinions import answer_opinion, ask_opinion, withdraw_question
from workflows.actions.splitting import split
from workflows.actions.undoing import undo, undoable

__all__ = [
    "ActionRefused",
    "Qualification",
    "accept",
    "acknowledge",
    "answer_opinion",
    "approve",
    "arbitrate",
    "ask_opinion",
    "cancel",
    "close",
    "close_department",
    "hand_over",
    "hand_over_all",
    "qualify",
    "redirect",
    "refuse",
    "reopen_department",
    "retry_reading",
    "send_back",
    "send_reply",
    "split",
    "take_back",
    "take_over",
    "undo",
    "undoable",
    "withdraw_question",
]
