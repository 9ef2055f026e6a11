#!/usr/bin/env python3
"""Verifies proofs of the recursion machine: a second verifier, in plain Python, written from spec/ alone.

    tools/verify.py FILE --vk VK --tree TREE [--exit-code N]
    tools/verify.py FILE --vk VK … --tree TREE … --aggregate KEY [--exit-code N]
    tools/verify.py < CLAIMS

Verifies a root proof's file: a run of the program that VK names, by circuits of the tree that TREE names. Or an aggregate's:
runs of all these programs, by these trees and by the circuits of aggregates that KEY names. Or reads JSON objects, one a line,
and says of each whether it is accepted; bytes are in hexadecimal.

- A root proof has `file`, and what it must be of: `vk`, `tree` and `exit_code`.
- A circuit has `proof`; `profile`, `log_height`, `root` (nine numbers), `rows` (a number for each chip), `hash`; the transcript's
  `domain`, and `publics`: of each public cell its address, how often it is read, and its five numbers.

The page that says what a function does is named above it; variable 0 of a point is the most significant bit, and
whatever does not hold raises `Refused`.
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import mul
from pathlib import Path
from struct import unpack_from

import hash
from aggregates import Aggregate
from files import Refused, RootFile, demand, root_publics
from hash import D, DIGEST, P, FieldTranscript, Transcript
from hash import cells_of, compress, leaf, log_leaf, node_of, number, positions, root_cells, root_of_unity, work_bits
from masks import Form, Tape
from recursion import CELL, CHIPS, PLAIN
from security import log_ceil, parameters

LOG_ROWS, LOG_BUNDLE, BETAS = 23, 5, 13
# Of a system whose chips all have fixed columns.
MAX_LOG_CHUNK = 10


# --- The field (spec/hash.md) ---


class E(tuple):
    """An element of F[x]/(x^5 + x^2 − 1), by its coefficients."""

    __slots__ = ()

    def __add__(self, other):
        a0, a1, a2, a3, a4 = self
        if isinstance(other, int):
            return E(((a0 + other) % P, a1, a2, a3, a4))
        if not isinstance(other, E):
            return NotImplemented
        b0, b1, b2, b3, b4 = other
        return E(((a0 + b0) % P, (a1 + b1) % P, (a2 + b2) % P, (a3 + b3) % P, (a4 + b4) % P))

    def __sub__(self, other):
        return self + (-other if isinstance(other, int) else other * -1)

    def __rsub__(self, other):
        return self * -1 + other

    def __mul__(self, other):
        a0, a1, a2, a3, a4 = self
        if isinstance(other, int):
            return E((a0 * other % P, a1 * other % P, a2 * other % P, a3 * other % P, a4 * other % P))
        if not isinstance(other, E):
            return NotImplemented
        b0, b1, b2, b3, b4 = other
        # Coefficients of the product from x^5 on, where x^5 = 1 − x^2.
        c8 = a4 * b4
        c7 = a3 * b4 + a4 * b3
        c6 = a2 * b4 + a3 * b3 + a4 * b2
        c5 = a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 - c8
        return E(
            (
                (a0 * b0 + c5) % P,
                (a0 * b1 + a1 * b0 + c6) % P,
                (a0 * b2 + a1 * b1 + a2 * b0 + c7 - c5) % P,
                (a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + c8 - c6) % P,
                (a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 - c7) % P,
            )
        )

    __radd__, __rmul__ = __add__, __mul__

    def inverse(self):
        """The product of the four conjugates over the norm, which is in F."""
        demand(any(self), "zero has no inverse")
        conjugate, others = self, ONE
        for _ in range(D - 1):
            conjugate = sum((x * c for x, c in zip(FROBENIUS, conjugate)), ZERO)
            others = others * conjugate
        return others * pow((self * others)[0], -1, P)


ZERO, ONE, X = E((0,) * D), E((1, 0, 0, 0, 0)), E((0, 1, 0, 0, 0))


def powers(base, count):
    out = [ONE]
    for _ in range(count - 1):
        out.append(out[-1] * base)
    return out


def frobenius():
    """The p-th powers of 1, x, …"""
    result, base = ONE, X
    for bit in bin(P)[:1:-1]:
        result, base = result * base if bit == "1" else result, base * base
    return powers(result, D)


FROBENIUS = frobenius()


def total(terms):
    return sum(terms, ZERO)


def eq_table(point, count=None):
    """eq(point, i) for i < count."""
    table = [ONE]
    for left, x in zip(reversed(range(len(point))), point):
        table = [half for v in table for high in (v * x,) for half in (v - high, high)]
        table = table[: count and -(-count >> left)]
    return table


def product(factors):
    return reduce(E.__mul__, factors, ONE)


# --- What is read (spec/arguments/transcript.md, commitment.md) ---


class Reader:
    masked = False

    def __init__(self, transcript, hash, proof):
        self.transcript, self.hash, self.proof, self.at = transcript, hash, proof, 0

    def words(self, count):
        start, self.at = self.at, self.at + 4 * count
        demand(self.at <= len(self.proof), "the proof ends early")
        return list(unpack_from(f"<{count}I", self.proof, start))

    def elements(self, count):
        """A hint: not absorbed."""
        out = self.words(count)
        demand(all(e < P for e in out), "an element is not below p")
        return out

    def absorb(self, label, cells):
        self.transcript.absorb(label, cells)

    def number(self, label):
        [out] = self.words(1)
        self.absorb(label, number(out))
        return out

    def read(self, label, count):
        out = [E(self.elements(D)) for _ in range(count)]
        self.absorb(label, [list(e) for e in out])
        return out

    def lists(self, label, absent, layout, counts):
        """A list for each chip. Those of chips without rows are zeros, which are not in the proof."""
        out = []
        for chunks, count in zip(layout.chunks, counts):
            if chunks:
                out.append(self.read(label, count))
            else:
                out.append([ZERO] * count)
                self.absorb(absent, [[0] * D] * count)
        return out

    def root(self, label):
        out = self.elements(DIGEST)
        self.absorb(label, cells_of(out))
        return out

    def draw(self, label, count=1):
        return [E(self.transcript.draw(label, 1)[0]) for _ in range(count)]

    def work(self, label, bits):
        if bits > 0:
            seed = sum(self.transcript.draw(label, 2), [])[:DIGEST]
            [nonce] = self.elements(1)
            self.absorb(label, cells_of([nonce]))
            demand(work_bits(self.hash, seed, nonce) >= bits, label)

    def sibling(self):
        """In trees of BLAKE3 the 32 bytes of a digest."""
        if self.hash != "Blake3":
            return self.elements(DIGEST)
        start, self.at = self.at, self.at + 32
        demand(self.at <= len(self.proof), "the proof ends early")
        return node_of(self.proof[start : self.at])

    def open(self, root, depth, width, indices):
        """Rows of a tree, by index."""
        log_rows = log_leaf(self.hash, depth, width)
        leaves = {i: self.elements(width << log_rows) for i in sorted({i >> log_rows for i in indices})}
        level = {i: leaf(self.hash, elements) for i, elements in leaves.items()}
        depth -= log_rows
        log_cap = max(0, min(depth - 4, len(indices).bit_length() - 2))
        for _ in range(depth - log_cap):
            above = {}
            for i, digest in level.items():
                if i // 2 not in above:
                    sibling = level.get(i ^ 1) or self.sibling()
                    pair = (sibling, digest) if i % 2 else (digest, sibling)
                    above[i // 2] = compress(self.hash, *pair)
            level = above
        cap = [level.get(i) or self.sibling() for i in range(2**log_cap)]
        while len(cap) > 1:
            cap = [compress(self.hash, *pair) for pair in zip(cap[::2], cap[1::2])]
        demand(cap == [root], "the opening is not of the root")
        starts = {i: width * (i % 2**log_rows) for i in indices}
        return {i: leaves[i >> log_rows][at : at + width] for i, at in starts.items()}

    def equal(self, a, b, what):
        demand(a == b, what)

    def not_zero(self, a, what):
        demand(any(a), what)


# --- masks (spec/arguments/masks.md) ---


class Masked:
    """Reads what is sent masked: sent values less pads, in forms."""

    masked, clear = True, ("zerocheck/columns", "gather/value", "gather/weight", "windows/round")

    def __init__(self, inner):
        self.inner, self.tape, self.draw, self.work = inner, Tape(ZERO, ONE), inner.draw, inner.work

    def numbers(self, label, values):
        return values if label in self.clear else [self.tape.sent(value) for value in values]

    def read(self, label, count):
        return self.numbers(label, self.inner.read(label, count))

    def lists(self, label, absent, layout, counts):
        lists = zip(layout.chunks, self.inner.lists(label, absent, layout, counts))
        return [self.numbers(label, values) if chunks else values for chunks, values in lists]

    def mask(self):
        return self.tape.sent(ZERO)

    def equal(self, a, b, what):
        difference = a - b
        if isinstance(difference, Form):
            self.tape.demand_zero(difference)
        else:
            demand(a == b, what)

    def not_zero(self, a, what):
        [inverse] = self.read("gkr/inverse", 1)
        self.equal(a * inverse, ONE, what)


def interpolate(nodes, values, x):
    out = ZERO
    for i, (node, value) in enumerate(zip(nodes, values)):
        others = [other for j, other in enumerate(nodes) if j != i]
        scale = pow(reduce(mul, (node - other for other in others)), -1, P)
        out = out + value * (product(x - other for other in others) * scale)
    return out


def join(c, h, work, pads, weights, value):
    """The claim on stacks and that on pads as one: weights of columns, what weighs pads, and the value."""
    coefficients, of_pads = pads
    demand(len(coefficients) <= 2 ** (h - 4), "number of pads")
    [hiding] = c.read("masks/value", 1)
    c.work("masks/work", work)
    [rho] = c.draw("masks/rho")
    [cross] = c.read("masks/cross", 1)
    c.work("masks/work", work)
    [x] = c.draw("masks/x")
    y = 1 - x
    weights = [w * (y * rho) for w in weights] + [x] + [y * power for power in powers(X, D)]
    return weights, x, y * y * (rho * value + hiding) + x * y * cross + x * x * of_pads


def weight_of_pads(coefficients, r):
    parts = total(e * power for e, power in zip(eq_table(r[:4]), powers(X, D)))
    return parts * total(e * c for e, c in zip(eq_table(r[4:], len(coefficients)), coefficients))


# --- layout ---


@dataclass
class Key:
    """What is fixed: profile, log_height, rate, hash, masks, lists; root and rows of the fixed columns."""

    profile: int
    h: int
    rate: int
    hash: str
    masked: bool
    multiplicity: int
    root: list
    rows: list
    chips: list

    @property
    def log_data(self):
        """Of a stack's elements columns have all, or with masks half."""
        return self.h - self.masked


