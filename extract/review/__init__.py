"""The review pages (``notice serve``): upload, look, accept, correct; and the API they use.

``create_app(settings)`` gives the FastAPI application. Corrections are kept beside what was
extracted and applied whenever it is shown, so no extraction ever overwrites a person's word.
"""

from extract.review.app import create_app
from extract.review.settings import Settings

__all__ = ["Settings", "create_app"]
