"""Names as pages print them and as BibTeX writes them."""

import time

import pytest

from paperexport import names
from paperexport.record import Name


def person(given: str, family: str, particle: str = "", suffix: str = "") -> Name:
    return Name(given=given, family=family, particle=particle, suffix=suffix)


def team(literal: str) -> Name:
    return Name(literal=literal)


PRINTED = [
    ("", Name()),
    (" ,; ", Name()),
    ("Ada Lovelace", person("Ada", "Lovelace")),
    ("Lovelace, Ada", person("Ada", "Lovelace")),
    ("  Ada \n  Lovelace,", person("Ada", "Lovelace")),
    ("Ludwig van Beethoven", person("Ludwig", "Beethoven", "van")),
    ("van Beethoven, Ludwig", person("Ludwig", "Beethoven", "van")),
    (
        "Charles Louis Xavier Joseph de la Vallée Poussin",
        person("Charles Louis Xavier Joseph", "Vallée Poussin", "de la"),
    ),
    ("Laurens van der Maaten", person("Laurens", "Maaten", "van der")),
    ("Pim de Haan", person("Pim", "Haan", "de")),
    ("Claire Le Goues", person("Claire", "Le Goues")),
    ("Alessandro De Palma", person("Alessandro", "De Palma")),
    ("Lars Van Der Berg", person("Lars", "Van Der Berg")),
    ("Nguyen Van Anh", person("Nguyen Van", "Anh")),
    ("Yee Whye Teh", person("Yee Whye", "Teh")),
    ("Bryan Kian Hsiang Low", person("Bryan Kian Hsiang", "Low")),
    ("Thiago S. F. X. Teixeira", person("Thiago S. F. X.", "Teixeira")),
    ("Ana Martínez-Muñoz", person("Ana", "Martínez-Muñoz")),
    ("José Ortega y Gasset", person("José", "Ortega y Gasset")),
    ("Hal Daumé III", person("Hal", "Daumé", suffix="III")),
    ("King, Jr., Martin Luther", person("Martin Luther", "King", suffix="Jr.")),
    ("King, Martin Luther, Jr.", person("Martin Luther", "King", suffix="Jr.")),
    ("Martin Luther King, Jr.", person("Martin Luther", "King", suffix="Jr.")),
    ("Martin Luther King Jr.", person("Martin Luther", "King", suffix="Jr.")),
    ('Linxi "Jim" Fan', person('Linxi "Jim"', "Fan")),
    ("Fei Wang (王飞)", person("Fei (王飞)", "Wang")),
    ("bell hooks", person("bell", "hooks")),
    ("J.-P. Serre", person("J.-P.", "Serre")),
    ("D'Arcy Thompson", person("D'Arcy", "Thompson")),
    ("Jean d'Alembert", person("Jean", "d'Alembert")),
    # A name of one word and names in CJK scripts are not split.
    ("Xingyu", team("Xingyu")),
    ("王飞", team("王飞")),
    ("山田 太郎", team("山田 太郎")),
    ("김철수", team("김철수")),
    # Teams.
    ("Qwen Team", team("Qwen Team")),
    ("The LIGO Collaboration", team("The LIGO Collaboration")),
    ("DeepSeek-AI", team("DeepSeek-AI")),
    ("OpenAI", team("OpenAI")),
    ("Mistral AI", team("Mistral AI")),
    ("Google DeepMind", team("Google DeepMind")),
    ("ATLAS Collaboration", team("ATLAS Collaboration")),
    ("BIG-bench authors", team("BIG-bench authors")),
    ("{Sock and Glove Works}", team("Sock and Glove Works")),
    ("Ernst and Young", team("Ernst and Young")),
]


@pytest.mark.parametrize(("printed", "name"), PRINTED, ids=[p or "empty" for p, _ in PRINTED])
def test_a_printed_name(printed: str, name: Name) -> None:
    assert names.parse(printed) == name


