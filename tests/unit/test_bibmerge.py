"""Records into a hand-kept .bib file."""

import difflib
import logging

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


def test_an_entry_that_its_eprint_makes_a_preprint_is_filled_at_once() -> None:
    kept = b"@article{s, title={Sorting Socks}, author={Lovelace, A.}, year=2024}\n"
    first = run(kept, ("x", SOCKS))
    assert first.diagnostics == ()
    assert b"month=jan" in first.data
    assert run(first.data, ("x", SOCKS), memory=first.memory).data == first.data


def test_what_we_wrote_and_nobody_touched_is_improved() -> None:
    first = run(KEPT, ("x", NOTES))
    better = NOTES.replace(container_title="Mathematische Annalen", volume="83")
    second = run(first.data, ("x", better), memory=first.memory)
    assert changed(first.data, second.data) == [
        "-  journal = {Annalen},",
        "+  journal = {Mathematische Annalen},",
        "+  volume  = {83},",
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


def test_a_conflict_is_told_with_its_line_before_and_after() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"{Annalen}", b"{Ann. Math.}")
    better = NOTES.replace(container_title="Mathematische Annalen")
    merged = run(edited, ("y", SOCKS), ("x", better), memory=first.memory)
    for data, told in ((edited, merged.diagnostics), (merged.data, merged.written)):
        (one,) = told
        assert data.splitlines()[one.origin.line - 1] == b"  journal = {Ann. Math.},"
    assert merged.written[0].origin.line > merged.diagnostics[0].origin.line


def test_what_a_person_took_out_stays_out() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"  doi     = {10.1000/n},\n", b"")
    assert edited != first.data
    assert run(edited, ("x", NOTES.replace(doi="10.1000/n")), memory=first.memory).data == edited


@pytest.mark.parametrize(
    "changes", [b"", b"  volume  = {83},\n"], ids=["alone", "and a field gone"]
)
def test_a_key_that_a_person_changed_is_followed(changes: bytes) -> None:
    first = run(KEPT, ("x", NOTES.replace(volume="83")))
    edited = first.data.replace(b"{x,", b"{Noether:21,").replace(changes, b"")
    better = NOTES.replace(container_title="Mathematische Annalen", volume="83")
    second = run(edited, ("x", better), memory=first.memory)
    assert changed(edited, second.data) == [
        "-  journal = {Annalen},", "+  journal = {Mathematische Annalen},",
    ]  # fmt: skip
    assert "x" not in second.memory


def test_a_key_that_has_another_paper_now() -> None:
    first = run(KEPT, ("x", NOTES))
    start = first.data.index(b"@article{x")
    edited = first.data[:start] + b"@book{x, title={On Groups}, author={Abel, N.}, journal={?}}\n"
    groups = Record(type="book", title="On Groups", author=(Name(family="Abel", given="N."),),
                    doi="10.1000/g", issued=PartialDate(year=1826))  # fmt: skip
    second = run(edited.replace(b"}}", b"}, year=1826}"), ("y", groups), memory=first.memory)
    assert b"year=1826, doi={10.1000/g}}" in second.data
    assert second.diagnostics == ()


def test_a_macro_in_the_place_of_our_text_is_a_persons() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"{Annalen}", b"ann").replace(b"% by", b'@string{ann="Annalen"} %')
    better = NOTES.replace(container_title="Mathematische Annalen")
    second = run(edited, ("x", better), memory=first.memory)
    assert second.data == edited
    assert [d.code for d in second.diagnostics] == ["merge-conflict"]


def test_a_month_is_a_macro_and_is_improved() -> None:
    first = run(KEPT, ("x", NOTES.replace(issued=PartialDate(year=1921, month=1))))
    assert b"  month   = jan,\n" in first.data
    again = run(first.data, ("x", NOTES.replace(issued=PartialDate(year=1921, month=1))),
                memory=first.memory)  # fmt: skip
    assert (again.data, again.memory) == (first.data, first.memory)
    second = run(first.data, ("x", NOTES.replace(issued=PartialDate(year=1921, month=2))),
                 memory=first.memory)  # fmt: skip
    assert second.data == first.data.replace(b"= jan", b"= feb")
    assert second.diagnostics == ()


