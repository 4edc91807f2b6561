"""The recognition engine: RapidOCR with the models of its own wheel, once a process, offline.

Only the public steps of RapidOCR are called: boxes of text lines, the text of cut-out lines with a
position and a confidence for every character, and whether a line stands on its head.
"""

import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.errors import MissingComponent

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Image = NDArray[uint8]

_PACKAGES = ("rapidocr", "onnxruntime", "cv2", "numpy")
MISSING = "这是图像（扫描件），识别文字需要 OCR 组件，请先安装：pip install 'policy-notices[ocr]'"
_THREADS = 2  # measured: more threads gain little, and the batch runs several processes
_SURE_TURN = 0.9  # a line is taken to stand on its head only if the classifier is this sure
_LOCK = threading.Lock()


class Read(NamedTuple):
    """One recognised character: its middle as a share of the line's width, its confidence."""

    text: str
    middle: float
    confidence: float


def available() -> bool:
    """Return whether the packages of the extra ``ocr`` are installed."""
    return all(find_spec(name) is not None for name in _PACKAGES)


def detect(image: "Image") -> list[list[tuple[float, float]]]:
    """Return the four corners of every text line, from the top left clockwise, in pixels.

    A thread of a picture (10 × 20,000) has none: nothing is left of it when it is made smaller.
    """
    with _LOCK:
        engine = _engine()
        from rapidocr.utils.process_img import ResizeImgError

        try:
            found = engine(image, use_det=True, use_cls=False, use_rec=False)
        except ResizeImgError:
            return []
    boxes = getattr(found, "boxes", None)
    if boxes is None:
        return []
    return [[(float(x), float(y)) for x, y in box] for box in boxes]


def recognise(lines: Sequence["Image"]) -> list[list[Read]]:
    """Return the characters of each cut-out line, spaces included; none where nothing was read."""
    if not lines:
        return []
    with _LOCK:
        engine = _engine()
        engine.return_word_box = True
        found = engine.recognize_txt(list(lines))
    return [_reads(text, words) for text, words in zip(found.txts, found.word_results, strict=True)]


def upside_down(lines: Sequence["Image"]) -> bool:
    """Return whether most of the lines stand on their heads."""
    if not lines:
        return False
    with _LOCK:
        _, found = _engine().cls_and_rotate(list(lines))
    turned = sum(1 for label, score in found.cls_res if label == "180" and score >= _SURE_TURN)
    return turned * 2 > len(lines)


@cache
def _engine() -> Any:  # noqa: ANN401  RapidOCR has no public type for its parts
    if not available():
        raise MissingComponent(MISSING)
    from rapidocr import RapidOCR

    threads = "EngineConfig.onnxruntime"
    return RapidOCR(
        params={
            f"{threads}.intra_op_num_threads": _THREADS,
            f"{threads}.inter_op_num_threads": 1,
            "Global.log_level": "error",
        }
    )


def _reads(text: str, words: Any) -> list[Read]:  # noqa: ANN401
    """Pair the text with the columns of the network that spoke; spaces have none of their own."""
    columns = iter([column for word in words.word_cols for column in word])
    width = float(words.line_txt_len) or 1.0
    confidences = words.confs if len(words.confs) == len(text) else [min(words.confs)] * len(text)
    reads: list[Read] = []
    last = 0.0
    for character, confidence in zip(text, confidences, strict=True):
        if not character.isspace():
            last = (next(columns, last * width) + 0.5) / width
        reads.append(Read(character, min(last, 1.0), float(confidence)))
    return reads
