"""``python -m paperexport``, where the folder of scripts is not on the path."""

from paperexport.cli import main

main()