def test_a_field_without_a_word_is_empty() -> None:
    blank = b"""@article{n, title={New Notes}, author={Noether, E.}, year={1921}, doi = {},
  journal = "", month = { }, volume={}}
"""
    found = NOTES.replace(issued=PartialDate(year=1921, month=3))
    first = run(KEPT + blank, ("x", found))
    assert b'doi = {10.1000/n},\n  journal = "Annalen", month = mar, volume={}}' in first.data
    emptied = first.data.replace(b'"Annalen"', b'""')
    assert run(emptied, ("x", found), memory=first.memory).data == emptied


@pytest.mark.parametrize(
    ("parent", "field"),
    [
        (b"@book{p, title={Annalen}, year={1921}, publisher={S}}\n", b"crossref"),
        (b"@xdata{p, journal={Annalen}, year={1921}}\n", b"xdata"),
    ],
)
def test_what_the_parent_says_is_no_empty_field(parent: bytes, field: bytes) -> None:
    kind = b"inbook" if field == b"crossref" else b"article"
    child = b"@%b{n, title={New Notes}, author={Noether, E.}, %b={p}}\n" % (kind, field)
    record = NOTES.replace(type="chapter" if field == b"crossref" else NOTES.type)
    merged = run(child + parent, ("x", record))
    assert merged.data == child.replace(b"}}", b"}, doi={10.1000/n}}") + parent


@pytest.mark.parametrize(
    "parents",
    [
        (
            b"@proceedings{p, title={Annalen}, xdata={q}}\n@xdata{q, xdata={r}}\n"
            b"@xdata{r, xdata={q}, publisher={S}, year=1921}\n"
        ),
        (
            b"@proceedings{p, title={Annalen}, crossref={q}}\n@xdata{r, publisher={S}}\n"
            b"@mvproceedings{q, title={All}, year=1921, xdata={r}, crossref={p}}\n"
        ),
    ],
    ids=["xdata", "crossref"],
)
def test_what_a_parent_has_from_its_parent_is_no_empty_field(parents: bytes) -> None:
    child = b"@inproceedings{n, title={New Notes}, author={Noether, E.}, crossref={p}}\n"
    record = NOTES.replace(type="paper-conference", publisher="S")
    merged = run(child + parents, ("x", record))
    assert merged.data == child.replace(b"}}", b"}, doi={10.1000/n}}") + parents


def test_fields_are_kept_by_either_of_their_names() -> None:
    bib = b"@online{mine, title={Sorting Socks}, eprint={2401.09042}, eprinttype={arxiv}}\n"
    assert b"date" not in run(bib, ("x", SOCKS), keep=["year"]).data
    assert b"date" in run(bib, ("x", SOCKS)).data


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


def test_the_address_of_one_version_is_not_the_others() -> None:
    assert (
        b"doi.org" not in run(KEPT, ("x", PUBLISHED.replace(url="https://doi.org/10.5555/1"))).data
    )


def test_of_two_versions_in_the_file_each_gets_its_own() -> None:
    apart = (
        KEPT
        + b"""
@inproceedings{alps,
  title = {Sorting Socks},
  author = {Lovelace, Ada},
  year = 2025,
  doi = {10.5555/1},
  eprint = {2401.09042},
  archivePrefix = {arXiv}
}
"""
    )
    merged = run(apart, ("x", PUBLISHED))
    assert merged.diagnostics == ()
    assert merged.touched == ("alps",)
    other = run(apart.replace(b"  doi = {10.5555/1},\n", b""), ("x", SOCKS), ("y", PUBLISHED))
    assert other.diagnostics == ()
    assert other.touched == ("mine", "alps")


