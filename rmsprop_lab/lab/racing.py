"""``Racing``: what a lab and a race have in common, optimisers and a trait for each setting."""

from collections.abc import Callable, Mapping
from typing import Any

import traitlets

from rmsprop_lab import schedules
from rmsprop_lab.lab import contract, written
from rmsprop_lab.lab.setup import HIDING, Setup
from rmsprop_lab.lab.view import Checked, View
from rmsprop_lab.schedules import Schedule, has_rate

#: By name how a trait is checked, and its value at first.
Traits = Mapping[str, tuple[Callable[[Any], Any], Any]]


class Racing(View):
    """A figure in which optimisers race.

    Attributes:
        racers, schedule, rule, own: as in :class:`~rmsprop_lab.lab.contract.State`; and a trait for
            each number.

    Raises:
        ValueError: for a hyper-parameter that would hide an attribute.
    """

    rule = Checked(written.check_rule, "").tag(sync=True)
    own = Checked(written.check_own, {}).tag(sync=True)

    def __init__(
        self, setup: Setup, told: contract.Spec, racers: Any, traits: Traits, **view: Any
    ) -> None:
        self._setup = setup
        numbers = {name: (one.check_one, one.default) for name, one in setup.numbers.items()}
        others = {
            **traits,
            "racers": (
                lambda given: setup.check_racers(given, self.rule),
                setup.entries if racers is None else racers,
            ),
            "schedule": (
                setup.check_schedule,
                (setup.own_schedule or schedules.constant).name,
            ),
        }
        if taken := [name for name in numbers if name in (*dir(self), *others)]:
            raise ValueError(HIDING.format(taken[0]))
        # HasTraits' own, because a widget's also sends each trait to a view, and there is none yet.
        traitlets.HasTraits.add_traits(
            self,
            **{
                name: Checked(check, check(value)).tag(sync=True)
                for name, (check, value) in {**numbers, **others}.items()
            },
        )
        self.set_trait("spec", told)
        self._travels = (*self._travels, *others, "rule", "own", *numbers)
        self._source = setup.edited[1] if setup.edited else ""
        super().__init__(**view)

    @property
    def names(self) -> tuple[str, ...]:
        """What the racers are called: by what tells each from the others."""
        shared = {name: getattr(self, name) for name in self._setup.numbers}
        return tuple(self._setup.names(self.racers, shared))

    def _line(self) -> str:
        numbers = ", ".join(f"{name} = {getattr(self, name)}" for name in self._setup.numbers)
        who = ", ".join(self.names)
        return f"{type(self).__name__}: {who} on {self._where}; {numbers}"

    @property
    def _where(self) -> str:
        """What they race on."""
        raise NotImplementedError

    def _is_edited(self, entry: contract.Entry) -> bool:
        return entry["optimizer"] == self._setup.edited_by(self.rule)

    def _refuse_edited(self, entry: contract.Entry) -> None:
        if self._is_edited(entry):
            raise ValueError(
                f"the rule of {entry['optimizer']!r} is edited, and only the view runs what is in "
                ".rule; in Python, define that function and give it as an optimiser"
            )

    def _settings(self, entry: contract.Entry) -> dict[str, Any]:
        """The racer's hyper-parameters: its own, or everybody's."""
        parameters = self._setup.optimizers[entry["optimizer"]].parameters
        own = entry["settings"]
        return {p.name: own.get(p.name, getattr(self, p.name)) for p in parameters}

    def _schedule_of(self, entry: contract.Entry) -> Schedule | None:
        """The schedule as it is set now, for whoever has a learning rate."""
        found = self._setup.schedules.get(self.schedule)
        if found is None or not has_rate(self._setup.optimizers[entry["optimizer"]]):
            return None
        if found.name == schedules.constant.name and self.warmup == 0:
            return None  # the same bits
        return found.at(**{p.name: getattr(self, p.name) for p in found.parameters})
