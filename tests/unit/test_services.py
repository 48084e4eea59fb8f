"""Who is asked in a run, where, how often and with which key."""

from pathlib import Path

import httpx
import pytest

from paperexport import http, services
from paperexport.errors import UsageError
from paperexport.index import build
from paperexport.plugins import Registry
from paperexport.settings import Secret, ServiceSettings, Settings


def settings(folder: Path, **found: ServiceSettings) -> Settings:
    return Settings(
        cache=folder / "cache.sqlite",
        index=folder / "index.sqlite",
        state=folder,
        contact="me@example.org",
        services=found,
    )


@pytest.fixture
def registry() -> Registry:
    return Registry(entry_points=False)


def test_all_that_can_answer_are_asked_in_their_order(tmp_path: Path, registry: Registry) -> None:
    assert list(services.chosen(registry, settings(tmp_path))) == [
        "arxiv", "huggingface", "datacite", "crossref", "dblp", "openreview", "semanticscholar",
    ]  # fmt: skip


def test_openalex_is_asked_with_a_key_or_by_name(tmp_path: Path, registry: Registry) -> None:
    keyed = settings(tmp_path, openalex=ServiceSettings(key=Secret("k")))
    assert "openalex" in services.chosen(registry, keyed)
    assert list(services.chosen(registry, settings(tmp_path), ["openalex"])) == ["openalex"]


def test_the_index_is_asked_first_where_there_is_one(tmp_path: Path, registry: Registry) -> None:
    build(tmp_path / "index.sqlite", [("a", {"title": "Socks"})])
    assert next(iter(services.chosen(registry, settings(tmp_path)))) == "index"
    assert list(services.chosen(registry, settings(tmp_path), ["index"])) == ["index"]
    assert list(services.chosen(registry, settings(tmp_path), ["dblp"])) == ["dblp"]


def test_an_index_that_is_named_and_not_there_is_told(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(UsageError, match="there is no index") as missing:
        services.chosen(registry, settings(tmp_path), ["index", "arxiv"])
    assert "index build" in missing.value.hint


def test_settings_reach_their_service(tmp_path: Path, registry: Registry) -> None:
    said = ServiceSettings(url="http://127.0.0.1:8080/arxiv", interval=9.0)
    found = services.chosen(registry, settings(tmp_path, arxiv=said))["arxiv"]
    assert (getattr(found, "url", ""), getattr(found, "interval", 0)) == (said.url, 9.0)
    other = services.chosen(registry, settings(tmp_path))["arxiv"]
    assert (getattr(other, "url", ""), getattr(other, "interval", 0)) == (
        "https://export.arxiv.org", 3.0
    )  # fmt: skip


@pytest.mark.parametrize("names", [["arxv"], ["arxiv", "nobody"]])
def test_a_service_that_is_unknown(names: list[str], tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(UsageError):
        services.chosen(registry, settings(tmp_path), names)


def test_answers_are_asked_for_again_after_a_month(tmp_path: Path, registry: Registry) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, text="{}")

    at = settings(tmp_path)
    for days in (0, 29, 31):
        with http.Cache(at.cache) as cache:
            cache._db.execute("UPDATE answer SET retrieved = retrieved - ?", (days * 86400.0,))
            cache._db.execute("DELETE FROM turn")
        run = services.connect(registry, at, transport=httpx.MockTransport(answer))
        http.fetch(run.client, "arxiv", "http://127.0.0.1:9/x")
        run.close()
    assert len(asked) == 2


def test_nobody_left_to_ask(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(UsageError, match="no service"):
        services.chosen(registry, settings(tmp_path), [])


def test_keys_go_where_they_belong(tmp_path: Path, registry: Registry) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="{}")

    said = {
        name: ServiceSettings(key=Secret(f"key-of-{name}"), interval=0)
        for name in ("arxiv", "huggingface", "openalex", "semanticscholar")
    }
    run = services.connect(
        registry, settings(tmp_path, **said), transport=httpx.MockTransport(answer)
    )
    for name in said:
        http.fetch(run.client, name, f"https://{name}.example/x")
    run.close()
    by_name = {str(r.url.host).partition(".")[0]: r for r in seen}
    assert by_name["huggingface"].headers["authorization"] == "Bearer key-of-huggingface"
    assert by_name["semanticscholar"].headers["x-api-key"] == "key-of-semanticscholar"
    assert by_name["openalex"].url.params["api_key"] == "key-of-openalex"
    assert "key-of" not in str(by_name["arxiv"].url) + repr(by_name["arxiv"].headers.raw)
    for name, request in by_name.items():
        others = {f"key-of-{other}" for other in said if other != name}
        assert not any(key in str(request.url) + str(request.headers.raw) for key in others)
        assert "mailto:me@example.org" in request.headers["user-agent"]


def test_offline_asks_nobody(tmp_path: Path, registry: Registry) -> None:
    run = services.connect(registry, settings(tmp_path), offline=True)
    with pytest.raises(http.Offline):
        http.fetch(run.client, "arxiv", "https://export.arxiv.org/api/query")
    run.close()
