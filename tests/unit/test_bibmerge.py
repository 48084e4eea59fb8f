"""Records into a hand-kept .bib file."""

import difflib

import pytest

from paperexport.bibdocument import Document
from paperexport.bibmerge import Merged, dialect, merge, pattern_of, summary
from paperexport.bibverify import verify
from paperexport.citekeys import Pattern
from paperexport.errors import PaperExportError
from paperexport.normalization import normalize
from paperexport.plugins import Registry
from paperexport.record import Eprint, Name, PartialDate, Record
from paperexport.sources.bibtex import entries

KEPT = b"""\
% by hand
@string{alps = "Advances in Laundry"}

@misc{mine,
  title         = {Sorting {SOCKS}},
  author        = {Ada Lovelace},
  year          = 2024,
  eprint        = {2401.09042},
  archivePrefix = {arXiv},
}

@article{turing1950, author={Turing, A. M.}, title = {Computing} , year=1950, journal = alps}
"""
SOCKS = Record(
    title="Sorting Socks",
    author=(Name(family="Lovelace", given="Ada"),),
    issued=PartialDate(year=2024, month=1),
    eprint=Eprint(archive="arxiv", id="2401.09042", primary_class="cs.LG"),
    doi="10.48550/arXiv.2401.09042",
    url="https://arxiv.org/abs/2401.09042",
)
PUBLISHED = SOCKS.replace(
    type="paper-conference",
    container_title="Proceedings of ALPS",
    issued=PartialDate(year=2025),
    doi="10.5555/1",
    page="1-9",
)
NOTES = Record(
    type="article-journal",
    title="New Notes",
    author=(Name(family="Noether", given="Emmy"),),
    issued=PartialDate(year=1921),
    container_title="Annalen",
    doi="10.1000/n",
)
REGISTRY = Registry(entry_points=False)


def run(data: bytes, *records: tuple[str, Record], **options: object) -> Merged:
    document = Document(data, "refs.bib")
    merged = merge(document, records, REGISTRY.exporter(dialect(document)), **options)
    verify(document, merged.data, merged.touched)
    return merged


def changed(before: bytes, after: bytes) -> list[str]:
    lines = difflib.unified_diff(
        before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm=""
    )
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_a_first_meeting_fills_empty_fields() -> None:
    merged = run(KEPT, ("x", SOCKS.replace(title="SORTING socks", author=())))
    assert changed(KEPT, merged.data) == [
        "+  month         = jan,",
        "+  primaryClass  = {cs.LG},",
        "+  doi           = {10.48550/arXiv.2401.09042},",
        "+  url           = {https://arxiv.org/abs/2401.09042},",
    ]
    assert merged.touched == ("mine",)
    assert "title" not in merged.memory["mine"]


def test_again_changes_nothing() -> None:
    first = run(KEPT, ("x", SOCKS), ("y", NOTES))
    second = run(first.data, ("x", SOCKS), ("y", NOTES), memory=first.memory)
    assert second.data == first.data
    assert second.memory == first.memory
    assert summary(second.changes) == "nothing to do"


def test_what_we_wrote_and_nobody_touched_is_improved() -> None:
    first = run(KEPT, ("x", NOTES))
    better = NOTES.replace(container_title="Mathematische Annalen", volume="83")
    second = run(first.data, ("x", better), memory=first.memory)
    assert changed(first.data, second.data) == [
        "-  journal = {Annalen},",
        "-  doi = {10.1000/n}",
        "+  journal = {Mathematische Annalen},",
        "+  doi = {10.1000/n},",
        "+  volume = {83}",
    ]


