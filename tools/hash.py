#!/usr/bin/env python3
"""BLAKE3, Poseidon2, the field, trees and transcripts in plain Python, from spec/hash.md and the hashes' own
specifications; checks tools/hash-vectors.txt, which the code computes too, and the constants in the sources.

Nothing here was read off the code: initial values and round constants are roots of primes or come from the
shift register of Poseidon's paper, the permutation and flags are those of BLAKE3's paper, roots of unity are
powers of a generator.
"""

import re
import sys
from math import isqrt
from operator import add
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MASK = 2**32 - 1


# --- Constants of SHA-256 and BLAKE3 ---


def primes():
    n = 2
    while True:
        if all(n % d for d in range(2, isqrt(n) + 1)):
            yield n
        n += 1


def first_primes(count):
    source = primes()
    return [next(source) for _ in range(count)]


def cube_root(n):
    """⌊n^(1/3)⌋, by bisection."""
    low, high = 0, 1 << (n.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= n else (low, middle - 1)
    return low


# The first 32 bits of the fractional parts.
IV = [isqrt(p << 64) & MASK for p in first_primes(8)]
K = [cube_root(p << 96) & MASK for p in first_primes(64)]


# --- BLAKE3 ---

CHUNK_START, CHUNK_END, PARENT, ROOT_NODE = 1, 2, 4, 8
PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
ROUNDS = 7


def rotate(x, n):
    return (x >> n | x << (32 - n)) & MASK


def mix(v, a, b, c, d, x, y):
    for word, first, second in ((x, 16, 12), (y, 8, 7)):
        v[a] = (v[a] + v[b] + word) & MASK
        v[d] = rotate(v[d] ^ v[a], first)
        v[c] = (v[c] + v[d]) & MASK
        v[b] = rotate(v[b] ^ v[c], second)


def words(data):
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def compression(chaining, block, counter, length, flags):
    """All 16 words."""
    v = chaining + IV[:4] + [counter & MASK, counter >> 32, length, flags]
    m = words(block.ljust(64, b"\0"))
    for _ in range(ROUNDS):
        for i in range(4):
            mix(v, i, 4 + i, 8 + i, 12 + i, m[2 * i], m[2 * i + 1])
        for i in range(4):
            mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[8 + 2 * i], m[9 + 2 * i])
        m = [m[i] for i in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)] + [v[i + 8] ^ chaining[i] for i in range(8)]


