"""paperexport: from a page that lists papers to correct citations."""
