"""What is wrong with one entry: a value, never an exception."""

from typing import Literal

from msgspec import Struct

from paperexport.record import Origin

Severity = Literal["info", "warning", "error"]

CODES: dict[str, str] = {
    "abstract-joined": "Several paragraphs under one title were joined to one abstract.",
    "bibtex-comma": "A comma is missing between two fields; BibTeX would stop there.",
    "bibtex-damaged": "An entry of a .bib file cannot be read; it was left as it is.",
    "date-unread": "A date has no year, or there is no such day; `custom` keeps it as printed.",
    "duplicate": "The same paper is there twice; one record was made of both.",
    "encoding-guessed": "The input is not UTF-8; its encoding was told from its bytes.",
    "entry-left": "A paper is left out: a person has deleted its entry from the .bib file.",
    "fields-missing": "A citation needs title, author, date and identifier; not all are known.",
    "identifier-several": "One field holds several identifiers; the first was taken.",
    "identifier-shared": "An entry has the identifier of a paper that is another by all else.",
    "identifier-unread": "An identifier has no valid form; `custom` keeps it as printed.",
    "key-changed": "A citation key became another: it is taken, or LaTeX cannot cite it.",
    "line-unread": "A line or item is not what the format promises; it was left out.",
    "macro-long": "A macro of a .bib file stands for more text than a macro may; it stays a name.",
    "match-doubtful": "Papers were found that may be the one; a person must decide.",
    "match-probable": "A paper was taken that is probably the one, as was asked.",
    "not-found": "No service knows the paper.",
    "merge-conflict": "A person and paperexport both changed a field; the person's was kept.",
    "nothing-found": "An input held no paper.",
    "offline": "Some answers are not in the cache, and nothing was asked.",
    "review-answer": "An answer in the review file is neither yes nor no.",
    "schema-newer": "A record of a newer version; what this one does not know was kept.",
    "service-error": "A service answered with an error of its own.",
    "service-failed": "A service could not be asked; what the others said stands.",
    "text-unplaced": "A line of the page is neither a title, an abstract nor known chrome.",
    "title-missing": "An entry has neither a title nor an identifier.",
    "withdrawn": "The paper was withdrawn or retracted.",
    "other-version": "An entry tells of another version of the work than what was found.",
    "plugin-broken": "An installed plugin could not be loaded and was left out.",
}
"""Every code that paperexport itself uses → what it means; codes are stable, and documented."""


class Diagnostic(Struct, frozen=True, kw_only=True, gc=False):
    """A problem with one entry, for a person and for a program.

    Attributes:
        code: a stable word from :data:`CODES`, or a plugin's own (``myplugin-…``).
        severity: ``error``: the entry, or part of it, was not taken; ``warning``: it was, with
            doubt, and ``--strict`` objects; ``info``: worth knowing.
        message: what is wrong, in one sentence.
        field: the field of the record that it concerns, or empty.
        origin: where the entry was found.
        hint: what the reader can do, or empty.
    """

    code: str
    severity: Severity
    message: str
    field: str = ""
    origin: Origin = Origin()
    hint: str = ""

    def __str__(self) -> str:
        """One line, as compilers print it: ``page.html:17: warning[author-unsplit]: …``."""
        where = str(self.origin)
        text = f"{self.severity}[{self.code}]: {self.message}"
        text = f"{where}: {text}" if where else text
        return f"{text} ({self.hint})" if self.hint else text
