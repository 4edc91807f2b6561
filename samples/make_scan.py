"""Make the scans of the samples: their .pdf printed, laid askew on the glass, noisy, sealed.

Run from the repository's root after ``samples/make.py``: ``python samples/make_scan.py``. One TIFF
of all pages a notice, 200 dpi, turned by half a degree, noise from a seed: same inputs, same bytes.
"""

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent
DPI = 200
SKEW_DEGREES = 0.5
NOISE = 7.0  # standard deviation of the grey levels
BLUR = 0.6  # pixels: the lens of a scanner
QUALITY = 38  # JPEG: what office scanners write
FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
SEAL_RED = (214, 36, 40)
# Notice → page (from 0) → centre of its seal in points from the top left, over printed text.
SEALS = {
    "zibo-hitech-2024": {1: (135.0, 315.0)},
    "jining-hitech-2023": {},
}
ISSUER = {"zibo-hitech-2024": "淄博高新技术产业开发区管理委员会办公室"}
SEAL_MM = 42.0


def main() -> None:
    """Write one ``.scan.tiff`` beside every sample's ``.pdf``."""
    for number, (name, seals) in enumerate(SEALS.items()):
        with pypdfium2.PdfDocument(HERE / f"{name}.pdf") as document:
            pages = [
                scanned(page, name, seals.get(index), seed=100 * number + index)
                for index, page in enumerate(document)
            ]
        (HERE / f"{name}.scan.tiff").write_bytes(bound(pages))


def scanned(
    page: pypdfium2.PdfPage, name: str, seal_at: tuple[float, float] | None, *, seed: int
) -> Image.Image:
    """Return one page as a scanner sees it: grey, or in colour where a seal is on it."""
    printed = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("RGB")
    if seal_at is not None:
        printed = sealed(printed, seal_at, ISSUER[name])
    pixels = np.asarray(printed).astype(np.float32)
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), SKEW_DEGREES, 1.0)
    pixels = cv2.warpAffine(
        pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
    )
    pixels = cv2.GaussianBlur(pixels, (0, 0), BLUR)
    noise = np.random.default_rng(seed).normal(0.0, NOISE, (height, width, 1))
    picture = Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))
    return picture if seal_at is not None else picture.convert("L")


def sealed(page: Image.Image, at: tuple[float, float], issuer: str) -> Image.Image:
    """Return the page with a round red seal printed over it; black ink shows through."""
    size = round(SEAL_MM / 25.4 * DPI)
    seal = drawn_seal(size, issuer)
    paper = Image.new("RGB", page.size, "white")
    x, y = (round(value * DPI / 72) - size // 2 for value in at)
    paper.paste(seal, (x, y))
    both = np.minimum(np.asarray(page), np.asarray(paper))
    return Image.fromarray(both)


def drawn_seal(size: int, issuer: str) -> Image.Image:
    """Return a round seal: a ring, a star, the issuer's name along the upper arc."""
    seal = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(seal)
    pen.ellipse((3, 3, size - 4, size - 4), outline=SEAL_RED, width=max(4, size // 40))
    pen.polygon(star(size / 2, size / 2, size / 7), fill=SEAL_RED)
    font = ImageFont.truetype(str(FONT), size // 9, index=2)
    for index, character in enumerate(issuer):
        angle = 240.0 - 300.0 * index / (len(issuer) - 1)
        tile = Image.new("L", (size, size), 0)
        ImageDraw.Draw(tile).text((size / 2, size / 9), character, 255, font, anchor="mm")
        tile = tile.rotate(angle - 90.0, resample=Image.Resampling.BICUBIC)
        seal.paste(SEAL_RED, mask=tile)
    return seal


def star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    """Return the ten corners of a five-pointed star around a middle."""
    corners = np.arange(10) * np.pi / 5 - np.pi / 2
    reach = np.where(np.arange(10) % 2 == 0, radius, radius * 0.4)
    return list(zip(x + reach * np.cos(corners), y + reach * np.sin(corners), strict=True))


def bound(pages: list[Image.Image]) -> bytes:
    """Return the pages in one TIFF, each compressed as JPEG."""
    written = BytesIO()
    pages[0].save(
        written,
        format="TIFF",
        save_all=True,
        append_images=pages[1:],
        compression="jpeg",
        quality=QUALITY,
        dpi=(DPI, DPI),
    )
    return written.getvalue()


if __name__ == "__main__":
    main()