def test_versions_stay_apart_where_that_is_asked() -> None:
    pairs = (("a", SOCKS), ("b", PUBLISHED))
    first = run(KEPT, *pairs, apart=True)
    assert first.touched == ("mine", "b")
    assert first.diagnostics == ()
    assert run(first.data, *pairs, memory=first.memory, apart=True).data == first.data
    assert run(KEPT, ("b", PUBLISHED), apart=True).touched == ("b",)


@pytest.mark.parametrize("on_conflict", ["keep", "update"])
def test_two_records_of_one_entry_are_one(on_conflict: str) -> None:
    united = KEPT.replace(b"  year ", b"  doi           = {10.5555/1},\n  note={},\n  year ")
    by_doi = PUBLISHED.replace(eprint=None, note="one")
    by_eprint = SOCKS.replace(doi="", note="other", url="")
    merged = run(united, ("x", by_doi), ("y", by_eprint), on_conflict=on_conflict)
    assert len(Document(merged.data).entries) == 2
    assert merged.data.count(b"note=") == 1
    again = run(merged.data, ("x", by_doi), ("y", by_eprint), memory=merged.memory,
                on_conflict=on_conflict)  # fmt: skip
    assert again.data == merged.data


MODERN = b"""@online{m, title={Sorting Socks}, author={Ada Lovelace}, date={2024-01}, url={},
  eprint={2401.09042}, eprinttype={arxiv}, journaltitle={}}
"""


def test_an_entry_of_the_other_dialect_keeps_its_names() -> None:
    classic = b"@article{a, year=1999}\n@article{b, year=1999}\n@article{c, year=1999}\n"
    first = run(classic + MODERN, ("x", SOCKS))
    assert first.data.endswith(
        b"journaltitle={}, eprintclass={cs.LG}, doi={10.48550/arXiv.2401.09042}}\n"
    )
    journal = PUBLISHED.replace(type="article-journal", issued=PartialDate(year=2025, month=3))
    taken = run(classic + MODERN, ("x", journal), on_conflict="update")
    assert b"date={2025-03}" in taken.data
    assert b"journaltitle={Proceedings of ALPS}" in taken.data
    assert b"@article{m," in taken.data
    assert b"year={2025}" not in taken.data


def test_an_entry_of_the_older_dialect_keeps_its_names() -> None:
    modern = b"@online{a, date={1999}}\n" * 3
    taken = run(modern + KEPT, ("x", PUBLISHED), on_conflict="update")
    assert b"  year          = 2025,\n" in taken.data
    assert b"date " not in taken.data


def test_another_year_of_one_doi_is_no_other_version() -> None:
    bib = b"@article{n, title={New Notes}, doi={10.1000/N}, year=1920, publisher={Springer}}\n"
    merged = run(bib, ("x", NOTES), on_conflict="update")
    assert merged.data.startswith(bib[:-3])
    assert b"{Annalen}" in merged.data


@pytest.mark.parametrize(
    ("one", "other"),
    [({"doi": "10.1000/a"}, {"doi": "10.1000/b"}),
     ({"eprint": SOCKS.eprint}, {"eprint": Eprint(archive="arxiv", id="2401.09043")})],
    ids=["DOI", "arXiv"],
)  # fmt: skip
def test_identifiers_that_differ_are_two_papers(one: dict, other: dict) -> None:
    editorial = Record(
        type="article",
        title="Editorial",
        author=SOCKS.author,
        issued=PartialDate(year=2024),
    )
    first = run(b"", ("a", editorial.replace(**one)))
    second = run(first.data, ("b", editorial.replace(**other)))
    assert second.data.startswith(first.data)
    assert len(Document(second.data).entries) == 2


@pytest.mark.parametrize(
    ("record", "ours"),
    [
        (NOTES, b"10.1000/n"),
        (NOTES.replace(doi="", pmid="30003624"), b"30003624"),
        (NOTES.replace(doi="", type="book", isbn="9783161484100"), b"9783161484100"),
    ],
)
def test_an_identifier_that_a_person_put_right_makes_no_second_entry(
    record: Record, ours: bytes
) -> None:
    first = run(KEPT, ("x", record))
    edited = first.data.replace(ours, ours[:-1] + b"5")
    assert edited != first.data
    better = run(edited, ("x", record.replace(volume="83")), memory=first.memory)
    (line,) = changed(edited, better.data)
    assert "{83}" in line


