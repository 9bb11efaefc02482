"""QR codes."""

from __future__ import annotations

import io


def qr_svg(address: str, *, scales: bool = False) -> str:
    """Draw the QR code of an address as SVG; one that `scales` is as large as the page lets it be."""
    import segno  # only needed by whoever prints

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=2, omitsize=scales)
    return out.getvalue().decode()
