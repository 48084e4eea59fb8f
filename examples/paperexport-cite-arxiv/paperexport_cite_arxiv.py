"""An exporter for MediaWiki's {{cite arXiv}} (en.wikipedia.org/wiki/Template:Cite_arXiv)."""

from paperexport import Exporter, Record, all_but, hookimpl

WIKI = str.maketrans({char: f"&#{ord(char)};" for char in "|{}[]<>&='\n"})


class CiteArxiv(Exporter):
    name = "cite-arxiv"
    summary = "MediaWiki {{cite arXiv}} templates"
    suffix = ".wiki"
    omits = all_but("title", "author", "issued", "eprint", why="the template has no such parameter")

    def encode(self, key: str, record: Record) -> str:
        said = {"ref": key, "title": record.title, "date": record.issued or ""}
        said |= {f"author{n}": name for n, name in enumerate(record.author, 1)}
        if record.eprint:
            said |= {"eprint": record.eprint.id, "class": record.eprint.primary_class}
            said["version"] = record.eprint.version or ""
        pairs = (f"{name}={str(value).translate(WIKI)}" for name, value in said.items() if value)
        return "{{cite arXiv |" + " |".join(pairs) + "}}\n"


@hookimpl
def paperexport_exporters() -> list[Exporter]:
    return [CiteArxiv()]
