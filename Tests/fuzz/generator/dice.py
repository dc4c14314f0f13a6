"""Chance: one generator of random numbers for each case, so that any case can be made again alone."""

import random


class Dice(random.Random):
    """The random numbers of case `index` of a run with `seed`."""

    def __init__(self, seed, index):
        super().__init__(f"{seed}:{index}")

    def chance(self, probability):
        return self.random() < probability

    def weighted(self, *pairs):
        """One of the values of (weight, value) pairs."""
        return self.choices([value for _, value in pairs], [weight for weight, _ in pairs])[0]

    def some(self, values, low, high):
        """Between low and high different values, as far as there are enough."""
        values = list(values)
        return self.sample(values, min(len(values), self.randint(low, high)))
