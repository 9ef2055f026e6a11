"""Numbers that are known but for pads, from spec/arguments/masks.md.

A `Form` stands on a tape: what was sent less a pad, or a sum, a known multiple, or a product of two others. What must be
zero is noted; `Tape.claim` makes of all of it what pads must add up to.
"""

from files import demand

SENT, SUM, MULTIPLE, SHIFTED, PRODUCT = range(5)


class Form:
    __slots__ = ("tape", "at", "degree")

    def __init__(self, tape, degree, *node):
        self.tape, self.at, self.degree = tape, len(tape.nodes), degree
        tape.nodes.append(node)

    def __add__(self, other):
        if isinstance(other, Form):
            return Form(self.tape, max(self.degree, other.degree), SUM, self.at, other.at)
        return Form(self.tape, self.degree, SHIFTED, self.at, other)

    def __mul__(self, other):
        if isinstance(other, Form):
            demand(self.degree == other.degree == 1, "a product of products")
            return Form(self.tape, 2, PRODUCT, self.at, other.at)
        return Form(self.tape, self.degree, MULTIPLE, self.at, other)

    def __sub__(self, other):
        return self + other * -1

    def __rsub__(self, other):
        return self * -1 + other

    __radd__, __rmul__ = __add__, __mul__


class Tape:
    def __init__(self, zero, one):
        self.nodes, self.zeros, self.zero, self.one = [], [], zero, one

    def sent(self, value):
        """What was sent less the next pad."""
        return Form(self, 1, SENT, value)

    def demand_zero(self, form):
        self.zeros.append(form.at)

    def gradient(self, seeds):
        """Σ weight · node: a known number, weights of pads, and of products with their factors."""
        weights = [self.zero] * len(self.nodes)
        for at, weight in seeds:
            weights[at] = weights[at] + weight
        known, pads, products = self.zero, [], []
        for at, (kind, *operands) in reversed(list(enumerate(self.nodes))):
            weight = weights[at]
            if kind == SENT:
                known = known + weight * operands[0]
                pads.append(weight)
            elif kind == PRODUCT:
                products.append((weight, operands))
            else:
                a, b = operands
                weights[a] = weights[a] + (weight * b if kind == MULTIPLE else weight)
                if kind == SUM:
                    weights[b] = weights[b] + weight
                elif kind == SHIFTED:
                    known = known + weight * b
        return known, pads[::-1], products[::-1]

    def claim(self, c):
        """Weights of pads, and what they add up to."""
        power, seeds, [zeta] = self.one, [], c.draw("masks/zeta")
        for at in self.zeros:
            seeds.append((at, power))
            power = power * zeta
        value, pads, products = self.gradient(seeds)
        linear, square = c.read("masks/products", 2)
        [delta] = c.draw("masks/delta")
        shown = c.read("masks/factors", 2 * len(products))
        [eta] = c.draw("masks/eta")
        for (weight, _), t, w in zip(products, shown[::2], shown[1::2]):
            value = value + weight * t * w
        value = value - delta * linear - delta * delta * square
        # t − f − δ s is zero for each factor f.
        weight, seeds = self.one, []
        for at, t in zip((at for _, factors in products for at in factors), shown):
            weight = weight * eta
            value = value + weight * t
            seeds.append((at, weight * -1))
            pads.append(weight * delta)
        pads += [delta * -1, delta * delta * -1]
        known, of_factors, _ = self.gradient(seeds)
        return [a + b for a, b in zip(pads, of_factors)] + pads[len(of_factors) :], value + known
