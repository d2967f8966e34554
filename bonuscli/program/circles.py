"""Names that point at names in a circle: rules that replace each other, sets of goods that leave each other out."""


def find_cycles(below: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The circles among names that point at names, each once, from its first name in the given order.

    >>> find_cycles({"a": ("b",), "b": ("a",), "c": ("c", "a")})
    [('a', 'b'), ('c',)]
    """
    cycles: list[tuple[str, ...]] = []
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            cycles.append(trail[trail.index(name) :])
        elif name in below and name not in done:
            for target in below[name]:
                walk(target, (*trail, name))
            done.add(name)

    for name in below:
        walk(name, ())
    return cycles
