"""What the checker says, with {names} for what differs. The page says the same: it is sent this.

A name may be of one thing or of many, s or losses: so no verb stands by one.
"""

#: What is found, by a key: the mistake's name, and what is said of it.
FINDINGS: dict[str, tuple[str, str]] = {
    "changes": (
        "changes its arguments",
        "It changes {names} in place, which belongs to whoever calls it. Make a new array: "
        "s = a * s for s *= a.",
    ),
    "one result": (
        "wrong number of results",
        "It returns one result ({kind}); it must return {names}, in this order, with commas "
        "between them.",
    ),
    "many results": (
        "wrong number of results",
        "It returns {count}; it must return {names}.",
    ),
    "comparison": (
        "not a number",
        "One of its results, {name}, is True or False, which is no number. Where a condition "
        "chooses between two, write np.where(condition, 1.0, 0.0).",
    ),
    "single numbers": (
        "only for single numbers",
        "It takes single numbers, but for arrays it raises {error}. A rule takes both: use "
        "NumPy's functions for those of math, and no if on a number.",
    ),
    "shape": (
        "wrong shape",
        "For {form} the shape of {name} is {mine}; it must be {theirs}.",
    ),
    "slip": ("{wrong} for {right}", "It calculates with {wrong} where {right} must stand."),
    "returned": (
        "{wrong} returned for {right}",
        "It returns {wrong} where {right} must be returned.",
    ),
    "uphill": (
        "ascent; {name}",
        "The updates have the wrong sign, and that is not all. {hint}",
    ),
    "two": ("{first}; {second}", "Two things are wrong. {hint} {second_hint}"),
    "convention and more": (
        "{first}; {second}",
        "It is in another convention, and wrong besides. {hint} {second_hint}",
    ),
    "more": (
        "{first}, and more",
        "{hint} That explains the state, not yet the updates: more is wrong.",
    ),
    "whole numbers": (
        "{name} in whole numbers",
        "What stands after the point is cut off {of}{name}. Look for int(), //, round or an array "
        "of whole numbers (dtype=int): it needs floats.",
    ),
    "single precision": (
        "single precision",
        "It is right to some seven digits, as with numbers of 32 bits. Look for float32, or for a "
        "rounding, and leave it out.",
    ),
    "order": (
        "results in another order",
        "The results come back in another order: {given}. It must be {wanted}.",
    ),
    "no effect": (
        "no effect of {name}",
        "The results do not depend on {name}. Is this argument left out, or does a number stand in "
        "its place?",
    ),
    "factor": (
        "{name} times {factor}",
        "It returns {name} times {factor}: there is a factor too many, or one is missing.",
    ),
    "term": (
        "{name} plus {term}",
        "It returns {name} plus {term}. Nothing is to be added.",
    ),
    "limited": (
        "{name} limited",
        "In {name} there is a limit, beyond which it does not go. Look for min, max or clip: the "
        "rule has none.",
    ),
    "first step": (
        "wrong after the first step",
        "It is right where {name} = 0, as in the first step, and wrong from then on. Look "
        "at each place where the old state stands.",
    ),
    "somewhere": (
        "wrong for {values}",
        "It is right, but not for {values}. Look for min, max, clip, abs, an if or an or: there, "
        "too, the rule is the same.",
    ),
    "arguments": (
        "wrong arguments",
        "{said} cannot be called as {label} is: it must {wanted}.",
    ),
    "strangers": (
        "wrong arguments",
        "{said} takes the parameters themselves or a config; here a rule must {wanted}: the "
        "updates are subtracted from the parameters outside.",
    ),
}

#: What sentences are made of.
PHRASES: dict[str, str] = {
    "right": "{name} is right: {label}, on {count} random steps of several shapes.",
    "wrong": "{name} is not {label}.",
    "convention": "{name} is {label} in another convention.",
    "same numbers": "{name} gives the numbers of {label}.",
    "named convention": "another convention: {name}",
    "wanted": "take {names}, in this order, and return {results}",
    "order": (
        "it takes its arguments {how}: {own}. It must {wanted}; or have these names, in any order."
    ),
    "how": "in another order",
    "arguments how": "arguments {how}",
    "right but": "{name} is {label}, but {order}",
    "also": "{text} Also, {order}",
    "old": "the old {name}",
    "a number": "a number",
    "all wrong": "It does not return the right {bad}.",
    "some wrong": "It returns the right {good}, but not the right {bad}.",
    "calls": "It is wrong on {wrong} of {all} calls.",
    "by shape": "It is {name}, and right for all else.",
    "arrays": "wrong for arrays",
    "singles": "wrong for single numbers",
    "planes": "wrong for arrays of two dimensions",
    "not a number": "Some of it is NaN: look for 0 / 0, or the root of a negative number.",
    "arrays of": "arrays of shape {shape}",
    "single": "single numbers",
    "a step": "Your first step is {got}, it should be {wanted} ({given}).",
    "updates": "Your updates are {got}, they should be {wanted} ({given}).",
    "a state": "Your {name} is {got}, it should be {wanted} ({given}).",
}


def said(key: str, **words: str) -> tuple[str, str]:
    """The name of what is found, and what is said of it."""
    name, text = FINDINGS[key]
    return name.format(**words), text.format(**words)


def phrase(key: str, **words: str) -> str:
    """A part of what is said."""
    return PHRASES[key].format(**words)
