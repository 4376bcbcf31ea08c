from courrier.classification.models.document_type import DocumentType, Silence
from courrier.classification.models.example import Example, ExampleSource
from courrier.classification.models.letter_print import LetterPrint
from courrier.classification.models.routing_rule import Priority, RoutingRule
from courrier.classification.models.suggestion import Suggestion, SuggestionField
from courrier.classification.models.trained_model import ModelState, TrainedModel
from courrier.classification.models.training_run import TrainingRun

__all__ = [
    "DocumentType",
    "Example",
    "ExampleSource",
    "LetterPrint",
    "ModelState",
    "Priority",
    "RoutingRule",
    "Silence",
    "Suggestion",
    "SuggestionField",
    "TrainedModel",
    "TrainingRun",
]
