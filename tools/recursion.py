"""The chips of the recursion machine, from spec/recursion.md and spec/recursion-blake3.md.

A chip is a function that reads a row and says its constraints and messages. Rows are of anything that can be added
and multiplied: of field elements, or of `Linear` forms, of which messages are made.
"""

from hash import D, DIAGONAL, DIGEST, FULL_ROUNDS, IV, NODE, P, PARTIAL_ROUNDS, PERMUTATION, ROUND_CONSTANTS
from hash import ROUNDS, WIDTH, external

CELL, ENTRY, WORDS, XOR, NIBBLES, HALF, CANONICAL = 1, 2, 16, 17, 18, 19, 20


class Linear(dict):
    """Column to coefficient; the constant stands at `None`."""

    def __add__(self, other):
        if not isinstance(other, Linear):
            return other
        out = Linear(self)
        for column, c in other.items():
            out[column] = (out.get(column, 0) + c) % P
        return out

    def __mul__(self, c):
        return Linear((column, c * x % P) for column, x in self.items()) if isinstance(c, int) else NonLinear()

    def __sub__(self, other):
        return self + other * -1


class NonLinear:
    """What no message is made of."""

    def __add__(self, _):
        return self

    __sub__ = __mul__ = __add__


class Chip:
    """Of the ports `r` only reads, `w` writes, `e` does either, `n` writes the cell next to the port before."""

    def __init__(self, says, ports="", constants=0, witness=0, real=None):
        self.says, self.ports = says, ports
        self.real = "r" in ports if real is None else real
        addresses, weights = len(ports) - ports.count("n"), len(ports) - ports.count("r")
        self.fixed, self.witness = self.real + addresses + weights + constants, witness
        self.columns = self.fixed + witness
        # Bus, multiplicity and values as forms.
        row = self.row([Linear({i: 1}) for i in range(self.columns)], Linear({None: 1}))
        self.messages, self.constraints = row.messages, len(row.constraints)
        forms = [form for _, weight, values in row.messages for form in (weight, *values)]
        used = {column for form in forms for column, c in form.items() if c}
        self.message_columns = sorted(used - {None})

    def row(self, values, one):
        return Row(self, values, one)


class Row:
    """A row that has been read: its messages and what its constraints come to."""

    def __init__(self, chip, values, one):
        self.values, self.one, self.none, self.at = values, one, one * 0, 0
        self.messages, self.constraints = [], []
        self.real = self.take(1)[0] if chip.real else None
        address, self.ports = None, []
        for port in chip.ports:
            address = address + one if port == "n" else self.take(1)[0]
            self.ports.append([address, None])
        for port, kind in zip(self.ports, chip.ports):
            port[1] = self.real * -1 if kind == "r" else self.take(1)[0]
        chip.says(self)
        assert self.at == len(values)

    def take(self, count):
        """The next columns."""
        self.at += count
        return self.values[self.at - count : self.at]

    def cells(self, count):
        return [self.take(D) for _ in range(count)]

    def zero(self, value):
        self.constraints.append(value)

    def boolean(self, x):
        self.zero(x * (x - self.one))

    def message(self, bus, weight, *values):
        self.messages.append((bus, weight, values))

    def connect(self, *cells, first=0):
        """Says what ports read and write; what is missing of a cell is zero."""
        for (address, weight), cell in zip(self.ports[first:], cells):
            self.message(CELL, weight, address, *cell, *[self.none] * (D - len(cell)))


# --- Arithmetic ---


def product(a, b):
    """In F[x]/(x^5 + x^2 − 1), of coefficients."""
    out = [a[0] * b[0] * 0] * (2 * D - 1)
    for i in range(D):
        for j in range(D):
            out[i + j] = out[i + j] + a[i] * b[j]
    for i in reversed(range(D, 2 * D - 1)):
        out[i - D], out[i - D + 2] = out[i - D] + out[i], out[i - D + 2] - out[i]
    return out[:D]


def constant(k):
    k.connect(k.take(D))


def mul_add(k):
    a, b, c, o = k.cells(4)
    for x, y, z in zip(product(a, b), c, o):
        k.zero(x + y - z)
    k.connect(a, b, c, o)


def mul(k):
    a, b, o = k.cells(3)
    for x, z in zip(product(a, b), o):
        k.zero(x - z)
    k.connect(a, b, o)


def add(k):
    a, b = k.cells(2)
    k.connect(a, b, [x + y for x, y in zip(a, b)])


def dot(k):
    acc, v, *w, o = k.cells(8)
    for i in range(D):
        total = acc[i]
        for j in range(D):
            total = total + v[j] * w[j][i]
        k.zero(total - o[i])
    k.connect(acc, v, *w, o)


def select(k):
    [bit], (a, b, o) = k.take(1), k.cells(3)
    k.boolean(bit)
    for x, y, z in zip(a, b, o):
        k.zero(y + bit * (x - y) - z)
    k.connect([bit], a, b, o)