def test_the_doi_of_whole_proceedings_makes_no_two_papers_one() -> None:
    merged = run(KEPT, ("a", NOTES))
    other = NOTES.replace(title="Old Notes", author=(Name(family="Hilbert", given="D."),))
    second = run(merged.data, ("b", other), memory=merged.memory)
    assert second.data.startswith(merged.data)
    assert [d.code for d in second.diagnostics] == ["identifier-shared"]
    third = run(second.data, ("b", other), ("a", NOTES), memory=second.memory)
    assert (third.data, third.diagnostics) == (second.data, ())


def test_an_edited_volume_is_known_by_its_editor() -> None:
    kept = b"@book{h, editor={Noether, E.}, title={Handbook}, year=1921}\n"
    record = Record(type="book", title="Handbook", editor=(Name(family="Noether", given="Emmy"),),
                    issued=PartialDate(year=1921), publisher="S", isbn="9783161484100")  # fmt: skip
    merged = run(kept, ("x", record))
    assert merged.data == kept.replace(b"1921}", b"1921, publisher={S}, isbn={9783161484100}}")
    other = record.replace(editor=(Name(family="Abel", given="N."),))
    assert len(Document(run(kept, ("x", other)).data).entries) == 2


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


@pytest.mark.parametrize(
    "record",
    [
        Record(type="book", title="The Manual", publisher="House"),
        Record(type="webpage", title="A Page", url="https://example.org/a"),
        Record(type="article-journal", title="", author=SOCKS.author, container_title="Annalen"),
        Record(type="report", title="Undated", author=SOCKS.author),
    ],
    ids=["no author", "no year", "no title", "no year, but an author"],
)
def test_what_says_little_is_not_added_twice(record: Record) -> None:
    first = run(KEPT, ("x", record))
    assert len(first.touched) == 1
    assert run(first.data, ("x", record), memory=first.memory).data == first.data
    # Nor where somebody else wrote the very same.
    assert run(first.data, ("x", record)).data == first.data


def test_the_entries_of_a_file_are_known_in_it() -> None:
    bib = b"""\
@phdthesis{a, title={A}, author={A, B}, year=2001, school={S}}
@techreport{b, title={B}, author={A, B}, institution={I}}
@online{c, title={C}, organization={O}, url={https://example.org}}
@misc{d, title={D}, howpublished={A talk}}
@inproceedings{e, title={E}, author={A, B}, booktitle={P}, year=1, volume=1}
@manual{f, title={F}, organization={O}, year=1999}
@bookinbook{g, title={G}, author={A, B}, maintitle={M}, booktitle={N}, date={1999}}
@unpublished{h, author={A, B}, title={H}, note={soon}}
@article{i, author={A, B}, title={I}, journal={J. X}, fjournal={Journal of X}, year=1}
"""
    found = [normalize(entry) for entry in entries(Document(bib))]
    merged = run(bib, *((one.key, one.record) for one in found))
    assert merged.changes == ()
    issue = found[4].record.replace(type="article-journal", issue="1", container_title="P")
    journal = bib.replace(b"@inproceedings", b"@article").replace(b"booktitle={P}", b"journal={P}")
    assert b"number={1}" in run(journal, ("e", issue)).data


