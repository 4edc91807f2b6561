"""The review server: upload to correction, and everything it refuses."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extract.errors import ExtractError
from extract.review import Settings, create_app
from extract.review.settings import check_host

testclient = pytest.importorskip("fastapi.testclient")
TestClient = testclient.TestClient
SEED_B = Path(__file__).resolve().parent.parent / "samples" / "jining-hitech-2023.pdf"
WAIT_S = 60
HERE = "http://127.0.0.1"
EVIL = '<script>document.title="ran"</script>'
TEXT = f"""2024年度XX市民生实事
第一件：城区停车工程{EVIL}。新建停车位1000个，财政资金50万元。责任单位：市教育局。
第二件：社区食堂工程。新建食堂3个，财政资金60万元。责任单位：市民政局。
第三件：学校照明工程。改造教室80间。责任单位：市教育局。
"""


def _settings(folder: Path, **more: object) -> Settings:
    return Settings(store=f"sqlite:///{folder / 'notices.db'}", workers=1, **more)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(_settings(tmp_path_factory.mktemp("review"), max_upload_bytes=400_000))
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def _finished(client: TestClient, job: str) -> dict[str, object]:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        found = client.get(f"/api/jobs/{job}").json()
        if found["state"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    pytest.fail("任务没有做完")


def _upload(client: TestClient, name: str, content: bytes) -> dict[str, object]:
    answer = client.post("/api/files", files={"file": (name, content)})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/jobs/{answer.json()[0]['id']}"
    return _finished(client, answer.json()[0]["id"])


@pytest.fixture(scope="module")
def key(client: TestClient) -> str:
    done = _upload(client, f"清单{EVIL}.txt", TEXT.encode())
    assert done["state"] == "done", done
    return str(done["notice"])


def _say(client: TestClient, key: str, pointer: str, action: str, **more: object) -> object:
    body = {"pointer": pointer, "action": action, "author": "审核员甲", **more}
    return client.post(f"/api/notices/{key}/records", json=body)


def test_a_file_becomes_a_notice(client: TestClient, key: str) -> None:
    notice = client.get(f"/api/notices/{key}").json()
    assert [one["name"][:6] for one in notice["projects"]] == [
        "城区停车工程",
        "社区食堂工程",
        "学校照明工程",
    ]
    assert notice["projects"][0]["quantities"][0]["value"] == "1000"


def test_a_correction_stands_over_a_new_extraction(client: TestClient, key: str) -> None:
    pointer = "/projects/0/quantities/0"
    said = _say(client, key, pointer, "correct", field="value", new="1200", reason="对照原件")
    assert said.status_code == 201, said.text
    assert said.json()["state"] == "applied"
    record = said.json()["record"]
    assert (record["author"], record["old"], record["new"]) == ("审核员甲", "1000", "1200")
    again = client.post(f"/api/notices/{key}/again")
    assert _finished(client, again.json()["id"])["notice"] == key
    value = client.get(f"/api/notices/{key}").json()["projects"][0]["quantities"][0]["value"]
    assert value == "1200"
    plain = client.get(f"/api/notices/{key}?extracted=true").json()
    assert plain["projects"][0]["quantities"][0]["value"] == "1000"


def test_a_correction_stands_over_a_reissued_file(client: TestClient, key: str) -> None:
    pointer = "/projects/1/amounts/0"
    assert _say(client, key, pointer, "correct", field="value", new="650000").status_code == 201
    assert _say(client, key, "/projects/2/quantities/0", "accept").status_code == 201
    shifted = TEXT.replace("第一件", "为民办实事，现将清单印发。\n第一件").replace("80间", "90间")
    done = _upload(client, "清单（修订）.txt", shifted.encode())
    assert done["notice"] == key
    outcomes = client.get(f"/api/notices/{key}/records").json()
    states = {one["record"]["quote"]: one["state"] for one in outcomes}
    assert states["60万元"] == "applied"
    assert states["80间"] == "conflict"
    waiting = client.get(f"/api/notices/{key}/queue").json()
    assert waiting[0]["quote"] == "80间"
    assert (
        client.get(f"/api/notices/{key}").json()["projects"][1]["amounts"][0]["value"] == "650000"
    )
    _upload(client, "清单.txt", TEXT.encode() + b"\n")


@pytest.mark.parametrize("action", ["accept", "reject", "comment"])
def test_every_value_can_be_judged(client: TestClient, key: str, action: str) -> None:
    for pointer in ("/projects/0", "/projects/0/departments/0", "/plan_year"):
        said = _say(client, key, pointer, action, reason="看过")
        assert (said.status_code, said.json()["pointer"]) == (201, pointer)


def test_an_etag_saves_the_way_and_guards_the_change(client: TestClient, key: str) -> None:
    first = client.get(f"/api/notices/{key}")
    etag = first.headers["etag"]
    assert client.get(f"/api/notices/{key}", headers={"If-None-Match": etag}).status_code == 304
    body = {"pointer": "/projects/1/quantities/0", "action": "comment", "reason": "再核"}
    path = f"/api/notices/{key}/records"
    said = client.post(path, json=body, headers={"If-Match": etag})
    assert said.status_code == 201
    assert said.headers["etag"] != etag
    late = client.post(path, json=body, headers={"If-Match": etag})
    assert late.status_code == 412
    assert client.get(f"/api/notices/{key}", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("question", "found"),
    [
        *(("department=教育局", True), ("department=水利局", False), ("year=2024", True)),
        *(("year=2023", False), ("q=民生实事", True), ("number=淄高", False)),
    ],
)
def test_notices_are_found_by(client: TestClient, key: str, question: str, found: bool) -> None:
    keys = [one["id"] for one in client.get(f"/api/notices?{question}").json()]
    assert (key in keys) == found


def test_downloads(client: TestClient, key: str) -> None:
    from openpyxl import load_workbook

    ledger = client.get(f"/api/notices/{key}/xlsx")
    assert ledger.headers["content-disposition"].startswith("attachment")
    from io import BytesIO

    book = load_workbook(BytesIO(ledger.content))
    assert "台账" in book.sheetnames
    report = client.get(f"/api/notices/{key}/report")
    assert "default-src &#x27;none&#x27;" in report.text
    task = client.get(f"/api/notices/{key}/label-studio").json()
    assert task[0]["data"]["notice_id"] == client.get(f"/api/notices/{key}").json()["id"]


def test_records_go_out_and_come_in_again(client: TestClient, key: str) -> None:
    assert _say(client, key, "/projects/1", "comment", reason="导出").status_code == 201
    lines = client.get("/api/records").content
    count = len(lines.splitlines())
    assert count >= 1
    for name, content in (
        ("a.jsonl", lines),
        ("a.xlsx", client.get("/api/records?to=xlsx").content),
    ):
        done = client.post("/api/records", files={"file": (name, content)}).json()
        assert done == {"records": count, "new": 0, "without_notice": 0}


def test_nothing_of_a_notice_is_markup(client: TestClient, key: str) -> None:
    for path in ("/", f"/notices/{key}", "/queue"):
        page = client.get(path)
        assert page.status_code == 200
        assert EVIL not in page.text
        assert "&lt;script&gt;" in page.text or not path.startswith("/notices")


@pytest.mark.parametrize("path", ["/", "/queue", "/docs", "/health", "/api/openapi.json"])
def test_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def _problem(answer: object, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    return answer.json()["detail"]


def test_problems_are_problems(client: TestClient, key: str) -> None:
    assert "没有编号为" in _problem(client.get("/api/notices/nt-1"), 404)
    _problem(client.get("/api/jobs/1"), 404)
    _problem(client.get("/nowhere"), 404)
    _problem(client.get("/api/notices?year=1"), 422)
    _problem(client.delete(f"/api/notices/{key}"), 405)
    detail = _problem(
        _say(client, key, "/projects/0/amounts/0", "correct", field="value", new="十万"), 422
    )
    assert "不能写成" in detail
    _problem(_say(client, key, "/projects/99", "accept"), 404)
    _problem(client.post("/api/records", files={"file": ("a.jsonl", b"{")}), 422)


def test_a_file_that_is_refused_is_a_failed_job(client: TestClient) -> None:
    done = _upload(client, "坏的.pdf", b"%PDF-1.7 broken")
    assert done["state"] == "failed"
    assert done["error"]["message"].startswith("坏的.pdf：")


def test_too_large_an_upload_is_refused_before_it_is_read(client: TestClient) -> None:
    assert "上限" in _problem(
        client.post("/api/files", files={"file": ("a.txt", b"1" * 600_000)}), 413
    )

    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        while sent < 50_000_000:
            sent += 65_536
            yield b"1" * 65_536

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    _problem(client.post("/api/files", content=endless(), headers=headers), 413)


def test_another_site_cannot_change_anything(client: TestClient, key: str) -> None:
    path = f"/api/notices/{key}/again"
    _problem(client.post(path, headers={"Origin": "https://evil.example"}), 403)
    _problem(client.post(path, headers={"Sec-Fetch-Site": "cross-site"}), 403)
    _problem(client.post(path, headers={"Origin": HERE}), 403)  # without the mark of a page
    _problem(client.get("/health", headers={"Host": "evil.example"}), 421)


def test_a_page_may_change_what_it_shows(client: TestClient, key: str) -> None:
    mark = client.get("/").text.split('name="csrf" content="')[1].split('"')[0]
    headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": mark}
    answer = client.post(f"/api/notices/{key}/again", headers=headers)
    assert answer.status_code == 202
    _finished(client, answer.json()["id"])


def test_english_pages(client: TestClient) -> None:
    client.get("/language/en")
    assert '<html lang="en"' in client.get("/").text
    client.get("/language/zh")


READER, REVIEWER = "r" * 24, "w" * 24


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("guarded")
    tokens = folder / "tokens.toml"
    tokens.write_text(
        f'[[user]]\nname = "看的人"\nrole = "reader"\ntoken = "{READER}"\n'
        f'[[user]]\nname = "审的人"\nrole = "reviewer"\ntoken = "{REVIEWER}"\n',
        encoding="utf-8",
    )
    tokens.chmod(0o600)
    limits = {"sign_ins_a_minute": 6, "waiting": 1}
    app = create_app(_settings(folder, tokens=tokens, **limits))
    with TestClient(app, base_url="http://review.example") as client:
        yield client


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_stranger_sees_nothing(guarded: TestClient) -> None:
    assert guarded.get("/health").status_code == 200
    for path in ("/api/notices", "/api/queue", "/api/records", "/api/jobs", "/pages/a/1"):
        _problem(guarded.get(path), 401)
    _problem(guarded.get("/api/notices", headers=_bearer("x" * 24)), 401)
    for path in ("/", "/queue", "/docs", "/notices/nt-1"):
        answer = guarded.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"][:9]) == (303, "/sign-in?")


def test_a_reader_looks_and_changes_nothing(guarded: TestClient) -> None:
    assert guarded.get("/api/notices", headers=_bearer(READER)).json() == []
    upload = {"file": ("a.txt", TEXT.encode())}
    _problem(guarded.post("/api/files", files=upload, headers=_bearer(READER)), 403)


def test_a_full_queue_says_when_to_come_again(guarded: TestClient) -> None:
    """One worker, one place to wait: of four files at once some are turned away, none is lost."""
    answers = [
        guarded.post(
            "/api/files",
            files={"file": (f"{n}.pdf", SEED_B.read_bytes() + b"\n" * n)},
            headers=_bearer(REVIEWER),
        )
        for n in range(4)
    ]
    refused = [one for one in answers if one.status_code == 503]
    assert refused
    assert int(refused[0].headers["retry-after"]) > 0
    taken = [one.json()[0]["id"] for one in answers if one.status_code == 202]
    jobs = {one["id"] for one in guarded.get("/api/jobs", headers=_bearer(READER)).json()}
    assert jobs == set(taken)


def test_a_session_needs_the_mark_of_its_pages(guarded: TestClient) -> None:
    page = guarded.post("/sign-in", data={"token": REVIEWER, "to": "//evil.example"})
    assert str(page.url) == "http://review.example/"
    assert "HttpOnly" in page.history[0].headers["set-cookie"]
    assert "SameSite=strict" in page.history[0].headers["set-cookie"]
    assert "审的人" in page.text
    upload = {"file": ("a.jsonl", b"")}
    _problem(guarded.post("/api/records", files=upload), 403)
    mark = page.text.split('name="csrf" content="')[1].split('"')[0]
    done = guarded.post("/api/records", files=upload, headers={"X-CSRF-Token": mark})
    assert done.json() == {"records": 0, "new": 0, "without_notice": 0}
    guarded.post("/sign-out", headers={"X-CSRF-Token": mark})
    _problem(guarded.get("/api/jobs"), 401)


def test_guessing_tokens_is_slow(guarded: TestClient) -> None:
    answers = [guarded.post("/sign-in", data={"token": "guess"}) for _ in range(12)]
    assert {one.status_code for one in answers} == {401, 429}
    assert int(answers[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        ("", 0o600, "里没有人"),
        ("[[user]]\nname='甲'\nrole='reader'\ntoken='short'", 0o600, "24 个字符"),
        (f"[[user]]\nname='甲'\nrole='root'\ntoken='{READER}'", 0o600, "reviewer"),
        ("[[user]", 0o600, "不是 TOML"),
        (f"[[user]]\nname='甲'\nrole='reader'\ntoken='{READER}'", 0o644, "chmod 600"),
    ],
)
def test_a_bad_token_file_is_refused(tmp_path: Path, content: str, mode: int, words: str) -> None:
    path = tmp_path / "tokens.toml"
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(ExtractError, match=words):
        create_app(_settings(tmp_path, tokens=path))


def test_only_this_computer_without_tokens(tmp_path: Path) -> None:
    check_host("127.0.0.1", _settings(tmp_path))
    with pytest.raises(ExtractError, match="--tokens"):
        check_host("0.0.0.0", _settings(tmp_path))  # noqa: S104


def test_what_a_stopped_server_left_is_done_by_the_next(tmp_path: Path) -> None:
    from extract.review.shelf import Shelf

    settings = _settings(tmp_path)
    shelf = Shelf(settings.store)
    job = shelf.add_file(TEXT.encode(), "清单.txt", "甲")
    shelf.begin(job.id)
    shelf.close()
    with TestClient(create_app(settings), base_url=HERE) as client:
        assert _finished(client, job.id)["state"] == "done"


def test_the_openapi_page_names_every_call(client: TestClient) -> None:
    schema = client.get("/api/openapi.json").json()
    page = client.get("/docs").text
    assert "/api/files" in schema["paths"]
    for path in schema["paths"]:
        assert path in page
    assert json.dumps(schema)


@pytest.mark.parametrize("reason", ["空\0字符", "半个\ud800字符"], ids=["nul", "half"])
def test_what_no_database_takes_is_no_record(client: TestClient, key: str, reason: str) -> None:
    body = {"pointer": "/projects/0", "action": "comment", "author": "甲", "reason": reason}
    answer = client.post(
        f"/api/notices/{key}/records",
        content=json.dumps(body),
        headers={"Content-Type": "application/json"},
    )
    _problem(answer, 422)
    said = _say(client, key, "/projects/0", "comment", reason="看过").json()["record"]
    row = {**said, "reason": reason}
    line = json.dumps(row).encode()
    _problem(client.post("/api/records", files={"file": ("a.jsonl", line)}), 422)


def test_a_workbook_that_crashes_its_reader_is_refused(client: TestClient) -> None:
    from hostile._office import said, xlsx

    far = f'<row r="1">{said("5")}</row><row r="999999999">{said("5", "A999999999")}</row>'
    answer = client.post("/api/records", files={"file": ("a.xlsx", xlsx(far))})
    assert _problem(answer, 422).startswith(("a.xlsx：", "程序出错"))
    assert client.get("/health").json() == {"status": "ok", "waiting": 0}