def pack(k):
    value = k.take(D)
    k.connect(value, *[[v] for v in value])


def bits(k):
    bit, high = k.take(31), k.take(3)
    for b in bit:
        k.boolean(b)
    k.zero(bit[24] * bit[25] * bit[26] - high[0])
    k.zero(high[0] * bit[27] * bit[28] - high[1])
    k.zero(high[1] * bit[29] * bit[30] - high[2])
    k.zero(high[2] * sum(bit[1:24], bit[0]))
    value = sum((b * 2**i for i, b in enumerate(bit)), k.none)
    k.connect([value], *[[b] for b in bit])


# --- Poseidon2 ---


def poseidon2(k, state, rounds, end):
    """The permutation of the state starts with `end`; `rounds` are the columns between."""

    def cube(lane, constant):
        x = lane + k.real * constant
        return x * x * x

    rounds, half = iter(rounds + end), FULL_ROUNDS // 2
    state = external(state)
    for number, constants in enumerate(ROUND_CONSTANTS):
        if half <= number < half + PARTIAL_ROUNDS:
            column = next(rounds)
            k.zero(cube(state[0], constants[0]) - column)
            state = [column] + state[1:]
            total = sum(state[1:], state[0])
            state = [total + x * d for x, d in zip(state, DIAGONAL)]
        else:
            after = external([cube(x, c) for x, c in zip(state, constants)])
            # Of the last round only what comes out.
            state = [column for _, column in zip(range(WIDTH), rounds)]
            for x, column in zip(after, state):
                k.zero(x - column)


BETWEEN = (FULL_ROUNDS - 1) * WIDTH + PARTIAL_ROUNDS


def permute(k):
    [tag], before, rounds, out = k.take(1), k.take(WIDTH), k.take(BETWEEN), k.take(WIDTH)
    poseidon2(k, before, rounds, out)
    before = before[:-1] + [before[-1] - tag]
    cells = [state[i : i + D] for state in (before, out) for i in range(0, WIDTH, D)]
    k.connect(*cells, out[D:DIGEST])


def node(k):
    digest, sibling, left = (k.take(DIGEST) for _ in range(3))
    [bit], rounds, parent = k.take(1), k.take(BETWEEN), k.take(DIGEST)
    k.boolean(bit)
    for d, s, l in zip(digest, sibling, left):
        k.zero(d + bit * (s - d) - l)
    right = [d + s - l for d, s, l in zip(digest, sibling, left)]
    poseidon2(k, left + right + [k.none] * 5 + [k.real * NODE], rounds, parent)
    k.connect(digest[:D], digest[D:], [bit], parent[:D], parent[D:])


def cap(k):
    [first, is_entry, index], digest, [count] = k.take(3), k.take(DIGEST), k.take(1)
    k.zero((count + k.real) * (is_entry - k.one))
    k.message(ENTRY, count, first + index, *digest)
    k.connect([index], digest[:D], digest[D:])


# --- BLAKE3 ---


def halves(b):
    return [b[0] + b[1] * 2**8, b[2] + b[3] * 2**8]


def say_words(k, port, values):
    """Eight words, by halves."""
    address, weight = k.ports[port]
    for part in range(2):
        k.message(WORDS, weight, address, k.one * part, *values[8 * part : 8 * part + 8])


def steps():
    """For each G: which words of the state, and which of the block."""
    order = list(range(16))
    for _ in range(ROUNDS):
        for g in range(8):
            shift = g // 4
            yield [i * 4 + (g + i * shift) % 4 for i in range(4)], (order[2 * g], order[2 * g + 1])
        order = [order[i] for i in PERMUTATION]


