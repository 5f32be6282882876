"""A budget for a network: so many parameters, so many seconds of training."""

from typing import NamedTuple

from .layers import Sequential, check_network
from .shapes import check_int, check_number


class Budget(NamedTuple):
    """What a network may cost at most."""

    parameters: int
    seconds: float

    def over(self, net: Sequential, seconds: float) -> list[str]:
        """One sentence for each limit that is passed, and by how much; [] within the budget.

        seconds: how long `net` was trained
        """
        check_int(self.parameters, "Budget: parameters", 1)
        check_number(self.seconds, "Budget: seconds")
        check_network(net, "over: net")
        check_number(seconds, "over: seconds")
        told, parameters = [], sum(param.size for param in net.params())
        if parameters > self.parameters:
            told.append(
                f"{parameters:,} parameters are {parameters - self.parameters:,} over the budget "
                f"of {self.parameters:,}."
            )
        if not seconds <= self.seconds:
            told.append(
                f"{seconds:.1f} s of training are {seconds - self.seconds:.1f} s over the budget "
                f"of {self.seconds:g} s."
            )
        return told

    def says(self, net: Sequential, seconds: float) -> str:
        """The same in one line; within the budget, how much is left."""
        if told := self.over(net, seconds):
            return " ".join(told)
        parameters = sum(param.size for param in net.params())
        return (
            f"Within the budget: {self.parameters - parameters:,} of {self.parameters:,} "
            f"parameters and {self.seconds - seconds:.1f} of {self.seconds:g} s are left."
        )
