"""How the boards look: on a phone, a PC, a projector and on A4."""

from __future__ import annotations

from pathlib import Path

STYLE = f"<style>{(Path(__file__).parent / 'board.css').read_text(encoding='utf-8')}</style>"