@pytest.mark.parametrize("printed", ["Ai Weiwei", "Grace Labs-Hopper", "Ana Da Silva", "Team"])
def test_a_person_is_no_team(printed: str) -> None:
    """Only what such names alone have makes a team, and one word is none."""
    assert not names.is_team(printed)


LISTS = [
    ("", (), ""),
    ("Ada Lovelace", ("Ada Lovelace",), ""),
    ("Ada Lovelace, Charles Babbage", ("Ada Lovelace", "Charles Babbage"), ""),
    ("Ada Lovelace and Charles Babbage", ("Ada Lovelace", "Charles Babbage"), ""),
    (
        "Ada Lovelace, Charles Babbage, and Emmy Noether",
        ("Ada Lovelace", "Charles Babbage", "Emmy Noether"),
        "",
    ),
    ("Ada Lovelace & Emmy Noether", ("Ada Lovelace", "Emmy Noether"), ""),
    ("Lovelace, Ada and Babbage, Charles", ("Lovelace, Ada", "Babbage, Charles"), ""),
    ("Lovelace, Ada; Babbage, Charles", ("Lovelace, Ada", "Babbage, Charles"), ""),
    ("Lovelace, Ada", ("Lovelace, Ada",), ""),
    ("Ada Lovelace\nCharles Babbage", ("Ada Lovelace", "Charles Babbage"), ""),
    ("Ada Lovelace · Charles Babbage", ("Ada Lovelace", "Charles Babbage"), ""),
    ("Martin King, Jr., Ada Lovelace", ("Martin King, Jr.", "Ada Lovelace"), ""),
    ("Ada Lovelace et al.", ("Ada Lovelace",), "et al."),
    ("Ada Lovelace, et al", ("Ada Lovelace",), "et al"),
    (
        "Ada Lovelace, Emmy Noether, and 12 others",
        ("Ada Lovelace", "Emmy Noether"),
        "and 12 others",
    ),
    ("Ada Lovelace, +3 authors", ("Ada Lovelace",), "+3 authors"),
    ("Ada Lovelace, …", ("Ada Lovelace",), "…"),
    ("Ada Lovelace, ...", ("Ada Lovelace",), "..."),
    ("Ada Lovelace and others", ("Ada Lovelace",), "and others"),
    ("et al.", (), "et al."),
]


@pytest.mark.parametrize(
    ("printed", "people", "others"), LISTS, ids=[p or "empty" for p, *_ in LISTS]
)
def test_a_printed_list(printed: str, people: tuple[str, ...], others: str) -> None:
    assert names.split(printed) == (people, others)


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("et al.", True),
        ("and others", True),
        ("others", True),
        ("…", True),
        ("12 more authors", True),
        ("", False),
        ("Ada Other", False),
        ("Al Ethal", False),
        ("Moore", False),
    ],
)
def test_the_mark_of_a_cut_list(said: str, mark: bool) -> None:
    assert names.is_others(said) is mark