class Layout:
    """Stacks are those of the groups: fixed, boundary (none), witness; the verifier has `own` messages."""

    def __init__(self, key, u, stacks, own):
        self.chips, self.widths = key.chips, stacks
        demand(0 <= u <= min(key.log_data, MAX_LOG_CHUNK), "size of a chunk")
        demand(all(rows <= 2**LOG_ROWS for rows in key.rows), "rows of a table")
        # All chips have fixed columns.
        whole = 2 ** min(key.log_data, MAX_LOG_CHUNK)
        self.chunks = [-(-rows // whole) * whole >> u for rows in key.rows]
        self.log_stack = key.log_data - u
        demand(sum(stacks) <= 2**12 and sum(stacks) << self.log_stack <= 2**18, "stacks")
        demand(stacks[1] == 0, "stacks of the boundary group")
        self.places, at = [[] for _ in key.chips], 0
        for group, end in (("fixed", stacks[0]), ("witness", sum(stacks))):
            for chip, chunks, places in zip(key.chips, self.chunks, self.places):
                for _ in range(getattr(chip, group)):
                    places.append(at)
                    at += chunks
            demand(at <= end << self.log_stack, f"{group} columns have more chunks than stacks have places")
            # Where rows share leaves, rows of other widths fit into them too: how many do says which it is.
            if group == "fixed":
                shared = hash.log_leaf(key.hash, key.h + key.rate, end)
                demand(shared == 0 or end == hash.block(key.hash) >> shared, "stacks of rows that share leaves")
            at = end << self.log_stack
        self.log_places = log_ceil(max(1, at))
        bundles = [-(-len(chip.messages) >> LOG_BUNDLE) for chip in key.chips]
        self.first_bundle = [sum(bundles[:i]) for i in range(len(bundles))]
        self.log_bundles = log_ceil(sum(bundles))
        said = sum(len(chip.messages) * chunks << u for chip, chunks in zip(key.chips, self.chunks))
        demand(said + own <= 2**28, "messages")


# --- buses, gkr (spec/arguments/logup.md, gkr.md) ---


def denominator(betas, bus, values, constant):
    """α + id · β_0 + Σ β_{i+1} v_i, constants times `constant`."""
    return constant * (betas[0] + betas[1] * bus) + total(b * v for b, v in zip(betas[2:], values))


def round_without_eq(claim, z, t0):
    """t(1), if claim = (1 − z) t(0) + z t(1)."""
    return (claim - (1 - z) * t0) * z.inverse()


def quadratic(t0, t1, leading, x):
    return t0 + x * (t1 - t0 - leading + x * leading)


def gkr(c, u, log_places):
    """The claim at the leaves: coordinates of the row and of the place, numerator and denominator; and the root."""
    root = p, q = c.read("gkr/root", 2)
    c.not_zero(q, "denominator of the root")
    row, place = [], []
    for layer in range(u + log_places):
        [mu] = c.draw("gkr/mu")
        claim = p + mu * q
        for coordinates, order in ((row, range(len(row))), (place, reversed(range(len(place))))):
            for i in order:
                t0, leading = c.read("gkr/round", 2)
                t1 = round_without_eq(claim, coordinates[i], t0)
                [coordinates[i]] = c.draw("gkr/x")
                claim = quadratic(t0, t1, leading, coordinates[i])
        p0, p1, q0, q1 = c.read("gkr/children", 4)
        c.equal(claim, p0 * q1 + q0 * (p1 + mu * q1), "a layer of GKR")
        [bit] = c.draw("gkr/bit")
        p, q = p0 + bit * (p1 - p0), q0 + bit * (q1 - q0)
        row, place = ([bit] + row, place) if layer < u else (row, place + [bit])
    return root, row, place, p, q


def check_sum(c, root, sigma, betas, messages):
    own = total(denominator(betas, bus, values, ONE).inverse() * m for bus, m, values in messages)
    c.equal(root[0], (sigma - own) * root[1], "messages do not cancel")


def check_leaves(c, layout, betas, place, claimed):
    """Reads the message columns at r, and returns them with r's chunk."""
    p, q = ZERO, ONE
    counts = [len(chip.message_columns) for chip in layout.chips]
    at_r = c.lists("columns at r", "no columns at r", layout, counts)
    bundles, slots = eq_table(place[: layout.log_bundles]), eq_table(place[-LOG_BUNDLE:])
    chunk = place[layout.log_bundles : -LOG_BUNDLE]
    for chip, chunks, first, columns in zip(layout.chips, layout.chunks, layout.first_bundle, at_r):
        if chunks == 0:
            continue
        real = total(eq_table(chunk, chunks))
        values = {None: real, **dict(zip(chip.message_columns, columns))}
        form = lambda form: total(values[column] * k for column, k in form.items() if k)
        for j, (bus, multiplicity, said) in enumerate(chip.messages):
            w = bundles[first + (j >> LOG_BUNDLE)] * slots[j % 2**LOG_BUNDLE]
            p = p + w * form(multiplicity)
            q = q + w * (denominator(betas, bus, map(form, said), real) - real)
    for computed, of_leaves in zip((p, q), claimed):
        c.equal(computed, of_leaves, "leaves are not those of the columns")
    return at_r, chunk


# --- zerocheck (spec/arguments/zerocheck.md) ---


def cubic(t0, t1, minus, two, x):
    """From the values at 0, 1, −1 and 2."""
    third, half = pow(3, -1, P), pow(2, -1, P)
    even = (t1 + minus) * half - t0
    # t(2) = t0 + 2 b + 4 even + 8 a, t(1) = t0 + b + even + a
    a = (two - t1 * 2 + t0 - even * 2) * (third * half)
    b = t1 - t0 - even - a
    return t0 + x * (b + x * (even + x * a))


def zerocheck(c, layout, chunk, row, at_r):
    """ρ, by chunk and row, and all columns there."""
    [lam] = c.draw("zerocheck/lambda")
    sizes = [(chip.constraints, len(chip.message_columns)) for chip in layout.chips]
    weights = iter(powers(lam, sum(map(sum, sizes))))
    weights = [([next(weights) for _ in range(n)], [next(weights) for _ in range(m)]) for n, m in sizes]
    claim = total(w * v for (_, of_columns), values in zip(weights, at_r) for w, v in zip(of_columns, values))
    chunk, row = list(chunk), list(row)
    counts = [chip.columns for chip in layout.chips]
    for coordinates, order in ((row, range(len(row))), (chunk, reversed(range(len(chunk))))):
        for i in order:
            if c.masked and coordinates is chunk and i == 0:
                break
            t0, minus, two = c.read("zerocheck/round", 3)
            t1 = round_without_eq(claim, coordinates[i], t0)
            [coordinates[i]] = c.draw("zerocheck/x")
            claim = cubic(t0, t1, minus, two, coordinates[i])
    if c.masked:
        masks = [[c.mask() for _ in range(n if chunks else 0)] for chunks, n in zip(layout.chunks, counts)]
        t0, *others = c.read("zerocheck/last", 6)
        t1 = round_without_eq(claim, chunk[0], t0)
        [chunk[0]] = c.draw("zerocheck/x")
        claim = interpolate((0, 1, -1, 2, -2, 3, -3), (t0, t1, *others), chunk[0])
    values = c.lists("zerocheck/columns", "zerocheck/no columns", layout, counts)
    for chip, columns, (of_constraints, of_columns) in zip(layout.chips, values, weights):
        constraints = chip.row(columns, ONE).constraints
        claim = claim - total(w * v for w, v in zip(of_constraints, constraints))
        claim = claim - total(w * columns[i] for w, i in zip(of_columns, chip.message_columns))
    c.equal(claim, ZERO, "constraints do not hold")
    if c.masked:
        scale = chunk[0] * (1 - chunk[0])
        of_chips = zip(values, masks, layout.chunks)
        values = [[v - m * scale for v, m in zip(vs, ms)] if chunks else vs for vs, ms, chunks in of_chips]
    return chunk, row, values


# --- gather (spec/arguments/gather.md) ---


def gather(c, layout, work, chunk, row, values):
    """The point of all stacks, c and a, and the value there."""
    [gamma] = c.draw("gather/gamma")
    weights = powers(gamma, sum(map(len, values)))
    claim = total(w * v for w, v in zip(weights, sum(values, [])))
    x = [ZERO] * layout.log_places
    for i in reversed(range(len(x))):
        t0, leading = c.read("gather/round", 2)
        # Coordinates from here to the first choose a stack.
        if i < len(x) - layout.log_stack:
            c.work("gather/work", work)
        [x[i]] = c.draw("gather/x")
        claim = quadratic(t0, claim - t0, leading, x[i])
    [value] = c.read("gather/value", 1)
    [omega] = c.read("gather/weight", 1)
    c.equal(claim, omega * value, "columns are not in the stacks")
    windows(c, layout, chunk, x, weights, omega)
    split = len(x) - layout.log_stack
    return x[:split], x[split:] + row, value


def eq_at(bits, number):
    """Of a point from the lowest bit."""
    return product(x if number >> t & 1 else 1 - x for t, x in enumerate(bits))


def windows(c, layout, chunk, x, weights, claim):
    """The claim is Σ over columns weight · Σ_{i < m} eq(chunk, i) eq(x, k + i)."""
    a, b = [], []
    for _ in range(layout.log_places + 1):
        for bits in (a, b):
            t0, leading = c.read("windows/round", 2)
            bits += c.draw("windows/x")
            claim = quadratic(t0, claim - t0, leading, bits[-1])
    weights, columns = iter(weights), ZERO
    for chunks, places in zip(layout.chunks, layout.places):
        columns = columns + eq_at(b, chunks) * total(next(weights) * eq_at(a, k) for k in places)
    demand(claim == columns * window(a, b, chunk[::-1], x[::-1]), "weights of columns")


def window(a, b, e, x):
    """Of bits of place and number, from the lowest; so are the coordinates."""
    # Carry, and whether the bits so far are below the number's, to the sum of what weighs them.
    states = {(0, False): ONE}
    for t, (of_place, of_number) in enumerate(zip(a, b)):
        of_chunk, of_sum = (p[t] if t < len(p) else ZERO for p in (e, x))
        after = dict.fromkeys(((carry, below) for carry in (0, 1) for below in (False, True)), ZERO)
        for (carry, below), weight in states.items():
            for place, number, i in ((j & 1, j >> 1 & 1, j >> 2) for j in range(8)):
                added = place + i + carry
                chosen = ((of_place, place), (of_number, number), (of_chunk, i), (of_sum, added & 1))
                state = added >> 1, i < number or i == number and below
                after[state] = after[state] + weight * product(p if bit else 1 - p for p, bit in chosen)
        states = after
    return states[0, True] * product(1 - p for p in e[len(a) :])


# --- whir (spec/arguments/whir.md) ---


def open_oracle(c, work, log_domain, count, trees, weights, size):
    """For each position z, and the combination of its row; elements of a row are of F or, of size 5, of E."""
    c.work("whir/work", work)
    drawn = positions(c.transcript, "whir/positions", log_domain, count)
    rows = [c.open(root, log_domain, width * size, drawn) for root, width in trees if width]
    omega, coefficients = root_of_unity(log_domain), list(zip(*weights))
    for i in drawn:
        row = [e for tree in rows for e in tree[i]]
        # Of elements of E coefficient k weighs x^k times as much.
        parts = [[sum(map(mul, c, row[k::size])) % P for c in coefficients] for k in range(size)]
        reverse = int(f"{i:0{log_domain}b}"[::-1], 2)
        yield pow(omega, reverse, P), total(E(part) * x for part, x in zip(parts, powers(X, size)))


def whir(c, key, params, layout, roots, pads, combination, point, value):
    oracles, work = params["oracles"], params["work_bits"]["positions"]
    folds = [(fold, lines) for fold, _, _, _, lines in oracles[1:]] + [(params["log_final"], 0)]
    trees, weights, size = list(zip(roots, layout.widths)), eq_table(combination, sum(layout.widths)), 1
    if pads:
        trees[-1] = roots[-1], layout.widths[-1] + 1 + D
        weights, of_pads, value = join(c, key.h, oracles[0][4], pads, weights, value)
    # Coordinates that variables were bound at; claims: factor, z, number of coordinates before.
    r, claims = [], []
    for number, ((_, _, log_domain, count, _), (fold, lines)) in enumerate(zip(oracles, folds), 1):
        is_last = number == len(oracles)
        if is_last:
            final = c.read("whir/final", 2**fold)
        else:
            root = c.root("whir/root")
        opened = list(open_oracle(c, work, log_domain, count, trees, weights, size))
        [xi] = c.draw("whir/xi")
        for power, (z, y) in zip(powers(xi, count + 1)[1:], opened):
            claims.append((power, z, len(r)))
            value = value + power * y
        for _ in range(fold):
            t0, leading = c.read("whir/round", 2)
            c.work("whir/fold work", lines)
            r += c.draw("whir/r")
            value = quadratic(t0, value - t0, leading, r[-1])
        if not is_last:
            trees, weights, size = [(root, 2**fold)], eq_table(r[-fold:]), D
    if pads:
        weight = (1 - of_pads) * product((1 - a) * (1 - x) + a * x for a, x in zip([ZERO, *point], r))
        weight = weight + of_pads * weight_of_pads(pads[0], r)
    else:
        weight = product((1 - a) * (1 - x) + a * x for a, x in zip(point, r))
    for factor, z, before in claims:
        for x in reversed(r[before:]):
            factor, z = factor * (1 + x * (z - 1)), z * z % P
        weight = weight + factor
    at_r = total(e * f for e, f in zip(eq_table(r[-params["log_final"] :]), final))
    demand(value == weight * at_r, "the value of all stacks")


# --- A proof (spec/proof-system.md) ---


def verify(key, u, publics, messages, transcript, proof):
    """Messages are the verifier's own: bus, multiplicity, values."""
    c = Reader(transcript, key.hash, proof)
    params = parameters(key.profile, key.h, key.rate, key.multiplicity)
    c.absorb("log2 of a chunk", number(u))
    stacks = [c.number("stacks") for _ in range(3)]
    demand([c.number("rows") for _ in key.chips] == key.rows, "rows of a fixed table")
    layout = Layout(key, u, stacks, len(messages))
    c.absorb("publics", cells_of(publics))
    c.absorb("fixed", root_cells(key.root))
    c.absorb("boundary", root_cells(None))
    roots = [key.root, None, c.root("witness") if stacks[2] or key.masked else None]
    [sigma] = c.read("sum", 1)
    c.work("logup/work", params["work_bits"]["logup"])
    betas = c.draw("logup", 1 + BETAS)
    reader, c = c, Masked(c) if key.masked else c
    root, row, place, *claimed = gkr(c, u, layout.log_bundles + LOG_ROWS - u + LOG_BUNDLE)
    check_sum(c, root, sigma, betas, messages)
    at_r, chunk = check_leaves(c, layout, betas, place, claimed)
    chunk, row, values = zerocheck(c, layout, chunk, row, at_r)
    claim = gather(c, layout, params["oracles"][0][4], chunk, row, values)
    pads, c = c.tape.claim(reader) if key.masked else None, reader
    whir(c, key, params, layout, roots, pads, *claim)
    demand(c.at == len(proof), "something follows the proof")
    # No bus of the machine is shared.
    demand(sigma == ZERO, "sum of shared buses")


def verify_cells(key, domain, publics, proof):
    """That the circuit is satisfied with these public cells: address, how often it is read, and the cell, of each."""
    # Cells that nothing reads have no address.
    messages = [(CELL, reads, [address, *cell]) for address, reads, cell in publics if address]
    transcript = (Transcript if key.hash == "Blake3" else FieldTranscript)(domain)
    verify(key, min(key.log_data, MAX_LOG_CHUNK), [v for _, _, cell in publics for v in cell], messages, transcript, proof)


def verify_circuit(claim):
    sizes = claim["profile"], claim["log_height"], claim.get("log_inverse_rate", 1)
    fields = claim["hash"], claim.get("masked", False), claim.get("multiplicity", 0), claim["root"], claim["rows"]
    key = Key(*sizes, *fields, CHIPS)
    verify_cells(key, claim["domain"], claim["publics"], bytes.fromhex(claim["proof"]))


# --- A root (spec/tree.md, root-file.md), an aggregate (aggregate.md) ---


def verify_file(data, vk, tree, exit_code):
    """That a run of the program ended with this exit code and the output that it returns."""
    file = RootFile.decode(data)
    file.check_asked([vk], exit_code)
    file.check([tree])
    demand(not file.assumptions, "it holds only if what it assumes does")
    verify_node(file.tree.root_params, file.tree.root, file.tree.rows, root_publics(file), file.proof)
    return file.output


def verify_aggregate(data, vks, trees, key, exit_code):
    """That runs of these programs ended with this exit code and the outputs that it returns."""
    file = Aggregate.decode(data)
    file.check(vks, trees, key, exit_code)
    verify_node(file.params, file.join, file.rows, file.publics(), file.proof)
    return [claim.output for claim in file.claims]


def verify_node(params, root, rows, publics, proof):
    # The machine without BLAKE3: the first chips.
    key = Key(*params, root, rows, CHIPS[:PLAIN])
    verify_cells(key, "aver tree 1", [(at, 1, cell) for at, cell in enumerate(publics, 1)], proof)


def verify_claim(claim):
    if "file" in claim:
        verify_file(*(bytes.fromhex(claim[field]) for field in ("file", "vk", "tree")), claim["exit_code"])
    else:
        verify_circuit(claim)


def remembered(permute):
    """Proofs that differ little have most hashes in common."""
    cached = lru_cache(2**16)(lambda state: permute(list(state)))
    return lambda state: list(cached(tuple(state)))


def main():
    hash.permute = remembered(hash.permute)
    if len(sys.argv) > 1:
        sys.exit(of_file())
    refused = 0
    for line in sys.stdin:
        try:
            verify_claim(json.loads(line))
            print("accepted")
        except Refused as reason:
            print("refused:", reason)
            refused += 1
    sys.exit(1 if refused else 0)


def of_file():
    args = ArgumentParser(description="Verifies the file of a root proof, or of an aggregate.")
    args.add_argument("file", type=Path)
    once = {"action": "append", "required": True, "type": bytes.fromhex}
    args.add_argument("--vk", **once, help="names a program: 64 hexadecimal digits")
    args.add_argument("--tree", **once, help="names a tree: 64 hexadecimal digits")
    args.add_argument("--aggregate", type=bytes.fromhex, help="names circuits of aggregates: 64 hexadecimal digits")
    args.add_argument("--exit-code", type=int, default=0)
    args = args.parse_args()
    data = args.file.read_bytes()
    try:
        if args.aggregate:
            outputs = verify_aggregate(data, args.vk, args.tree, args.aggregate, args.exit_code)
        else:
            demand(len(args.vk) == len(args.tree) == 1, "a root proof is of one program and one tree")
            outputs = [verify_file(data, args.vk[0], args.tree[0], args.exit_code)]
    except Refused as reason:
        print("refused:", reason)
        return 1
    print("accepted; output", *(output.hex() for output in outputs))
    return 0


if __name__ == "__main__":
    main()
