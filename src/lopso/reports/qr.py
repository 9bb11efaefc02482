"""QR codes."""

from __future__ import annotations

import io


def qr_svg(address: str) -> str:
    """Draw the QR code of an address as SVG."""
    import segno  # only needed by whoever prints

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, border=2)
    return out.getvalue().decode()
