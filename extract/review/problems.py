"""Errors as ``application/problem+json`` (RFC 9457), in Chinese."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy import exc
from starlette.exceptions import HTTPException

from extract.errors import ExtractError, LimitExceeded, MissingComponent
from extract.review.settings import RETRY

MEDIA_TYPE = "application/problem+json"
_SHOWN = 5  # errors of one request that are named
_TITLES = {
    **{400: "请求有误", 401: "没有登录", 403: "没有权限", 404: "没有找到", 405: "不能这样请求"},
    **{408: "太慢", 409: "有冲突", 412: "内容已变", 413: "太大", 415: "格式不对", 421: "地址不对"},
    **{422: "内容不对", 429: "太频繁", 500: "程序出错", 503: "正忙"},
}


class Problem(BaseModel):
    """What went wrong, as every error answer says it."""

    type: str = Field(default="about:blank", description="这一种问题的名称")
    title: str
    status: int
    detail: str = Field(description="发生了什么，接下来怎么办")
    code: str | None = Field(default=None, description="输入文件的错误种类")


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, code: str | None = None
) -> JSONResponse:
    """Return the answer for a problem."""
    title = _TITLES.get(status, HTTPStatus(status).phrase)
    content = Problem(title=title, status=status, detail=detail, code=code)
    return JSONResponse(
        content.model_dump(exclude_none=True), status, dict(headers or {}), MEDIA_TYPE
    )


def register(app: FastAPI) -> None:
    """Have every error of the application answered so."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ExtractError, _refused)
    for kind in (exc.OperationalError, exc.InterfaceError, exc.TimeoutError):
        app.add_exception_handler(kind, _away)
    app.add_exception_handler(Exception, _bug)


async def _http(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    known = error.detail != HTTPStatus(error.status_code).phrase
    detail = str(error.detail) if known else _TITLES.get(error.status_code, str(error.detail))
    return problem(error.status_code, detail, error.headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    parts = [f"{'.'.join(map(str, one['loc']))}：{one['msg']}" for one in error.errors()[:_SHOWN]]
    return problem(422, "；".join(parts))


async def _refused(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ExtractError):
        raise error
    status = 413 if isinstance(error, LimitExceeded) else 422
    status = 503 if isinstance(error, MissingComponent) else status
    return problem(status, str(error), code=error.code)


async def _away(_: Request, error: Exception) -> JSONResponse:
    """The store is locked for too long, or all ways to it are taken."""
    return problem(503, "存储正忙；请过一会儿再试", RETRY)


async def _bug(_: Request, error: Exception) -> JSONResponse:
    return problem(500, "程序出错了。这是缺陷，不是文件的问题；请报告给开发者")
