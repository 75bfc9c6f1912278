"""Numbers as people read them."""


def seconds(value: float) -> str:
    """A duration.

    >>> seconds(0.84), seconds(20.96), seconds(3), seconds(755)
    ('0.8 s', '21 s', '3 s', '755 s')
    """
    return f"{value:.0f} s" if value >= 10 else f"{round(value, 1):g} s"


def persons(count: int) -> str:
    """A number of persons.

    >>> persons(1), persons(2)
    ('1 person', '2 persons')
    """
    return f"{count} person" if count == 1 else f"{count} persons"
