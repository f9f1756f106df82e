"""Sets of whole numbers as text: ``0-19,25``. Short for the replicates of an ensemble, which come in a row."""

from __future__ import annotations

from collections.abc import Iterable


def to_text(numbers: Iterable[int]) -> str:
    """The numbers, sorted, as ranges with both ends inside."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(f"{low}-{high}" if high > low else f"{low}" for low, high in spans)


def from_text(text: str) -> set[int]:
    """The numbers of ``to_text``. Raises ValueError for any other text."""
    numbers: set[int] = set()
    for span in filter(None, text.split(",")):
        low, _, high = span.partition("-")
        numbers.update(range(int(low), int(high or low) + 1))
    return numbers
