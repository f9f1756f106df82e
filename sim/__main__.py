"""``python -m sim`` is ``standoff``."""

from sim.cli import main

if __name__ == "__main__":
    main()