@pytest.mark.parametrize(
    "entry",
    [
        r"@misc{a, title={FAQ}, author={U, K}, year=2008, howpublished={\url{http://x.org/a\_b}}}",
        r"@misc{a, title={FAQ}, author={U, K}, year=2008, note={\url{http://x.org/}, read twice}}",
        "@article{a, title={T}, author={U, K}, date=2006, journaltitle={J}, eid=124106}",
        "@article{a, title={T}, author={U, K}, year=2006, journal={J}, issue={36}}",
        "@article{a, title={T}, author={U, K}, year=2006, journal={J}, keyword={x; y}}",
        "@article{a, title={T}, author={U, K}, year=2006, journal={J\\&A}, fjournal={Journal & A}}",
        r"@book{a, title={T}, author={U, K}, year=2006, school={G{\"o}ttingen}}",
        "@book{a, title={T}, author={U, K}, date=2006, hyphenation={german}}",
        "@talk{a, title={T}, author={U, K}, year=2006, titleaddon={(Part 4)}, venue={Berlin}}",
        (
            "@article{a, title={T}, author={U, K}, year=2012, journal={J}, doi={10.1000/x}, "
            "eprint={1207.7214}, archiveprefix={arXiv}}"
        ),
        "@inproceedings{a, title={T}, author={U, K}, year=2012, booktitle={P}, numpages={3}}",
        "@book{a, shorthand={ANC}, keywords={ancient}}",
        "@symbol{a, name={x}}",
    ],
)
def test_a_file_has_nothing_to_add_to_itself(entry: str) -> None:
    found = [(one.key, one.record) for one in map(normalize, entries(Document(entry.encode())))]
    merged = run(entry.encode(), *found)
    assert merged.data.decode() == entry
    assert merged.diagnostics == ()


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
    with pytest.raises(PaperExportError, match="cp1252"):
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


def test_what_was_odd_before_is_no_hindrance() -> None:
    # bibtexparser reads no field twice, and takes @commented for a comment.
    double = KEPT.replace(b"  year    ", b"  note = {a}, note = {b},\n  year    ")
    assert b"primaryClass" in run(double, ("x", SOCKS)).data
    odd = KEPT.replace(b"@misc", b"@COMMENTED")
    assert b"primaryClass" in run(odd, ("x", SOCKS)).data
    with pytest.raises(PaperExportError, match="bibtexparser"):
        verify(Document(double), double.replace(b"{a}", b"{a}, title = {x}"), ("mine",))


def test_macros_of_another_file_are_no_hindrance() -> None:
    kept = KEPT.replace(b"eprint ", b"journal       = IEEE_J_PAMI # { 1},\n  eprint ")
    assert b"IEEE_J_PAMI # { 1}" in run(kept, ("x", SOCKS)).data


def test_what_is_written_is_read_back() -> None:
    merged = run(KEPT, ("y", NOTES))
    found = [normalize(entry) for entry in entries(Document(merged.data))]
    assert found[-1].record == NOTES
    assert found[-1].key == "y"


def test_looking_at_many_entries_leaves_one_handler_of_messages() -> None:
    def look(key: str) -> None:
        verify(Document(b""), f"@misc{{{key},\n  title = {{One}}\n}}\n".encode(), [key])

    look("a")
    handlers = len(logging.getLogger("bibtexparser").handlers)
    look("b")
    assert len(logging.getLogger("bibtexparser").handlers) == handlers


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(b"{Annalen}", b"{{A}nnalen}"), (b"Notes}", b"{N}otes}"), (b"{Noether,", b'{No{\\"e}ther,')],
    ids=["protected", "title", "accent"],
)
def test_what_a_person_spells_otherwise_stays(ours: bytes, theirs: bytes) -> None:
    emmy = (Name(family="Noether" if b"Noether" not in ours else "Noëther", given="Emmy"),)
    notes = NOTES.replace(author=emmy)
    first = run(KEPT, ("x", notes))
    edited = first.data.replace(ours.replace(b"Noether", "Noëther".encode()), theirs)
    assert edited != first.data
    same = run(edited, ("x", notes), memory=first.memory)
    assert (same.data, same.diagnostics) == (edited, ())
    better = notes.replace(container_title="Mathematische Annalen", title="New Notes, Again",
                           author=(*emmy, Name(family="Abel", given="N.")))  # fmt: skip
    second = run(same.data, ("x", better), memory=same.memory)
    assert theirs in second.data
    assert [d.code for d in second.diagnostics] == ["merge-conflict"]


def test_white_space_is_no_spelling() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"{New Notes}", b"{New\n    Notes}")
    second = run(edited, ("x", NOTES.replace(title="Newer Notes")), memory=first.memory)
    assert b"{Newer Notes}" in second.data


