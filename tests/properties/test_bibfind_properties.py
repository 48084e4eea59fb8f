"""An entry that is passed over shares nothing with what is looked for."""

from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from paperexport import bibfind, text
from paperexport.bibdocument import Document
from paperexport.bibfind import Held
from paperexport.identifiers import aliases
from paperexport.record import Record

# --- Entries that spell what they are in every way ------------------------------------------------

_id = st.sampled_from(
    [*r"""10.1000/182 10.1000/a\_b 10.1000/A_B doi:10.1000/182 https://doi.org/10.1000/182
    https://doi.org/10.1000%2F182 http://dx.doi.org/10%2E1000/a%5Fb https://doi.org/10.1000/182?x=1
    10.1002/(SICI)1097-4571(1999)50:1<2::AID-A>3.0.CO;2-C 10.1000/é 10.1000/e\'e 10.1000/{182}
    10.48550/arXiv.2401.09042 10.48550/arXiv.2401.09042v2 2401.09042 2401.09042v3 {2401}.09042
    arXiv:2401.09042 arXiv:math.GT/0309136 math/0309136 hep-th/9901001v1 10.48550/arXiv.math/0309136
    https://arxiv.org/abs/2401.09042v2 https://arxiv.org/pdf/math.GT/0309136.pdf abs/2401.09042
    https://huggingface.co/papers/2401.09042 https%3A%2F%2Farxiv.org%2Fabs%2F2401.09042 12345678
    https://pubmed.ncbi.nlm.nih.gov/12345678/ https://pmc.ncbi.nlm.nih.gov/articles/PMC1234567/
    https://openreview.net/forum?id=AbC_d-12 https://aclanthology.org/2021.naacl-main.208
    978-3-16-148410-0 9783161484100 080442957X acl:2021.naacl-main.208 PMC1234567 hal-01234567
    https://example.org/10.1000/182 https://example.org/papers/7 \url{https://doi.org/10.1000/a\_b}
    \url{https://openreview.net/forum?id=AbC_d-12} \href{https://arxiv.org/abs/2401.09042}{here}
    \texttt{10.1000/182} 10.1000/\textbf{182} 10.1000/a\textunderscore{}b 10.1000/a--b""".split(),
     "arXiv preprint arXiv:2401.09042", "CoRR", "CoRR abs/2401.09042", "doi = 10.1000/182",
     "10.1000/182, 10.1000/183", "978 3 16 148410 0", "978 3\n16 148410 0", "10.1000/\u212a1",
     "10.1000/e\u0301a", "978-3-16-148410-0, 9781861972712", "Annals of {S}ocks", "PMID: 12345678",
     "10.1000/1\u200b82", "10.1000/18\n2", ""]
)  # fmt: skip
_word = st.sampled_from(
    [*r"""Socks socks {SOCKS} {S}ocks S{\"o}cks S\"ocks Söcks {\ss}ocks ßocks \emph{Socks}
    \textbf{S}ocks $x^2$ $\alpha$ α \& -- ``Socks'' {{Socks}} So\-cks Socks\\ II 2 <i>Socks</i>
    &amp; <sub>2</sub> \LaTeX \foo{x} $O(n\log n)$ \v{C}apek {\v C}apek Čapek ~ 中文""".split(),
     "So\u0301cks", "\u212ails", "so\u200bcks", "\n"]
)  # fmt: skip
_title = st.lists(_word, min_size=1, max_size=3).map(" ".join)
_people = st.sampled_from(
    [*r"""Lovelace {Team} Noether,E. others""".split(), "Ada Lovelace", "Lovelace, Ada and others",
     "G{\\\"o}del, Kurt", "Emmy Noether et al.", ""]
)  # fmt: skip
_date = st.sampled_from(
    [*"2024 2023 {2024} 2024-05 2024-05-07 2024/2025 2024--2025 [2024] ca.2024 '24 2024-13 0999 "
      "２０２４ 2024-1999 -0044 2024? 20{24}".split(),
     "May 2024", "in press", "{\\em 2024}", "2024, to appear", " ", ""]
)  # fmt: skip
_annote = st.sampled_from(
    ("doi: 10.1000/182", "title: Socks", "author: Lovelace || Ada", "issued: 2024",
     "isbn: 080442957X", "type: book", "pmid: 12345678", "other-ids: acl:2021.naacl-main.208",
     "url: https://doi.org/10.1000/9",
     "ti{}tle: Socks", "\\textbf{title}: Socks", "eprint-version: 2", "a note", "iss\\-ued: 2024",
     "arxiv: 2401.09042", "PMID: 12345678", "pmcid: PMC1234567", "url: https://doi.org/10.1000/a\\_b")
)  # fmt: skip
_macro = st.sampled_from(("socks", "SOCKS", "prefix", "may", "nobody"))
_STRINGS = '@string{socks = "Socks"}\n@string{prefix = {10.1000/}}\n'


