"""The file of a root proof and the keys in it, from spec/root-file.md and spec/run.md."""

from dataclasses import dataclass
from hashlib import sha256

from hash import DIGEST, P, Transcript, blake3, cells_of, digest_cells
from security import are_lists

VERSION, PC_HALT = 11, 2**30
CLAIM = 68  # bytes
HASHES = "Mixed", "Poseidon2", "Blake3"
MAX_LOG_DOMAIN, MIN_MASKED = 22, 12
MAX_CELLS, MAX_STACKS, MAX_ASSUMPTIONS = 2**8, 2**15, 2**16
PROFILES, MAX_LOG_HEIGHT, MAX_LOG_CHUNK, MAX_SHAPES, KINDS = (128, 100), 21, 12, 128, 3


class Refused(Exception):
    """What does not hold."""


def demand(holds, what):
    if not holds:
        raise Refused(what)


class Fields:
    """Bytes, field by field."""

    def __init__(self, data, of):
        self.data, self.of = data, of

    def take(self, count):
        demand(count <= len(self.data), f"{self.of} ends early")
        out, self.data = self.data[:count], self.data[count:]
        return out

    def byte(self):
        return self.take(1)[0]

    def number(self):
        return int.from_bytes(self.take(4), "little")

    def bytes(self):
        return self.take(self.number())

    def numbers(self):
        return [self.number() for _ in range(self.number())]

    def root(self):
        root = [self.number() for _ in range(DIGEST)]
        demand(all(e < P for e in root), "an element is not below p")
        return root

    def version(self):
        demand(self.number() == VERSION, "another version")

    def params(self):
        profile, log_height = self.byte(), self.byte()
        demand(profile in PROFILES and 1 <= log_height <= MAX_LOG_HEIGHT, "parameters")
        return profile, log_height

    def circuits(self):
        """A class of circuits: parameters, rate, hash and masks of its proofs, rows of each chip; and the bytes."""
        start = self.data
        params = *self.params(), self.byte(), self.byte(), self.byte(), self.byte()
        profile, h, rate, kind, masked, multiplicity = params
        demand(1 <= rate <= (MAX_LOG_DOMAIN - h if h >= 4 else 1) and kind < len(HASHES), "parameters")
        demand(masked == 0 or masked == 1 and h >= MIN_MASKED, "masks")
        demand(are_lists(profile, h, rate, multiplicity), "multiplicity")
        rows = self.numbers()
        return (*params[:3], HASHES[kind], masked == 1, multiplicity), rows, start[: len(start) - len(self.data)]

    def finish(self):
        demand(not self.data, f"something follows {self.of}")


def name(domain, key, label="key"):
    """How a key is named: of a program or of a tree."""
    transcript = Transcript(domain)
    transcript.absorb_bytes(label, key)
    transcript.absorb_bytes("digest", b"challenge")
    return blake3(transcript.bytes)


@dataclass
class Program:
    """A program's key."""

    params: tuple
    entry: int
    machine: bytes
    # Of shard proofs and of memory proofs: root, and rows of the chips that have fixed columns.
    fixed: list
    digest: bytes

    @classmethod
    def decode(cls, data):
        key = Fields(data, "the program's key")
        key.version()
        params, entry, last = key.params(), key.number(), -1
        for _ in range(key.number()):
            call, coprocessor = key.number(), key.bytes()
            demand(last < call and all(0x21 <= byte <= 0x7E for byte in coprocessor), "coprocessors")
            last = call
        machine, fixed = key.take(32), []
        for _ in range(2):
            demand(key.byte() == 1, "there are no fixed columns")
            root, rows = key.root(), key.numbers()
            fixed.append((root, [n for n in rows if n != 2**32 - 1]))
        key.finish()
        return cls(params, entry, machine, fixed, name("aver verifying key", data))


@dataclass
class Tree:
    """A tree's key."""

    machine: bytes
    # Of the run's proofs.
    params: tuple
    # Of the rows of fixed columns: of shard proofs and of memory proofs.
    cells: list
    # Of the root: its parameters, rows of each chip, and its circuit's key.
    root_params: tuple
    rows: list
    class_bytes: bytes
    root: list
    # Of all circuits below it.
    keys: list
    digest: bytes

    @classmethod
    def decode(cls, data):
        key = Fields(data, "the tree's key")
        key.version()
        machine, params = key.take(32), key.params()
        cells = [key.number() for _ in range(2)]
        demand(max(cells) <= MAX_CELLS, "cells of fixed columns")
        tree = cls(machine, params, cells, *key.circuits(), key.root(), key.root(), name("aver tree key", data))
        key.finish()
        return tree


@dataclass
class RootFile:
    """What a root proof's file says. None of it is believed."""

    program: Program
    exit_code: int
    output: bytes
    output_digest: bytes
    # Claims that the program took for granted, as their bytes.
    assumptions: list
    tree: Tree
    proof: bytes

    @classmethod
    def decode(cls, data):
        file = Fields(data, "the file")
        demand(file.data[:8] == b"AVEROOT\n", "not the file of a root proof")
        file.take(8)
        file.version()
        program, exit_code = Program.decode(file.bytes()), file.number()
        output, digest, count = file.bytes(), file.take(32), file.number()
        demand(count <= MAX_ASSUMPTIONS, "number of assumptions")
        assumptions = [file.take(CLAIM) for _ in range(count)]
        tree = Tree.decode(file.bytes())
        shapes, count = [], file.number()
        demand(count <= MAX_SHAPES, "number of shapes")
        for _ in range(count):
            shapes.append((file.byte(), *(file.number() for _ in range(4))))
            demand(shapes[-1][0] < KINDS and shapes[-1][1] <= MAX_LOG_CHUNK, "a shape")
        demand(shapes == sorted(set(shapes)), "the order of shapes")
        demand(sum(sum(shape[2:]) for shape in shapes) <= MAX_STACKS, "stacks of all shapes")
        proof = file.bytes()
        file.finish()
        return cls(program, exit_code, output, digest, assumptions, tree, proof)

    def claim(self):
        """What it claims, as programs that assume it have it."""
        return self.program.digest + self.exit_code.to_bytes(4, "little") + self.output_digest

    def check_asked(self, vks, exit_code):
        """That it is of a program that whoever verifies asked for."""
        demand(self.program.digest in vks, "it is of another program")
        demand(self.exit_code == exit_code, "another exit code")

    def check(self, trees):
        """That the output is the claimed one, and the tree one that whoever verifies asked for."""
        demand(sha256(self.output).digest() == self.output_digest, "the output has another digest")
        demand(self.tree.digest in trees, "it is of another tree")


def root_publics(file):
    """Public cells of a root, from the program's key and the claim."""
    program, tree = file.program, file.tree
    demand(program.params == tree.params, "the security or the height")
    demand(program.entry < PC_HALT, "the entry")
    demand(program.machine == tree.machine, "the machine")
    demand([len(cells_of(rows)) for _, rows in program.fixed] == tree.cells, "the number of fixed tables")
    digest = file.output_digest
    if file.assumptions:
        digest = sha256(b"".join(file.assumptions) + digest).digest()
    status = [file.exit_code & 0xFFFF, file.exit_code >> 16, int(bool(file.assumptions))]
    cells = digest_cells(program.digest) + cells_of(status) + digest_cells(digest)
    cells += cells_of([program.entry])
    for root, rows in program.fixed:
        cells += cells_of(root) + cells_of(rows)
    return cells + cells_of(tree.keys)
