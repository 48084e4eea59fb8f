"""Defaults < file < environment, and where each value came from."""

from pathlib import Path

import pytest

from paperexport.errors import SettingsError
from paperexport.settings import Secret, Settings, load

TOML = """\
contact = "me@example.org"
keys = "auth + year"
cache = "~/answers"
[services.crossref]
url = "https://mirror.example.org"
interval = 2
[services.openalex]
key = "k3y"
[formats.bibtex]
ascii = true
protect = "whole"
"""


def loaded(folder: Path, toml: str | None = TOML, **environment: str) -> Settings:
    file = folder / "settings.toml"
    if toml is not None:
        file.write_text(toml)
    return load(environment, file=file, cache_folder=folder / "c", state_folder=folder / "s")


def test_defaults(tmp_path: Path) -> None:
    found = loaded(tmp_path, None)
    assert found == Settings(
        cache=tmp_path / "c" / "answers.sqlite",
        index=tmp_path / "c" / "index.sqlite",
        state=tmp_path / "s",
    )


def test_the_file(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert (found.contact, found.keys) == ("me@example.org", "auth + year")
    assert found.cache == Path("~/answers").expanduser()
    assert found.services["crossref"].url == "https://mirror.example.org"
    assert found.services["crossref"].interval == 2
    assert found.formats == {"bibtex": {"ascii": "true", "protect": "whole"}}
    assert found.origins["services.crossref.url"] == str(tmp_path / "settings.toml")
    assert "index" not in found.origins


def test_the_environment_wins(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        PAPEREXPORT_KEYS="auth",
        PAPEREXPORT_CROSSREF_URL="http://127.0.0.1:1/",
        PAPEREXPORT_SEMANTICSCHOLAR_KEY="other",
        PAPEREXPORT_CONTACT="",
        UNRELATED_URL="x",
    )
    assert found.keys == "auth"
    assert found.contact == "me@example.org"
    assert found.services["crossref"].url == "http://127.0.0.1:1/"
    assert found.services["crossref"].interval == 2
    assert found.origins["keys"] == "environment PAPEREXPORT_KEYS"
    assert set(found.services) == {"crossref", "openalex", "semanticscholar"}
    key = found.services["semanticscholar"].key
    assert key is not None
    assert key.reveal() == "other"


def test_a_secret_does_not_show(tmp_path: Path) -> None:
    found = loaded(tmp_path)
    assert "k3y" not in repr(found)
    assert "k3y" not in f"{found.services}"
    assert str(Secret("k3y")) == repr(Secret("k3y")) == "***"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("contact = ", "settings.toml"),
        ("contact = 1", "Expected `str`"),
        ("colour = 'red'", "colour"),
        ("[services.crossref]\ncolour = 'red'", "colour"),
        ("[services.crossref]\nurl = 'mirror'", "services.crossref.url is no URL"),
        ("contact = 'a'\ncontact = 'b'", "settings.toml"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(toml: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, toml)
    assert said in caught.value.message


@pytest.mark.parametrize("said", ["soon", "-1", "inf", "nan", "1e999"])
def test_an_interval_is_a_number(said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"services\.arxiv\.interval is no number"):
        loaded(tmp_path, PAPEREXPORT_ARXIV_INTERVAL=said)


def test_the_line_break_that_ends_a_file_is_no_part_of_a_key(tmp_path: Path) -> None:
    found = loaded(tmp_path, PAPEREXPORT_ARXIV_KEY="k3y\n", PAPEREXPORT_CONTACT=" me@x.org\r\n")
    key = found.services["arxiv"].key
    assert key is not None
    assert (key.reveal(), found.contact) == ("k3y", "me@x.org")


@pytest.mark.parametrize("said", ["k3y\nk3y", "k3yü", "k3y\x00", "k3y\x1b[0m"])
@pytest.mark.parametrize("name", ["PAPEREXPORT_ARXIV_KEY", "PAPEREXPORT_CONTACT"])
def test_what_no_header_holds_is_told_and_not_shown(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, **{name: said})
    assert "key" in caught.value.message or "contact" in caught.value.message
    assert "k3y" not in f"{caught.value!r}{caught.value.hint}{caught.value.message}"
