"""The version, alone, so that telling it imports nothing."""

__version__ = "0.1.0"