def test_a_publication_does_not_become_a_preprint_again() -> None:
    first = run(b"", ("x", PUBLISHED))
    second = run(first.data, ("x", SOCKS), memory=first.memory)
    assert b"@inproceedings" in second.data
    assert b"10.48550" not in second.data
    assert [d.code for d in second.diagnostics] == ["other-version"]
    forced = run(first.data, ("x", SOCKS), memory=first.memory, on_conflict="update")
    assert b"@misc" in forced.data


def test_a_type_that_a_person_changed_is_no_other_version() -> None:
    first = run(KEPT, ("x", NOTES))
    edited = first.data.replace(b"@article{x", b"@incollection{x").replace(
        b"journal = {Annalen", b"booktitle = {Annalen"
    )
    second = run(edited, ("x", NOTES.replace(volume="83")), memory=first.memory)
    assert changed(edited, second.data) == ["+  volume   = {83},"]
    assert second.diagnostics == ()


def test_another_type_of_one_doi_is_no_other_version() -> None:
    kept = b"@inproceedings{n, title={New Notes}, booktitle={POPL}, year=1921, doi={10.1000/N}}\n"
    merged = run(kept, ("x", NOTES.replace(volume="83")))
    assert merged.diagnostics == ()
    assert b"volume={83}" in merged.data
    assert b"journal" not in merged.data


def test_a_key_that_two_entries_have() -> None:
    kept = (
        b"@article{a, title={One}, author={Abel, N.}, year=1826, journal={J}}\n"
        b"@article{a, title={New Notes}, author={Noether, E.}, year=1921, journal={A}}\n"
    )
    one = Record(type="article-journal", title="One", author=(Name(family="Abel", given="N."),),
                 issued=PartialDate(year=1826), volume="1", doi="10.1000/1")  # fmt: skip
    first = run(kept, ("x", one), ("y", NOTES.replace(volume="83")))
    assert b"volume={83}" in first.data
    assert b"doi={10.1000/n}" in first.data
    again = run(first.data, ("x", one), ("y", NOTES.replace(volume="83")), memory=first.memory)
    assert (again.data, again.memory) == (first.data, first.memory)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(b"New Notes", b"Newer Notes"), (b"1921", b"1922"), (b"Noether", b'N\\"other')],
    ids=["title", "year", "author"],
)
def test_what_a_person_put_right_makes_no_second_entry(ours: bytes, theirs: bytes) -> None:
    notes = NOTES.replace(doi="")
    first = run(KEPT, ("x", notes))
    edited = first.data.replace(ours, theirs)
    assert edited != first.data
    second = run(edited, ("x", notes.replace(volume="83")), memory=first.memory)
    assert changed(edited, second.data) == ["+  volume  = {83},"]


def test_a_year_that_a_person_changed_makes_no_other_version() -> None:
    notes = NOTES.replace(doi="", volume="83")
    first = run(KEPT, ("x", notes))
    edited = first.data.replace(b"= 1921", b"= 1922")
    assert edited != first.data
    # What is not found this time was not of another version, and stays.
    second = run(edited, ("x", notes.replace(volume="")), memory=first.memory)
    assert (second.data, second.diagnostics) == (edited, ())


def test_another_paper_in_the_place_of_ours_is_not_ours_put_right() -> None:
    notes = NOTES.replace(doi="")
    first = run(KEPT, ("x", notes))
    edited = first.data.replace(b"New Notes", b"Invariant Variation Problems")
    second = run(edited, ("x", notes.replace(volume="83")), memory=first.memory)
    assert second.data.startswith(edited)
    assert b"volume  = 83" in second.data[len(edited) :]


def test_no_line_is_left_behind_by_fields_that_go() -> None:
    begun = run(b"", ("x", PUBLISHED))
    moved = run(begun.data, ("x", SOCKS), memory=begun.memory, on_conflict="update")
    assert b"month" in moved.data
    assert b"\n\n" not in moved.data
