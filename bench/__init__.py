"""How fast, and how right, beside others: ``python -m bench [speed] [matching] [index]``."""