def node(data, chunk=0):
    """The last compression of a subtree: its arguments but the root flag."""
    if len(data) <= 1024:
        blocks = [data[i : i + 64] for i in range(0, len(data), 64)] or [b""]
        chaining = IV
        for i, block in enumerate(blocks):
            flags = (CHUNK_START if i == 0 else 0) | (CHUNK_END if i == len(blocks) - 1 else 0)
            arguments = (chaining, block, chunk, len(block), flags)
            chaining = compression(*arguments)[:8]
        return arguments
    # The left subtree is the largest complete one that leaves something for the right.
    left = 1024 << ((len(data) - 1) // 1024).bit_length() - 1
    children = node(data[:left], chunk), node(data[left:], chunk + left // 1024)
    block = b"".join(w.to_bytes(4, "little") for child in children for w in compression(*child)[:8])
    return IV, block, 0, 64, PARENT


def blake3(data, length=32):
    chaining, block, _, size, flags = node(data)
    out, counter = b"", 0
    while len(out) < length:
        for word in compression(chaining, block, counter, size, flags | ROOT_NODE):
            out += word.to_bytes(4, "little")
        counter += 1
    return out[:length]


def check_blake3():
    """Published vectors: the input is 0, 1, …, 250, 0, 1, …"""
    published = {
        0: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262e00f03e7b69af26b7faaf09fcd333050"
        "338ddfe085b8cc869ca98b206c08243a",
        1: "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213",
        1024: "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7",
        1025: "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444",
    }
    for length, expected in published.items():
        found = blake3(bytes(i % 251 for i in range(length)), len(expected) // 2)
        demand(found.hex() == expected, f"BLAKE3 of {length} bytes")
    abc = "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
    demand(blake3(b"abc").hex() == abc, "BLAKE3 of abc")


# --- The field ---

P = 2**31 - 2**24 + 1
D = 5


def multiply(a, b):
    """In F[x]/(x^5 + x^2 − 1)."""
    product = [0] * (2 * D - 1)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            product[i + j] += x * y
    for i in reversed(range(D, 2 * D - 1)):
        # x^i = x^(i−5) − x^(i−3)
        product[i - D] += product[i]
        product[i - D + 2] -= product[i]
    return [c % P for c in product[:D]]


def power(base, exponent):
    result = [1, 0, 0, 0, 0]
    while exponent:
        if exponent & 1:
            result = multiply(result, base)
        base, exponent = multiply(base, base), exponent >> 1
    return result


def polynomial_gcd_degree(a, b):
    """Degree of the greatest common divisor over F; coefficients lowest first."""

    def trim(f):
        while f and f[-1] % P == 0:
            f = f[:-1]
        return f

    a, b = trim(a), trim(b)
    while b:
        while len(a) >= len(b):
            factor, shift = a[-1] * pow(b[-1], -1, P), len(a) - len(b)
            a = [(c - factor * b[i - shift]) % P if i >= shift else c for i, c in enumerate(a)]
            a = trim(a)
        a, b = b, a
    return len(a) - 1


def check_field():
    demand(all(P % d for d in range(2, isqrt(P) + 1)), "p is prime")
    demand((P - 1) % 2**24 == 0 and (P - 1) // 2**24 % 2 == 1, "p − 1 is divisible by 2^24 and no more")
    demand(all(pow(3, (P - 1) // q, P) != 1 for q in (2, 127)), "3 generates the units of F")
    # Rabin's test: x^(p^5) = x, and x^p − x shares no factor with the polynomial, 5 being prime.
    x = [0, 1, 0, 0, 0]
    demand(power(x, P**5) == x, "x^(p^5) = x")
    frobenius = [(a - b) % P for a, b in zip(power(x, P), x)]
    demand(polynomial_gcd_degree([-1, 0, 1, 0, 0, 1], frobenius) == 0, "x^5 + x^2 − 1 is irreducible")


def root_of_unity(bits):
    return pow(pow(3, 127, P), 2 ** (24 - bits), P)


def encode(values):
    return b"".join(v.to_bytes(4, "little") for v in values)


# --- Poseidon2 ---

WIDTH, DIGEST, RATE = 24, 9, 15
FULL_ROUNDS, PARTIAL_ROUNDS = 8, 23
NODE, LEAF, TRANSCRIPT = 4, 8, 12


def shift_register():
    """Bits of Grain as Poseidon (eprint 2019/458, appendix E) starts and thins it: a prime field, cubes."""
    parameters = ((1, 2), (0, 4), (31, 12), (WIDTH, 12), (FULL_ROUNDS, 10), (PARTIAL_ROUNDS, 10), (2**30 - 1, 30))
    state = [value >> i & 1 for value, size in parameters for i in reversed(range(size))]

    def step():
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.append(bit)
        del state[0]
        return bit

    for _ in range(160):
        step()
    while True:
        keep, bit = step(), step()
        if keep:
            yield bit


def round_constants():
    """Those of the rounds, in order: of all lanes in full rounds, of the first in partial ones."""
    bits = shift_register()

    def constant():
        while True:
            value = 0
            for _ in range(31):
                value = 2 * value + next(bits)
            if value < P:
                return value

    sizes = [WIDTH] * (FULL_ROUNDS // 2) + [1] * PARTIAL_ROUNDS + [WIDTH] * (FULL_ROUNDS // 2)
    return [[constant() for _ in range(size)] for size in sizes]


ROUND_CONSTANTS = round_constants()


def signed_half(sign, k):
    return sign * pow(2, -k, P) % P


DIAGONAL = (
    [-2, 1, 2, signed_half(1, 1), 3, 4, signed_half(-1, 1), -3, -4]
    + [signed_half(1, k) for k in (8, 2, 3, 4, 5, 6, 24)]
    + [signed_half(-1, k) for k in (8, 3, 4, 5, 6, 7, 9, 24)]
)

def external(state):
    """circ(2 3 1 1) in blocks of four lanes, those on the diagonal twice; of elements or of anything that is added."""
    mixed = []
    for i in range(0, WIDTH, 4):
        block = state[i : i + 4]
        total = block[0] + block[1] + block[2] + block[3]
        mixed += [total + block[j] + block[(j + 1) % 4] * 2 for j in range(4)]
    sums = [sum(mixed[j + 4 :: 4], mixed[j]) for j in range(4)]
    return [x + sums[i % 4] for i, x in enumerate(mixed)]


def internal(state):
    total = sum(state)
    return [(total + d * x) % P for d, x in zip(DIAGONAL, state)]


def permute(state):
    state = external(state)
    for constants in ROUND_CONSTANTS:
        cubes = [y * y * y % P for y in map(add, state, constants)]
        state = external(cubes) if len(cubes) == WIDTH else internal(cubes + state[1:])
    return [x % P for x in state]


class Sponge:
    """Takes and gives cells of five elements."""

    def __init__(self, domain):
        self.state = [0] * (WIDTH - 1) + [domain]
        self.block, self.left = [], 0

    def permute(self):
        if self.block:
            self.state[:RATE] = sum(self.block, []) + [0] * (RATE - D * len(self.block))
        self.state[-1] += len(self.block)
        self.state, self.block = permute(self.state), []

    def absorb(self, values):
        values = values + [0] * (-len(values) % D)
        for i in range(0, len(values), D):
            if len(self.block) == RATE // D:
                self.permute()
            self.block.append(values[i : i + D])
            self.left = 0

    def squeeze(self):
        if self.left == 0:
            self.permute()
            self.left = RATE // D
        self.left -= 1
        at = RATE - D * (self.left + 1)
        return self.state[at : at + D]

    def digest(self):
        self.permute()
        return self.state[:DIGEST]


# --- Trees and transcripts ---

HASHES = ("Mixed", "Poseidon2", "Blake3")


def node_of(digest):
    """256 bits as nine elements."""
    low, high = [w % 2**29 for w in words(digest)], [w >> 29 for w in words(digest)]
    return low + [sum(h << 3 * i for i, h in enumerate(high))]


def digest_of(node):
    """The 256 bits that nine elements stand for."""
    *low, high = node
    return b"".join((w + (high >> 3 * i & 7) * 2**29).to_bytes(4, "little") for i, w in enumerate(low))


def block(hash):
    """Elements of a block of a leaf's hash."""
    return 15 if hash == "Poseidon2" else 16


def log_leaf(hash, depth, width):
    """log2 of the rows that share a leaf, of 2**depth."""
    fit = block(hash) // width if width else 0
    return max(0, min(depth, fit.bit_length()) - 1)


def leaf(hash, row):
    if hash != "Poseidon2":
        return node_of(blake3(encode(row + [0] * (-len(row) % 16))))
    sponge = Sponge(LEAF)
    sponge.absorb(row)
    return sponge.digest()


def compress(hash, left, right):
    if hash == "Blake3":
        return node_of(blake3(digest_of(left) + digest_of(right)))
    return permute(left + right + [0] * 5 + [NODE])[:DIGEST]


class Transcript:
    """Of BLAKE3."""

    def __init__(self, domain):
        self.bytes = b""
        self.absorb_bytes(domain, b"")

    def absorb_bytes(self, label, data):
        for part in (label.encode(), data):
            self.bytes += len(part).to_bytes(8, "little") + part

    def absorb(self, label, cells):
        self.absorb_bytes(label, encode(sum(cells, [])))

    def draw(self, label, count):
        """So many cells."""
        self.absorb_bytes(label, b"challenge")
        out = blake3(self.bytes, max(8 * D * count, 32))
        self.bytes = out[:32]
        elements = [int.from_bytes(out[i : i + 8], "little") % P for i in range(0, 8 * D * count, 8)]
        return [elements[i : i + D] for i in range(0, D * count, D)]


class FieldTranscript:
    """Of Poseidon2."""

    def __init__(self, domain):
        self.sponge = Sponge(TRANSCRIPT)
        self.sponge.absorb(node_of(blake3(domain.encode())))

    def absorb(self, _, cells):
        for cell in cells:
            self.sponge.absorb(cell)

    def draw(self, _, count):
        return [self.sponge.squeeze() for _ in range(count)]


def cells_of(elements):
    elements = elements + [0] * (-len(elements) % D)
    return [elements[i : i + D] for i in range(0, len(elements), D)]


def number(n):
    return cells_of([n % 2**16, n >> 16])


def digest_cells(digest):
    return cells_of([h for w in words(digest) for h in (w % 2**16, w >> 16)])


def root_cells(root):
    return cells_of([1] + root if root else [0])


def positions(transcript, label, bits, count):
    drawn = sum(transcript.draw(label, -(-count // D)), [])[:count]
    return [e % 2**bits for e in drawn]


def work_bits(hash, seed, nonce):
    """How many bits of work a nonce is."""
    work = leaf(hash, seed + [nonce]) if hash == "Blake3" else compress(hash, seed, [nonce] + [0] * 8)
    first = work[0]
    return (first & -first).bit_length() - 1 if first else 24


# --- Vectors ---


def elements(seed, count):
    return [(seed + i) * 2654435761 % P for i in range(count)]


def show(values):
    return " ".join(map(str, values))


def field_vectors():
    for bits in range(25):
        yield f"root {bits}: {root_of_unity(bits)}"
    for seed in range(1, 5):
        a, b = elements(seed, D), elements(100 * seed, D)
        yield f"product {seed}: {show(multiply(a, b))}"
        yield f"inverse {seed}: {show(power(a, P**D - 2))}"


def permutation_vectors():
    for seed in (0, 1000):
        yield f"permutation {seed}: {show(permute(elements(seed, WIDTH)))}"


def row_vectors():
    for width in (1, 15, 16, 17, 255, 256, 257, 700):
        row = elements(7, width)
        yield f"row {width}: {blake3(encode(row)).hex()}"
        for hash in HASHES:
            yield f"leaf {width}, {hash}: {show(leaf(hash, row))}"
    for hash in HASHES:
        yield f"node, {hash}: {show(compress(hash, leaf(hash, elements(1, 9)), leaf(hash, elements(50, 9))))}"


def transcript_vectors(hash):
    transcript = (Transcript if hash == "Blake3" else FieldTranscript)("aver run 5")
    transcript.absorb("vk", digest_cells(blake3(encode([2]))))
    transcript.absorb("shards", number(2**32 - 1))
    transcript.absorb("parts", cells_of(elements(40, 9)))
    transcript.absorb("publics", cells_of(elements(5, 6)))
    transcript.absorb("fixed", root_cells(elements(9, 9)))
    transcript.absorb("boundary", root_cells(None))
    transcript.absorb("rows", number(123456))
    transcript.absorb("witness", cells_of(elements(70, 9)))
    transcript.absorb("sum", cells_of(elements(3, D)))
    seed = sum(transcript.draw("whir/work", 2), [])[:9]
    nonce = 0
    while work_bits(hash, seed, nonce) < 10:
        nonce += 1
    transcript.absorb("whir/work", cells_of([nonce]))
    yield f"seed, {hash}: {show(seed)}"
    yield f"nonce: {nonce}, of {work_bits(hash, seed, nonce)} bits"
    for _ in range(2):
        yield f"challenge: {show(transcript.draw('gkr/mu', 1)[0])}"
    for bits in (3, 22, 24):
        yield f"positions of {bits} bits: {positions(transcript, 'whir/positions', bits, 9)}"
    yield f"after: {show(transcript.draw('gkr/mu', 1)[0])}"


def sibling(hash, digest):
    """As it is sent: of BLAKE3 its 32 bytes."""
    if hash != "Blake3":
        return encode(digest)
    return encode([low | (digest[8] >> 3 * i & 7) << 29 for i, low in enumerate(digest[:8])])


def tree_vectors(hash, depth, width):
    """Of eight leaves."""
    rows = 2 ** log_leaf(hash, depth, width)
    leaves = [sum((elements(1000 * (rows * i + j), width) for j in range(rows)), []) for i in range(8)]
    levels = [[leaf(hash, row) for row in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([compress(hash, below[i], below[i + 1]) for i in range(0, len(below), 2)])
    indices, siblings = [1, 2, 3, 6], b""
    level = set(indices)
    for nodes in levels[:-1]:
        siblings += b"".join(sibling(hash, nodes[i ^ 1]) for i in sorted(level) if i ^ 1 not in level)
        level = {i // 2 for i in level}
    yield f"root, {hash}: {show(levels[-1][0])}"
    yield f"opening: {(b''.join(encode(leaves[i]) for i in indices) + siblings).hex()}"


# --- Constants in the sources ---

# Files that have the constants as text, in Rust, C or assembly, and what they have.
SOURCES = {
    "coprocessors/sha256/src/chip/mod.rs": [K],
    "guest/aver-guest/src/sha256.rs": [IV],
    "guest/c/aver.c": [IV, K],
}


def check_sources():
    for name, tables in SOURCES.items():
        text = (ROOT / name).read_text()
        found = [int(h.replace("_", ""), 16) for h in re.findall(r"0x([0-9a-fA-F_]{8,9})\b", text)]
        for table in tables:
            starts = [i for i in range(len(found)) if found[i : i + len(table)] == table]
            demand(starts, f"{name} has all {len(table)} constants of SHA-256, in order")


failures = []


def demand(holds, what):
    if not holds:
        failures.append(what)


def main():
    check_blake3()
    check_field()
    check_sources()
    found = [*field_vectors(), *permutation_vectors(), *row_vectors()]
    for hash in HASHES:
        found += [*transcript_vectors(hash), *tree_vectors(hash, 4, 5), *tree_vectors(hash, 3, 9)]
    expected = (ROOT / "tools/hash-vectors.txt").read_text().splitlines()
    demand(len(found) == len(expected), "as many vectors as the code has")
    for a, b in zip(found, expected):
        demand(a == b, f"{a}\n  but the code has {b}")
    for failure in failures:
        print("does not hold:", failure)
    print(f"{len(found)} vectors, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
