"""Small real documents, made here: PDF pages with lines of a size at a place, Word files, e-books."""

import io
import zipfile
from collections.abc import Sequence

from docx import Document

Placed = tuple[float, float, float, str]  # x, y, size, text


def pdf(pages: Sequence[Sequence[Placed]], title: str = "") -> bytes:
    """A PDF of text in Helvetica."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        text = "".join(
            f"BT /F1 {size} Tf {x} {y} Td ({_escaped(line)}) Tj ET\n" for x, y, size, line in lines
        )
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
            f" /Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}endstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< /Title ({_escaped(title)}) /Author (Ida Holm) /CreationDate (D:20240502101500Z) >>")
    written, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    written += f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    start = written.index("xref\n0 ")
    trailer = f"<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>"
    return f"{written}trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode("cp1252")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def lines(*texts: str, size: float = 11, top: float = 720, step: float = 14) -> list[Placed]:
    """Lines one under the other."""
    return [(72, top - step * number, size, text) for number, text in enumerate(texts)]


def docx() -> bytes:
    """A Word file with a title, headings, a list and a table."""
    document = Document()
    document.core_properties.title, document.core_properties.author = "The ferry guide", "Ida Holm"
    document.add_heading("The ferry guide", 0)
    document.add_paragraph("The ferry to Lund leaves twice a day.")
    document.add_heading("Prices", 1)
    document.add_paragraph("A ticket costs 12 euros.", style="List Bullet")
    document.add_paragraph("Dogs travel free.", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [*table.rows[0].cells, *table.rows[1].cells], "Ship Built Calma 2013".split(), strict=True
    ):
        cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def epub(*chapters: str, package: str = "") -> bytes:
    """An e-book of these chapters, as HTML."""
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    opf = package or (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>Tales of the Aln</dc:title><dc:creator>Ida Holm</dc:creator><dc:language>en</dc:language>"
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    return packed(
        {
            "META-INF/container.xml": container.encode(),
            "OEBPS/book.opf": opf.encode(),
            **{
                f"OEBPS/c{n}.xhtml": f"<html><body>{text}</body></html>".encode()
                for n, text in enumerate(chapters)
            },
        }
    )


def packed(files: dict[str, bytes]) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()