def _written(plain: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A value of a field: in braces, a macro, or several joined."""
    one = plain.map("{{{}}}".format) | plain.filter(lambda said: '"' not in said).map('"{}"'.format)
    return one | _macro | st.lists(one | _macro, min_size=2, max_size=3).map(" # ".join)


_fields = st.one_of(
    st.tuples(st.sampled_from(("title", "Title", "title", "subtitle", "booktitle", "shorttitle")),
              _written(_title)),
    st.tuples(st.sampled_from(("author", "author", "editor")), _written(_people)),
    st.tuples(st.sampled_from(("year", "YEAR", "date", "issued", "urldate", "origdate", "month")),
              _written(_date)),
    st.tuples(st.just("year"), st.sampled_from(("2024", "2023", "24", "socks"))),
    st.tuples(st.sampled_from(("annote", "annotation")),
              _written(st.lists(_annote, max_size=2).map("\n".join))),
    st.tuples(st.sampled_from(("archiveprefix", "eprinttype")),
              st.sampled_from(("{arXiv}", "{pubmed}", "{hal}", "{HAL}", "{jstor}"))),
    st.tuples(st.sampled_from(("crossref", "xdata")),
              st.sampled_from(("{k0}", "{k1}", "{k2,k0}", "{x}"))),
    st.tuples(
        st.sampled_from(
            """doi DOI doi url url eprint eprint journal journaltitle booktitle volume pmid pubmed
            pmcid isbn other-ids other_ids arxiv howpublished howpublished link bdsk-url-1 note
            number fjournal titleaddon container-title version entrysubtype type primaryclass
            keywords publisher series file abstract""".split()
        ),
        _written(_id),
    ),
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> str:
    kinds = ("article", "book", "misc", "online", "inproceedings", "xdata", "phdthesis")
    said = [_STRINGS]
    for number in range(draw(st.integers(1, 3))):
        fields = draw(st.lists(_fields, min_size=1, max_size=7))
        body = ",\n".join(f"{name} = {value}" for name, value in fields)
        said.append(f"@{draw(st.sampled_from(kinds))}{{k{number},\n{body}\n}}\n")
    return "".join(said)


def looked_for(record: Record, written: bool) -> list[Record]:
    """Records each of which has one thing in common with another."""
    found = [Record(other_ids=(name,)) for name in sorted(aliases(record))]
    title = text.fold(record.title)
    if bibfind._evidence(record):
        found.append(Record(title=title, author=record.author[:1], issued=record.issued))
    if written and bibfind._bare(record):
        found.append(Record(title=title))
    return found


@given(files(), st.booleans())
@example("@book{k, isbn = {978-3-16}, annote = {isbn: 148410-0}}", False)
@example("@misc{k, annote = {pmid: 1\npmid: 2}}", False)
@example("@article{k, eprint = {math.GT/0309136}}", False)
@example("@misc{k, title = {Socks}, howpublished = {\\url{https://doi.org/10.1000/182}}}", False)
@example("@misc{k, doi = {10.1000/\u212a1}}", False)
@example("@book{k, isbn = {978\\\\[2em]3161484100}}", False)
def test_what_has_something_in_common_is_decoded(said: str, written: bool) -> None:
    document = Document(said.encode())
    held = Held(
        document, {block.key: {"note": "x"} for block in document.entries} if written else {}
    )
    for number in range(len(held.blocks)):
        for wanted in looked_for(held.record(number), written):
            assert bibfind._Sieve([wanted]).holds(held._said(number), written), wanted


@given(st.lists(files(), min_size=1, max_size=4), st.integers(0, 5), st.booleans())
@example(["@misc{a, title = {S}}@misc{b, author = {L}, date = {2024-13}}"], 0, False)
def test_the_same_is_found_as_by_decoding_all(said: list[str], which: int, written: bool) -> None:
    document = Document("".join(said).encode())
    keys = {"k0": {"doi": "10.1000/182"}, "k1": {"note": "x"}} if written else {}
    whole = Held(document, keys)
    records = [whole.record(number) for number in range(len(whole.blocks))][which : which + 3]
    wanted = [one for record in records for one in (record, *looked_for(record, written))]
    with patch.object(bibfind, "_FEW", -1):
        expected = Held(document, keys).find(wanted)
    with patch.object(bibfind, "_SHARE", 0):
        assert Held(document, keys).find(wanted) == expected


def test_few_entries_are_decoded() -> None:
    entries = "".join(
        f"@article{{k{n}, title = {{Socks {n}}}, author = {{Lovelace, Ada}}, "
        f"year = {1900 + n % 100}, doi = {{10.1000/socks.{n}}}, url = {{https://example.org/papers/{n}}},"
        f" journal = {{Proceedings of the {{ACM}}}}, annote = {{eprint-version: {n}}}}}\n"
        for n in range(1_000)
    )
    held = Held(Document(entries.encode()))
    wanted = [held.record(number) for number in (300, 500, 777)]
    held = Held(held.document)
    assert [match.numbers for match in held.find(wanted)] == [(300,), (500,), (777,)]
    assert len(held._records) < 30