def test_what_a_person_changed_stays() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"{Annalen}", b"{Ann. Math.}")
    same = run(edited, ("x", NOTES), memory=first.memory)
    assert same.data == edited
    assert same.diagnostics == ()
    better = NOTES.replace(container_title="Mathematische Annalen")
    other = run(edited, ("x", better), memory=first.memory)
    assert other.data == edited
    assert [d.code for d in other.diagnostics] == ["merge-conflict"]
    assert "'Ann. Math.'" in other.diagnostics[0].message
    assert "'Mathematische Annalen'" in other.diagnostics[0].message
    forced = run(edited, ("x", better), memory=first.memory, on_conflict="update")
    assert b"{Mathematische Annalen}" in forced.data
    kept = run(edited, ("x", better), memory=first.memory, on_conflict="update", keep=["journal"])
    assert kept.data == edited


def test_what_a_person_took_out_stays_out() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"  doi = {10.1000/n}\n", b"")
    assert run(edited, ("x", NOTES.replace(doi="10.1000/n")), memory=first.memory).data == edited


def test_two_versions_never_mix() -> None:
    merged = run(KEPT, ("x", PUBLISHED))
    assert [d.code for d in merged.diagnostics] == ["other-version"]
    assert b"10.5555/1" not in merged.data
    assert b"ALPS" not in merged.data
    assert b"2025" not in merged.data
    taken = run(KEPT, ("x", PUBLISHED), on_conflict="update")
    assert b"@inproceedings{mine," in taken.data
    for said in (b"= 2025", b"{10.5555/1}", b"{Proceedings of ALPS}", b"{2401.09042}"):
        assert said in taken.data
    assert b"2024," not in taken.data


def test_another_type_is_another_version_also_without_a_year() -> None:
    undated = KEPT.replace(b"  year          = 2024,\n", b"")
    merged = run(undated, ("x", PUBLISHED))
    assert not any(said in merged.data for said in (b"ALPS", b"2025", b"10.5555"))
    assert "article, no date" in merged.diagnostics[0].message
    taken = run(undated, ("x", PUBLISHED), on_conflict="update")
    assert b"@inproceedings{mine," in taken.data
    again = run(taken.data, ("x", PUBLISHED), memory=taken.memory, on_conflict="update")
    assert again.data == taken.data


def test_a_version_that_is_replaced_leaves_nothing_behind() -> None:
    first = run(KEPT, ("x", SOCKS))
    taken = run(first.data, ("x", PUBLISHED), memory=first.memory, on_conflict="update")
    assert b"month" not in taken.data
    assert b"10.48550" not in taken.data


def test_a_title_alone_is_no_identity() -> None:
    other = Record(title="Computing", author=(Name(family="Else", given="S."),),
                   issued=PartialDate(year=1950))  # fmt: skip
    assert len(Document(run(KEPT, ("other", other)).data).entries) == 3
    same = other.replace(author=(Name(family="Turing", given="Alan"),))
    assert len(Document(run(KEPT, ("other", same)).data).entries) == 2


def test_a_bare_listing_is_known_again_where_we_wrote_it() -> None:
    bare = Record(type="article", title="Only a Title", abstract="And an abstract.")
    first = run(KEPT, ("x", bare))
    assert run(first.data, ("x", bare), memory=first.memory).data == first.data
    # A person's own entry of that title may be another paper.
    assert len(Document(run(first.data, ("x", bare)).data).entries) == 4


def test_keys_in_use_are_not_given_again() -> None:
    merged = run(KEPT, ("turing1950", NOTES))
    assert [b.key for b in Document(merged.data).entries] == [
        "mine",
        "turing1950",
        "noether1921new",
    ]


def test_new_keys_follow_the_file() -> None:
    data = b"".join(
        b"@book{%b:%d, author={%b, A.}, title={On Things %d}, year={%d}}\n" % (n, y, n, y, y)
        for n, y in ((b"Abel", 1824), (b"Bolyai", 1832), (b"Cauchy", 1821))
    )
    merged = run(data, ("x", NOTES))
    assert Document(merged.data).entries[-1].key == "Noether:1921"


def test_a_key_of_what_is_no_paper_is_in_use_too() -> None:
    merged = run(b"@xdata{y, publisher = {P}}\n", ("y", NOTES))
    assert [block.key for block in Document(merged.data).entries] == ["y", "noether1921new"]


