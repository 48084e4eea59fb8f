"""What RIS can tell of names: one line, its parts between commas."""

from paperexport.names import parse
from paperexport.record import NAME_FIELDS, Record


def told_apart(record: Record) -> bool:
    """Whether RIS tells each name's parts, and each team from a person whose name has no comma."""
    return all(
        "," not in str(name) and (not name.literal or parse(name.literal).literal == name.literal)
        for field in NAME_FIELDS
        for name in getattr(record, field)
    )
