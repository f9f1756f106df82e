"""The command line. Thin: the commands are in ``sim.commands`` and call ``sim.api`` only.

Nothing is imported here at the top, because each spawned worker imports this file again.
"""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Entry point of ``standoff``."""
    try:
        from sim.commands.app import app

        app()
    except KeyboardInterrupt:  # before a command had begun
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
