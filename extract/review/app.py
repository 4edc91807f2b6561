"""The FastAPI application: guard, API, pages, and the service that lives as long as it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.staticfiles import StaticFiles

from extract.review import api, pages, problems
from extract.review.guard import Guard
from extract.review.pages import STATIC
from extract.review.service import Service
from extract.review.settings import RETRY, Settings
from extract.unseen import escaped

_TITLE = "政策通知审阅"


class SafeJSON(JSONResponse):
    """JSON in which marks that steer how text is shown stand as escapes."""

    def render(self, content: object) -> bytes:
        """Return the content as UTF-8."""
        return escaped(super().render(content).decode()).encode()


class Health(BaseModel):
    """How the server is (健康状况)."""

    status: str
    waiting: int


def create_app(settings: Settings) -> FastAPI:
    """Return the application; the database is opened and the workers begin at once.

    Raises:
        ExtractError: the store cannot be opened, or the token file is not as it should be.
    """
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    # The pages that FastAPI would show for the API load scripts from elsewhere; ours does not.
    app = FastAPI(
        title=_TITLE,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        default_response_class=SafeJSON,
    )
    app.state.service = service
    problems.register(app)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard, service=service)

    @app.get("/health", summary="健康状况", responses=api.BUSY)
    async def health() -> Health:
        """Say that the server runs, and how many files wait; asks nobody, so it is fast."""
        if not service.pulse.is_felt:
            raise HTTPException(503, "存储没有应答；请检查数据库", RETRY)
        return Health(status="ok", waiting=service.workers.waiting)

    return app
