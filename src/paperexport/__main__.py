"""``python -m paperexport``, where the folder of scripts is not on the path."""

from paperexport.cli import main

if __name__ == "__main__":
    main()
