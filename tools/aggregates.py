"""The file of an aggregate, from spec/aggregate.md."""

from dataclasses import dataclass

from files import Fields, RootFile, demand, name, root_publics
from hash import cells_of, compress, digest_cells, leaf

MAX_CLAIMS = 2**16


def claim_digest(root):
    """Of what a root proof is verified with."""
    publics = root_publics(root)
    kind = name("aver roots", root.tree.class_bytes + len(publics).to_bytes(4, "little"), "roots")
    cells = digest_cells(kind) + cells_of(root.tree.root) + publics
    return leaf("Poseidon2", sum(cells, []))


def claims_root(digests):
    """Of the tree of claims: of the first 2^k and of the rest."""
    if len(digests) == 1:
        return digests[0]
    half = 1 << (len(digests) - 1).bit_length() - 1
    return compress("Poseidon2", claims_root(digests[:half]), claims_root(digests[half:]))


@dataclass
class Aggregate:
    """What an aggregate's file says. None of it is believed."""

    # Of the join: its class's parameters and rows, and its key; and of all circuits.
    params: tuple
    rows: list
    join: list
    keys: list
    digest: bytes
    claims: list
    proof: bytes

    @classmethod
    def decode(cls, data):
        file = Fields(data, "the file")
        demand(file.take(8) == b"AVERAGG\n", "not the file of an aggregate")
        file.version()
        key = file.bytes()
        of_key = Fields(key, "the key of aggregates")
        of_key.version()
        params, rows, _ = of_key.circuits()
        join, keys = of_key.root(), of_key.root()
        of_key.finish()
        count = file.number()
        demand(count <= MAX_CLAIMS, "number of claims")
        claims = [RootFile.decode(file.bytes()) for _ in range(count)]
        demand(not any(claim.proof for claim in claims), "a claim with a proof")
        proof = file.bytes()
        file.finish()
        return cls(params, rows, join, keys, name("aver aggregate key", key), claims, proof)

    def check(self, vks, trees, key, exit_code):
        """That it is of the programs, trees and circuits that whoever verifies asked for."""
        assumed = set()
        for claim in self.claims:
            if claim.claim() not in assumed:
                claim.check_asked(vks, exit_code)
            claim.check(trees)
            assumed.update(claim.assumptions)
        named = {claim.program.digest for claim in self.claims if claim.exit_code == exit_code}
        demand(set(vks) <= named, "nothing is claimed of a program")
        shown = set()
        for claim in reversed(self.claims):
            demand(shown.issuperset(claim.assumptions), "what is assumed is not shown behind")
            shown.add(claim.claim())
        demand(self.digest == key, "it is of other circuits")
        demand(len(self.claims) > 1, "an aggregate is of two claims or more")

    def publics(self):
        """Public cells of the last join."""
        return cells_of(claims_root([claim_digest(claim) for claim in self.claims])) + cells_of(self.keys)
