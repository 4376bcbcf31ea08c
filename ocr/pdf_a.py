"""PDF/A-2b (ISO 19005-2, level B): what archives take.

A document of scans needs only its marks: an output intent, matching metadata, nothing active. One with
fonts and colours of its own is written anew by ghostscript.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from ocr.programs import ghostscript

_ACTIVE_ROOT = ("/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/Collection", "/Names", "/Requirements")
_ACTIVE_PAGE = ("/AA", "/Annots", "/PresSteps")
_DEVICE = (Name.DeviceGray, Name.DeviceRGB)


def profile() -> bytes:
    """The sRGB colour profile as an ICC file."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def only_scans(pdf: pikepdf.Pdf) -> bool:
    """Whether every page draws images in gray or RGB only, with no font but the text layer's."""
    return all(_is_scan(page) for page in pdf.pages)


def _is_scan(page: pikepdf.Page) -> bool:
    resources = page.obj.get("/Resources")
    if not isinstance(resources, Dictionary):
        return False
    fonts = resources.get("/Font", Dictionary())
    if any(str(name) != "/CourrierText" for name in fonts.keys()) or "/ExtGState" in resources:  # noqa: SIM118
        return False
    held = resources.get("/XObject", Dictionary())
    return all(_is_plain_image(drawn) for drawn in held.values())


def _is_plain_image(drawn: object) -> bool:
    if not isinstance(drawn, pikepdf.Stream) or drawn.get("/Subtype") != Name.Image:
        return False
    if drawn.get("/Filter") in (Name.JPXDecode, Name.LZWDecode) or "/SMask" in drawn:
        return False
    return drawn.get("/ColorSpace") in _DEVICE or bool(drawn.get("/ImageMask", False))


def mark(pdf: pikepdf.Pdf) -> None:
    """Make a PDF of scans a PDF/A-2b."""
    for key in _ACTIVE_ROOT:
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        for key in _ACTIVE_PAGE:
            if key in page.obj:
                del page.obj[key]
        for drawn in page.get_images().values():
            drawn.Interpolate = False
    icc = pdf.make_stream(profile())
    icc.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB IEC61966-2.1",
        DestOutputProfile=icc,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "B"
        metadata["xmp:MetadataDate"] = now


def rewritten(source: Path, target: Path, folder: Path) -> None:
    """Write `source` as PDF/A-2b with ghostscript. Raises ProgramError."""
    icc, definition = folder / "srgb.icc", folder / "pdfa.ps"
    icc.write_bytes(profile())
    definition.write_text(_DEFINITION.format(profile=icc), encoding="ascii")
    try:
        ghostscript.to_pdf_a(source, target, definition, icc)
    finally:
        icc.unlink()
        definition.unlink()


_DEFINITION = """%!
[/_objdef {{icc_PDFA}} /type /stream /OBJ pdfmark
[{{icc_PDFA}} << /N 3 >> /PUT pdfmark
[{{icc_PDFA}} ({profile}) (r) file /PUT pdfmark
[/_objdef {{OutputIntent_PDFA}} /type /dict /OBJ pdfmark
[{{OutputIntent_PDFA}} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {{icc_PDFA}}
/OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{{Catalog}} << /OutputIntents [ {{OutputIntent_PDFA}} ] >> /PUT pdfmark
"""
