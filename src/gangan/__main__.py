"""``python -m gangan`` is ``gangan``."""

from gangan.cli import main

main()