BIBTEX = [
    ("", (), False),
    ("Ada Lovelace", (person("Ada", "Lovelace"),), False),
    (
        "Lovelace, Ada and Babbage, Charles",
        (person("Ada", "Lovelace"), person("Charles", "Babbage")),
        False,
    ),
    ("Ludwig van Beethoven", (person("Ludwig", "Beethoven", "van"),), False),
    ("van Beethoven, Ludwig", (person("Ludwig", "Beethoven", "van"),), False),
    ("de la Vallée Poussin, Charles", (person("Charles", "Vallée Poussin", "de la"),), False),
    # A name that begins as the word between two names does (read wrongly before CPython 3.11.5).
    ("van Anders, Sandy", (person("Sandy", "Anders", "van"),), False),
    ("Andover Andersen, Andy", (person("Andy", "Andover Andersen"),), False),
    ("King, Jr., Martin", (person("Martin", "King", suffix="Jr."),), False),
    ("{The Sock Collaboration}", (team("The Sock Collaboration"),), False),
    (
        "{Barnes and Noble} and Ada Lovelace",
        (team("Barnes and Noble"), person("Ada", "Lovelace")),
        False,
    ),
    ("Ada Lovelace and others", (person("Ada", "Lovelace"),), True),
    ("Lovelace,~Ada", (person("Ada", "Lovelace"),), False),
    (r"G{\"o}del, Kurt", (person("Kurt", "Gödel"),), False),
    (r"Erd{\H{o}}s, P{\'a}l", (person("Pál", "Erdős"),), False),
    (r"{\L}ukasz Kaiser", (person("Łukasz", "Kaiser"),), False),
    ("family=Beethoven, given=Ludwig, prefix=van", (person("Ludwig", "Beethoven", "van"),), False),
    (
        "Ada Lovelace\n  and\n Charles Babbage",
        (person("Ada", "Lovelace"), person("Charles", "Babbage")),
        False,
    ),
    ("Lovelace", (Name(family="Lovelace"),), False),
    # DBLP tells people of one name apart by a number.
    ("Wei Wang 0003 and Ada Lovelace", (person("Wei", "Wang"), person("Ada", "Lovelace")), False),
    ("Agent 007", (person("Agent", "007"),), False),
    # Some exporters write semicolons, between names or behind each.
    ("Lovelace, A.; Babbage, C.", (person("A.", "Lovelace"), person("C.", "Babbage")), False),
    ("Lovelace, A.; and Babbage, C.;", (person("A.", "Lovelace"), person("C.", "Babbage")), False),
    ("{Socks; a society} and Ada Lovelace", (team("Socks; a society"), person("Ada", "Lovelace")),
     False),
    ("J&#252;rgen Moser", (person("Jürgen", "Moser"),), False),
    # The American Physical Society's, and those of NASA's data system.
    (r"Igor \ifmmode \check{Z}\else \v{Z}\fi{}uti\ifmmode \acute{c}\else \'{c}\fi{}",
     (person("Igor", "Žutić"),), False),
    (r"Duch$\hat{\mbox{e}}$ne, Gaspard", (person("Gaspard", "Duchêne"),), False),
]  # fmt: skip


@pytest.mark.parametrize(("field", "people", "others"), BIBTEX, ids=[b for b, *_ in BIBTEX])
def test_a_bibtex_field(field: str, people: tuple[Name, ...], others: bool) -> None:
    assert names.parse_bibtex(field) == (people, others)


@pytest.mark.parametrize(
    ("family", "parts"),
    [
        ("Berg", ("", "Berg")),
        ("van der Berg", ("van der", "Berg")),
        ("Le Goues", ("", "Le Goues")),
        ("van", ("", "van")),
        ("ángel b", ("", "ángel b")),
        ("de", ("", "de")),
        ("'t Hooft", ("'t", "Hooft")),
        # Written as {@}van and -{}-van, which no reader takes for a particle.
        ("@van Berg", ("", "@van Berg")),
        ("--van Berg", ("", "--van Berg")),
    ],
)
def test_a_particle_within_a_family_name(family: str, parts: tuple[str, str]) -> None:
    """BibTeX knows lower case by ASCII alone (btxhak, 4)."""
    assert names.particle_of(family) == parts


@pytest.mark.parametrize(
    "hostile",
    [
        "{" * 100_000,
        "}" * 100_000,
        "," * 100_000,
        "a and " * 50_000,
        "van " * 50_000,
        "\\" * 100_000,
        "et al " * 20_000,
        "\u0301" * 100_000,
        "a," * 50_000,
        " " * 200_000 + "x",
        "(" * 99_999,
    ],
    ids=lambda said: repr(said[:7]),
)
def test_hostile_text_is_read_in_linear_time(hostile: str) -> None:
    start = time.process_time()
    names.parse(hostile)
    names.split(hostile)
    names.parse_bibtex(hostile)
    assert time.process_time() - start < 5