def compress(k):
    block, start, counter, flags = k.take(4)
    low, high, last = (k.take(16) for _ in range(3))
    cv_half, cv_byte = k.take(8), k.take(16)
    groups = [224, 211] + [224] * 8
    a1, d1, c1, b1_low, b1_high, a2, d2, c2, b2, b2_top = (iter(k.take(n)) for n in groups)
    out = iter(k.take(32))

    def four(columns):
        return [next(columns) for _ in range(4)]

    # A word has its halves, for sums, and its bytes, for lookups.
    def rotated(parts):
        return halves(parts), parts

    def xor(columns, x, y):
        z = four(columns)
        for i in range(4):
            k.message(XOR, k.real, x[1][i], y[1][i], z[i])
        return z

    def total(columns, *words):
        """Constraints 3 and 4: with so many words the carry is less than their number."""
        byte, carry = four(columns), k.none
        for i, half in enumerate(halves(byte)):
            carry = (sum((w[0][i] for w in words), carry) - half) * pow(2, -16, P)
            bound = carry * (carry - k.one)
            k.zero(bound * (carry - k.one * 2) if len(words) == 3 else bound)
        return halves(byte), byte

    for l, h, x in zip(low, high, last):
        k.message(HALF, block, l)
        k.message(CANONICAL, block, h, x)
        k.zero(x * l)
    elements = [l + h * 2**16 for l, h in zip(low, high)]
    k.connect(*[elements[i : i + D] for i in range(0, 16, D)])
    message = [([l, h], None) for l, h in zip(low, high)]
    words = [half for pair, _ in message for half in pair]
    say_words(k, 5, words[:16])
    say_words(k, 6, words[16:])
    cv = [(cv_half[i : i + 2], None) for i in range(0, 8, 2)]
    cv += [rotated(cv_byte[i : i + 4]) for i in range(0, 16, 4)]
    before = [half for word in cv for half in word[0]]
    say_words(k, 4, before)
    for i, half in enumerate(before):
        k.zero(start * (half - k.one * (IV[i // 2] >> 16 * (i % 2) & 0xFFFF)))

    state = cv + [([k.real * (w & 0xFFFF), k.real * (w >> 16)], None) for w in IV[:4]]
    state += [([d, k.none], None) for d in (counter, k.none, k.real * 64, flags)]
    for number, (places, (m, n)) in enumerate(steps()):
        a, b, c, d = (state[i] for i in places)
        a = total(a1, a, b, message[m])
        if number >= 4:
            z = xor(d1, a, d)
        else:
            z = list(a[1])
            if number != 1:
                z[0] = next(d1)
                k.message(XOR, k.real, a[1][0], d[0][0], z[0])
        d = rotated(z[2:] + z[:2])
        c = total(c1, c, d)
        nibbles, upper = four(b1_low), four(b1_high)
        for i in range(4):
            k.message(NIBBLES, k.real, c[1][i], b[1][i], nibbles[i], upper[i])
        b = rotated([upper[(i + 1) % 4] + nibbles[(i + 2) % 4] * 16 for i in range(4)])
        a = total(a2, a, b, message[n])
        z = xor(d2, a, d)
        d = rotated(z[1:] + z[:1])
        c = total(c2, c, d)
        z, top = xor(b2, c, b), four(b2_top)
        for bit in top:
            k.boolean(bit)
        byte = [z[(i + 1) % 4] * 2 - top[(i + 1) % 4] * 2**8 + top[i] for i in range(4)]
        b = rotated(byte)
        for place, word in zip(places, (a, b, c, d)):
            state[place] = word
    after = [half for i in range(8) for half in halves(xor(out, state[i], state[i + 8]))]
    say_words(k, 7, after)


def digest(k):
    low, middle, bit = k.take(8), k.take(8), k.take(24)
    high, left = [], k.none
    for i, m in enumerate(middle):
        three = bit[3 * i : 3 * i + 3]
        for b in three:
            k.boolean(b)
        top = three[0] + three[1] * 2 + three[2] * 4
        k.message(HALF, k.real, m * 8)
        high.append(m + top * 2**13)
        left = left + top * 8**i
    say_words(k, 0, [half for pair in zip(low, high) for half in pair])
    element = [l + m * 2**16 for l, m in zip(low, middle)]
    k.connect(element[:D], element[D:] + [left], first=1)


def padding(k):
    zeros, element = k.take(D - 1), k.take(D)
    for zero, e in zip(zeros, element[1:]):
        k.zero(zero * e)
    k.connect(element)


def xor_table(k):
    (x, y, xor, high), counts = k.take(4), k.take(3)
    answers = (XOR, (x, y, xor)), (NIBBLES, (x, y, xor - high * 16, high)), (HALF, (x * 2**8 + y,))
    for (bus, values), count in zip(answers, counts):
        k.message(bus, count * -1, *values)


def canonical_table(k):
    value, last, count = k.take(3)
    k.message(CANONICAL, count * -1, value, last)


# In the order of the key. Circuits that hash nothing with BLAKE3 may be of a machine of the first PLAIN chips.
PLAIN = 12
CHIPS = [
    Chip(constant, "w", D),
    Chip(constant, "w", 0, D),  # `hint`, whose value is no fixed column
    Chip(mul_add, "rree", 0, 4 * D),
    Chip(mul, "rre", 0, 3 * D),
    Chip(add, "ere", 0, 2 * D),
    Chip(dot, "rrrrrrrw", 0, 8 * D),
    Chip(select, "rrrw", 0, 1 + 3 * D),
    Chip(pack, "eeeeee", 0, D),
    Chip(bits, "rw" + "n" * 30, 0, 34),
    Chip(permute, "rrrrrwnnnnn", 1, 2 * WIDTH + BETWEEN),
    Chip(node, "rrrwn", 0, 4 * DIGEST + 1 + BETWEEN),
    Chip(cap, "rrr", 2, 2 + DIGEST),
    Chip(compress, "eeeeeeew", 4, 2331, real=True),
    Chip(digest, "rww", 0, 40),
    Chip(padding, "r", 4, D),
    Chip(xor_table, "", 4, 3),
    Chip(canonical_table, "", 2, 1),
]
