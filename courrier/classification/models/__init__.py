from courrier.classification.models.document_type import DocumentType, Silence
from courrier.classification.models.suggestion import Suggestion, SuggestionField

__all__ = ["DocumentType", "Silence", "Suggestion", "SuggestionField"]
