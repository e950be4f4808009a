"""The conventions as the words of a table: one row each, one column for a library.

It imports nothing, so that the tests make the table again from goldens.json.
"""


def short(value):
    return value if isinstance(value, str) else f"{value:g}".replace("e-0", "e-")


def argument(name, *, called=True):
    """Its default, and what the library calls it."""

    def cell(found):
        theirs, default = found["arguments"][name]
        return ("none" if default is None else short(default)) + called * f" `{theirs}`"

    return "rmsprop", cell


def means(part, meaning):
    """What a probe found; "no" where no argument asks for it."""
    return part, lambda found: short(found.get(meaning, "no"))


def momentum(found):
    return found["rate_in_velocity"] + (" (Nesterov too)" if "nesterov" in found else "")


def on(found):
    """What all its optimisers do beside their rules, and what only one does."""
    rules, words = {}, []
    for rule, extras in found.items():
        for extra in extras:
            rules.setdefault(extra, []).append(rule)
    for extra, by in rules.items():
        words.append(extra if len(by) == len(found) else f"{extra} in {' and '.join(by)}")
    return ", ".join(words) or "no"


ROWS = {
    "Rate": argument("learning_rate", called=False),
    "Rho": argument("rho"),
    "Epsilon": argument("epsilon"),
    "Its place": means("rmsprop", "epsilon"),
    "$s$ from": means("rmsprop", "s_starts_at"),
    "Centred: epsilon": means("rmsprop", "centred"),
    "Momentum: rate": ("rmsprop", momentum),
    "Weight decay": means("rmsprop", "weight_decay"),
    "SGD: rate": means("sgd", "rate_in_velocity"),
    "AdaGrad: $s$ from": means("adagrad", "s_starts_at"),
    "AdaGrad: epsilon": means("adagrad", "epsilon"),
    "Adam: epsilon": means("adam", "epsilon_and_correction"),
    "On, unasked": ("unasked", on),
}


def table(conventions, versions):
    """The rows: a heading, then a cell for each library. "–" is what a library has not."""
    rows = [["Version", *(version.split("+")[0] for version in versions.values())]]
    for heading, (part, cell) in ROWS.items():
        cells = (cell(conventions[of][part]) if part in conventions[of] else "–" for of in versions)
        rows.append([heading, *cells])
    return rows
