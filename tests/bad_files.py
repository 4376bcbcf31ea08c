"""Real files that a letter can't be, made at the spot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf

from tests import build


def truncated_pdf() -> bytes:
    content = build.pdf()
    return content[: len(content) // 2]


def encrypted_pdf() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(build.pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="secret", user="secret"))
    return out.getvalue()


def pdf_of(pages: int) -> bytes:
    """A PDF of so many blank A4 pages; none gives a PDF without a page."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(out)
    return out.getvalue()


def huge_png(side: int = 30_000) -> bytes:
    """A real black and white PNG of `side` × `side` pixels, some hundred kB long."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    data = b"".join(packer.compress(row * 1000) for _ in range(side // 1000)) + packer.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zip_of_pdfs(count: int = 20) -> bytes:
    out, page = io.BytesIO(), build.pdf()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"courrier-{number}.pdf", page)
    return out.getvalue()