@pytest.mark.parametrize("formula", ["auth + year", "auth.lower + shortyear"])
def test_a_pattern_is_told(formula: str) -> None:
    records = [NOTES.replace(issued=PartialDate(year=y), doi="") for y in (1918, 1921, 1930)]
    keys = [Pattern.parse(formula).key(record) for record in records]
    found = pattern_of([*keys, "odd"], [*records, NOTES])
    assert found is not None
    assert found.key(NOTES) == Pattern.parse(formula).key(NOTES)
    assert pattern_of(keys[:2], records[:2]) is None


def test_a_pattern_that_came_late_is_told() -> None:
    records = [NOTES.replace(issued=PartialDate(year=1500 + n)) for n in range(500)]
    made = [f"noether{1500 + n}" for n in range(500)]
    for old, told in ((30, True), (180, True), (220, False), (500, False)):
        keys = [f"key{n}" for n in range(old)] + made[old:]
        found = pattern_of(keys, records)
        assert (found is not None and found.formula == "auth.lower + year") == told


def test_the_dialect_is_told() -> None:
    assert dialect(Document(KEPT)) == "bibtex"
    assert dialect(Document(b"@online{a, date={2024}}")) == "biblatex"
    assert dialect(Document(b"")) == "bibtex"


def test_a_latin_1_file_stays_one() -> None:
    data = "@misc{a, title={Café}, eprint={2401.09042}, archivePrefix={arXiv}}\n".encode("latin-1")
    merged = run(data, ("x", SOCKS.replace(author=(Name(family="Núñez", given="A."),))))
    assert "Núñez".encode("latin-1") in merged.data
    with pytest.raises(PaperExportError, match="latin-1"):
        run(data, ("x", SOCKS.replace(author=(Name(family="Łoś", given="A."),))))


def test_the_last_look_refuses_what_it_did_not_expect() -> None:
    document = Document(KEPT, "refs.bib")
    with pytest.raises(PaperExportError, match="more than it should"):
        verify(document, KEPT.replace(b"by hand", b"by me"), ())
    with pytest.raises(PaperExportError, match="bibtexparser"):
        verify(document, KEPT + b"@misc{n, title = {x}, title = {y}}\n", ("n",))


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        (b"%1\n@misc{a, title={x}}", b"%2\n@misc{a, title={y}}", "a"),
        (b"@misc{a, title={x}}\n%1", b"@misc{a, title={y}}\n%2", "a"),
        (b"@misc{a, title={x}}\n", b"@misc{a, title={y}}\n%2\n@misc{n, title={z}}", "an"),
        (b"@misc{a, title={x}} %1", b"@misc{a, title={x}} %1 @misc{n, title={z}}", "n"),
        # Behind a brace that is never closed, no entry reaches into the next line with an @.
        (b"@misc{d, t={\n@misc{a, t={x}}", b"@misc{d, t={\n@misc{a, t={\n@misc{b,}}}", "a"),
        (b"@misc{a, title={x}}", b"@misc{a, title={y\xff}}", "a"),
        (b"@misc{a, title={\xfc}}", "@misc{a, title={ü}}".encode(), ""),
    ],
)
def test_the_last_look_misses_nothing(old: bytes, new: bytes, touched: str) -> None:
    document = Document(old, "refs.bib")
    verify(document, old, tuple(touched))
    with pytest.raises(PaperExportError, match="more than it should"):
        verify(document, new, tuple(touched))


def test_macros_of_another_file_are_no_hindrance() -> None:
    kept = KEPT.replace(b"eprint ", b"journal       = IEEE_J_PAMI # { 1},\n  eprint ")
    assert b"IEEE_J_PAMI # { 1}" in run(kept, ("x", SOCKS)).data


def test_what_is_written_is_read_back() -> None:
    merged = run(KEPT, ("y", NOTES))
    found = [normalize(entry) for entry in entries(Document(merged.data))]
    assert found[-1].record == NOTES
    assert found[-1].key == "y"
