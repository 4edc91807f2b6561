"""What one input may cost. Everything that can grow has its number here and nowhere else."""

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from dataclasses import Field

PREFIX = "NOTICE_"
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds a reader keeps to; passing one raises ``LimitExceeded``.

    The defaults are far above any real notice (the longest known has some 300 pages). Every one
    can be set in the environment: ``NOTICE_MAX_PAGES=500``, ``NOTICE_MEMORY_MIB=2048``.

    The second half is for the child process that a file is read in (``batch/sandbox.py``). Reading
    may take ``base_seconds`` and ``seconds_per_page`` a page, ``max_seconds`` in all. Two things
    need more, and get it on top: recognition of scans takes 4 to 10 s for each A4 page on one
    busy core, and LibreOffice (.doc, .wps, .rtf) starts cold in a profile of its own.
    """

    max_bytes: int = 100 * _MIB
    max_pages: int = 2_000
    max_characters: int = 5_000_000
    max_cells: int = 200_000
    max_expanded_bytes: int = 500 * _MIB
    max_expansion_ratio: int = 200
    max_entries: int = 5_000
    max_nesting: int = 100
    max_image_pixels: int = 80_000_000
    max_render_pixels: int = 25_000_000  # of a page painted to be recognised: A3 at 300 dpi has 17
    max_page_objects: int = 300_000  # of one PDF page, those of its forms included
    max_crossings: int = 200_000  # of rules on one page, far more than any table has
    max_ocr_pages: int = 300

    base_seconds: float = 10
    seconds_per_page: float = 1
    max_seconds: float = 60
    ocr_seconds_per_page: float = 30
    conversion_seconds: float = 120
    memory_mib: int = 1024
    # onnxruntime: 1.45 GiB of addresses for A4 at 200 dpi with two malloc arenas; A3 takes more.
    ocr_memory_mib: int = 2048
    conversion_memory_mib: int = 8192  # LibreOffice maps much more than it uses
    max_processes: int = 256  # threads count too
    max_open_files: int = 256
    max_result_bytes: int = 500 * _MIB
    inputs_per_worker: int = 200  # then a fresh process takes its place

    @classmethod
    def from_environment(cls) -> "Limits":
        """Return the limits with what ``NOTICE_…`` variables say: ``NOTICE_MAX_PAGES=500``.

        Raises:
            ValueError: a value is no positive number; the message (Chinese) names the variable.
        """
        names = {PREFIX + field.name.upper(): field for field in fields(cls)}
        said = [name for name in names if os.environ.get(name)]
        return _read([names[name] for name in said]) if said else DEFAULT_LIMITS


def _read(said: "Sequence[Field[Any]]") -> Limits:
    """Ask pydantic-settings, which is loaded only when there is something to check."""
    from pydantic import Field as Bounds
    from pydantic import ValidationError, create_model
    from pydantic_settings import BaseSettings, SettingsConfigDict

    class Environment(BaseSettings):
        model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    wanted: dict[str, Any] = {
        field.name: (field.type, Bounds(gt=0, allow_inf_nan=False)) for field in said
    }
    try:
        found = create_model("Environment", __base__=Environment, **wanted)()
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        field = next(field for field in said if field.name == name)
        kind = "正整数" if field.type is int else "正数"
        variable = PREFIX + name.upper()
        message = f"环境变量 {variable} 的值“{os.environ[variable]}”不对，应为{kind}。"
        raise ValueError(message) from None
    return Limits(**found.model_dump())


DEFAULT_LIMITS = Limits()
