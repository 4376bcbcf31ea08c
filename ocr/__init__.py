"""Reading: a scan in, pages out - text, words with boxes and confidence, a searchable PDF.

Knows nothing of Django. `read` reads a document, `inspect` looks at a file before it is accepted.
"""

from ocr.document import read
from ocr.errors import ReadError
from ocr.inspection import Inspection, inspect
from ocr.reading import Barcode, PageReading, Reading, Word

__all__ = ["Barcode", "Inspection", "PageReading", "ReadError", "Reading", "Word", "inspect", "read"]
