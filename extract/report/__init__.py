"""Notice + its source → one self-contained HTML page on which each figure is marked where printed.

``page`` writes the file of ``notice report``; ``view`` gives its parts to the review pages.
"""

from extract.report.page import page
from extract.report.pages import Leaf, leaves
from extract.report.view import Judgement, View, view

__all__ = ["Judgement", "Leaf", "View", "leaves", "page", "view"]
