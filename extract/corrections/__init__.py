"""A person's word on a value: records of their own, applied to whatever is extracted later.

``recorded`` makes a record of what a person says of one value, ``applied`` puts all records on a
notice. Nothing is ever lost: each record ends applied, superseded, or as an explicit conflict.
"""

from extract.corrections.applying import Applied, Outcome, applied
from extract.corrections.model import Anchor, Correction, recorded
from extract.corrections.places import Place, places

__all__ = [
    "Anchor",
    "Applied",
    "Correction",
    "Outcome",
    "Place",
    "applied",
    "places",
    "recorded",
]
