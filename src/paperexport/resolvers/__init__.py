"""The built-in resolvers, in the order in which they are asked."""

from collections.abc import Iterable

from paperexport.hookspecs import Resolver, hookimpl


@hookimpl
def paperexport_resolvers() -> Iterable[Resolver]:
    """Identifiers first where they are born, then the registries, then the indexes."""
    from paperexport.resolvers.arxiv import Arxiv
    from paperexport.resolvers.crossref import Crossref
    from paperexport.resolvers.datacite import DataCite
    from paperexport.resolvers.dblp import Dblp
    from paperexport.resolvers.huggingface import HuggingFace
    from paperexport.resolvers.openalex import OpenAlex
    from paperexport.resolvers.openreview import OpenReview
    from paperexport.resolvers.semanticscholar import SemanticScholar

    return (
        Arxiv(),
        HuggingFace(),
        DataCite(),
        Crossref(),
        Dblp(),
        OpenReview(),
        SemanticScholar(),
        OpenAlex(),
    )
