"""Filling an empty installation with sample data of a given size."""

from lopso.demo.fill import Filled, fill
from lopso.demo.scale import SCALES, Scale

__all__ = ["SCALES", "Filled", "Scale", "fill"]
