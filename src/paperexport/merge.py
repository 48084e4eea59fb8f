"""One record of several that tell of one work: field by field, by how far each is believed.

Lists of names are taken whole from one record, never united. What dates and places a publication
(:data:`PUBLICATION`) comes from records of the publication alone where there is one: the year of a
preprint never meets the venue of its publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from paperexport.record import FIELDS, NAME_FIELDS, TRUST, Origin, Record

__all__ = ["PUBLICATION", "merge"]

PUBLICATION: frozenset[str] = frozenset(
    """
    type issued event_date original_date container_title container_title_short collection_title
    collection_number event_title event_place publisher publisher_place edition volume issue page
    number number_of_pages chapter_number doi isbn issn genre
    """.split()
)
"""The fields that tell of one version of a work, and not of the others."""

_UNITED = frozenset(("other_ids", "custom", "origins", "incomplete"))
_EMPTY: tuple[object, ...] = (None, "", (), {})


def merge(records: Iterable[Record]) -> Record:
    """The one record that several make; the same whatever their order.

    Args:
        records: at least one; they tell of one work.

    Raises:
        ValueError: there are none.
    """
    found = list(records)
    if not found:
        raise ValueError("nothing to merge")
    if len(found) == 1:
        return found[0]
    ranked = sorted(found, key=_order)
    # "article" is CSL's preprint; "document" is what nothing is known of.
    published = [record for record in ranked if record.type not in ("article", "document")]
    chosen: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for field in FIELDS:
        if field in _UNITED:
            continue
        pool = published if published and field in PUBLICATION else ranked
        best = _best(pool, field)
        if best is not None:
            chosen[field] = getattr(best, field)
            if field in best.origins:
                origins[field] = best.origins[field]
            if field in NAME_FIELDS and field in best.incomplete:
                chosen.setdefault("incomplete", []).append(field)
    if "incomplete" in chosen:
        chosen["incomplete"] = tuple(sorted(chosen["incomplete"]))
    kept = chosen.get("doi", "").lower()
    more = {f"doi:{r.doi}" for r in ranked if r.doi and r.doi.lower() != kept}
    # arXiv's DOI says nothing that the eprint does not.
    more = {one for one in more if not one.lower().startswith("doi:10.48550/arxiv.")}
    if others := sorted({*more, *(i for record in ranked for i in record.other_ids)}):
        chosen["other_ids"] = tuple(others)
    custom: dict[str, Any] = {}
    for record in reversed(ranked):
        custom.update(record.custom)
    if custom:
        chosen["custom"] = dict(sorted(custom.items()))
    return Record(**chosen, origins=origins)


def _best(ranked: Sequence[Record], field: str) -> Record | None:
    """Whose value of a field is taken; a complete list of names before one that is cut short."""
    having = [record for record in ranked if getattr(record, field) not in _EMPTY]
    if field == "type":
        having = [record for record in having if record.type != "document"] or having
    if not having:
        return None

    def rank(record: Record) -> tuple[bool, int]:
        origin = record.origins.get(field)
        trust = TRUST.index(origin.trust) if origin else len(TRUST)
        return field in NAME_FIELDS and field in record.incomplete, trust

    best = min(having, key=rank)
    if field == "eprint":
        # One paper, whoever names it: a later version, and the class that another knows.
        same = [
            r.eprint for r in having if r.eprint and best.eprint and r.eprint.id == best.eprint.id
        ]
        classes = [e.primary_class for e in same if e.primary_class]
        if best.eprint and not best.eprint.primary_class and classes:
            eprint = type(best.eprint)(
                archive=best.eprint.archive,
                id=best.eprint.id,
                version=best.eprint.version,
                primary_class=classes[0],
            )
            return best.replace(eprint=eprint)
    return best


def _order(record: Record) -> tuple[object, ...]:
    """An order of records that does not hang on how they were listed."""
    origin = record.origins.get("title") or next(iter(record.origins.values()), Origin())
    return (
        TRUST.index(origin.trust),
        origin.source,
        -len(record.author),
        -len(record.abstract),
        origin.locator,
        origin.line,
        repr(record),
    )
