"""Makes a case that shows a difference as small as it gets."""

import itertools
import time

from .subject import CRASHED, HUNG

AT_ONCE = 48


def minimise(case, kind, subject, seconds=20):
    """The smallest case found from `case` in this time whose difference is of the same sort."""
    end = time.monotonic() + seconds
    wanted = sort_of(kind, case, subject.ask([case.line()])[0])
    if wanted is None:
        return case
    while time.monotonic() < end:
        for batch in batches(case.smaller(), AT_ONCE):
            answers = subject.ask([other.line() for other in batch])
            better = next(
                (other for other, answer in zip(batch, answers) if sort_of(kind, other, answer) == wanted), None
            )
            if better is not None:
                case = better
                break
            if time.monotonic() > end:
                return case
        else:
            return case
    return case


def sort_of(kind, case, answer):
    """What sort of difference there is: a word, or nothing."""
    if answer in (CRASHED, HUNG):
        return "crash" if answer == CRASHED else "hang"
    return kind.difference(case.line(), kind.oracle(case.line()), answer)


def batches(items, size):
    items = iter(items)
    while batch := list(itertools.islice(items, size)):
        yield batch
