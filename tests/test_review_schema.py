"""Whatever the OpenAPI description allows, and what it forbids, is never answered with a 5xx."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from extract.review import Settings, create_app

HERE = {"Host": "127.0.0.1"}
schemathesis = pytest.importorskip("schemathesis")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    store = tmp_path_factory.mktemp("schema") / "notices.db"
    rates = {"reads_a_minute": 100_000, "writes_a_minute": 100_000, "waiting": 1_000}
    app = create_app(Settings(store=f"sqlite:///{store}", workers=1, **rates))
    yield app
    app.state.service.close()


def test_no_request_breaks_the_server(application: object) -> None:
    described = schemathesis.openapi.from_asgi("/api/openapi.json", application, headers=HERE)
    tried = []
    for found in described.get_all_operations():
        operation = found.ok()
        tried += _try(operation)
    assert len(set(tried)) >= 15
    assert tried.count("POST /api/notices/{key}/records") >= 8


def _try(operation: object) -> list[str]:
    """Ask for an operation with what its description allows, and with what it forbids."""
    asked: list[str] = []
    modes = schemathesis.GenerationMode
    for mode, most in ((modes.POSITIVE, 6), (modes.NEGATIVE, 4)):

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=most,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: object) -> None:
            asked.append(operation.label)
            answer = case.call(headers={**(case.headers or {}), **HERE})
            assert answer.status_code < 500, f"{operation.label}: {answer.text}"
            if answer.status_code >= 400:
                assert answer.headers["content-type"][0] == "application/problem+json"

        with contextlib.suppress(Unsatisfiable):  # nothing can be wrong with no parameters
            check()
    return asked
