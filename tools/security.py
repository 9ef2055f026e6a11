#!/usr/bin/env python3
"""Recomputes parameters and security terms from spec/security.md, in exact arithmetic, and compares.

    aver security --json --profile 128 --log-height 17 | tools/security.py
    aver security --json --tree --proofs 20 | tools/security.py

Reads any number of JSON objects, one a line, of runs or of trees; with --all, demands every profile and height of runs,
and a tree of every profile.
"""

import json
import sys
from fractions import Fraction
from math import log2

P = 2**31 - 2**24 + 1
E = P**5
PROFILES, HEIGHTS = (128, 100), range(1, 22)
QUERY_WORK, FOLD, FINAL, DEGREE = 16, 4, 10, 3
# log2 of the positions of an oracle, at most.
DOMAIN = 22
# log2 of the rows of every table, of the messages of a bundle, and of the chunks of all stacks.
ROWS, BUNDLE, CHUNKS = 22, 5, 18
# The largest sizes that a verifier accepts.
LIMITS = {
    "messages": 2**26,
    "run_messages": P - 1,
    "stacks": 2**12,
    "bundles": 2**12,
    "weights": 2**20,
    "columns": 2**20,
}
PROOFS = (2**16 - 1) + 2**16
# Of proofs of circuits: log2 of the length of a stack and of the inverse of the rate, hash, whether there are masks.
CIRCUITS = {
    "leaf": (18, 1, "Poseidon2", False),
    "join": (17, 1, "Poseidon2", False),
    "root": (17, 3, "Blake3", True),
}


def bits(error):
    """−log2, of a fraction too small for a float."""
    return log2(error.denominator) - log2(error.numerator)


def log_ceil(n):
    return (n - 1).bit_length()


def least(holds):
    """The smallest number for which it holds."""
    n = 0
    while not holds(n):
        n += 1
    return n


def agreement(rate):
    """The share of positions on which a word beyond the unique decoding radius can agree, and by how much
    they are not uniform."""
    return 1 - (1 - rate) / 2 + Fraction(1, P)


def parameters(profile, h, rate=1):
    """For stacks of 2^h elements, encoded at rate 2^−rate."""
    target = Fraction(1, 2**profile)
    # (fold, log2 of coefficients, log2 of positions)
    oracles, left = [(0, h, h + rate)], h
    while left > FINAL:
        left -= FOLD
        oracles.append((FOLD, left, left + len(oracles) + rate))

    def positions(oracle):
        share = agreement(Fraction(2 ** oracle[1], 2 ** oracle[2]))
        return least(lambda t: share**t / 2**QUERY_WORK <= target / 2 / len(oracles))

    def work(error):
        return least(lambda w: error / 2**w <= target / 2**4)

    return {
        "oracles": [(*o, positions(o)) for o in oracles],
        "log_final": left,
        "work_bits": {
            "positions": QUERY_WORK,
            "logup": work(Fraction(LIMITS["messages"], E)),
            "logup, shared buses": work(Fraction(LIMITS["run_messages"], E)),
        },
    }


def combining(log_domain, stacks, masked):
    """A line in each variable, over words of so many positions; with masks, and two more."""
    return Fraction((max(1, log_ceil(stacks)) + 2 * masked) * 2**log_domain, E)


def terms(params, shape, shares, masked):
    """(name, oracle) to (error with work, work, once a run). Proofs of circuits share no buses."""
    out = {}

    def add(name, error, oracle=None, work=0, once=False):
        out[name, oracle] = (Fraction(error) / 2**work, work, once)

    work, oracles = params["work_bits"], params["oracles"]
    add("logup", Fraction(shape["messages"], E), work=work["logup"])
    shared = "logup, shared buses"
    if shares:
        add(shared, Fraction(shape["run_messages"], E), work=work[shared], once=True)
    layers = ROWS + BUNDLE + log_ceil(max(1, shape["bundles"]))
    add("gkr", Fraction(sum(3 * k + 2 for k in range(layers)), E))
    add("zerocheck, point", Fraction(ROWS, E))
    add("zerocheck, batching", Fraction(shape["weights"], E))
    # With masks the degree of the last round is twice that.
    add("zerocheck, sumcheck", Fraction(DEGREE * (ROWS + masked), E))
    add("gather, batching", Fraction(shape["columns"], E))
    add("gather, sumcheck", Fraction(2 * CHUNKS, E))
    add("gather, windows", Fraction(4 * (CHUNKS + 1), E))
    add("gather, combining stacks", combining(oracles[0][2], shape["stacks"], masked), 0)
    if masked:
        # Of GKR an equation and two products a layer, and an inverse; a product has two factors.
        add("masks, equations", Fraction(layers + 5, E))
        add("masks, products", Fraction(2, E))
        add("masks, factors", Fraction(2 * (2 * layers + 1), E))
        add("masks, joining", Fraction(3, E))
    for i, (fold, rows, domain, count) in enumerate(oracles):
        add("whir, positions", agreement(Fraction(1, 2 ** (domain - rows))) ** count, i, work["positions"])
        # Of the polynomial in clear, after the last.
        add("whir, new constraints", Fraction(count, E), i + 1)
        if i > 0:
            # A line and a sumcheck of degree 2 in each variable.
            add("whir, folding", Fraction(fold * (2**domain + 2), E), i)
    add("whir, last sumcheck", Fraction(2 * params["log_final"], E))
    for name in ("collisions", "transcript", "output"):
        add("hash, " + name, Fraction(1, 2**128))
    return out


def run_error(errors, proofs):
    """Statistical errors of a run, added up."""
    statistical = [e for (name, _), e in errors.items() if not name.startswith("hash")]
    return sum(error * (1 if once else proofs) for error, _, once in statistical)


def differs(found, expected):
    return abs(found - expected) > 1e-6 if isinstance(expected, float) else found != expected


def compare_layer(claim, shares=True):
    """Errors of a proof, and every difference between what is claimed of it and what follows from the specification."""
    profile, h, shape = claim["profile_bits"], claim["log_height"], claim["shape"]
    rate, wrong = claim["log_inverse_rate"], []

    def check(what, found, expected):
        if differs(found, expected):
            wrong.append(f"profile {profile}, height {h}: {what} is {found}, should be {expected}")

    params, found = parameters(profile, h, rate), claim["parameters"]
    oracle = lambda o: (o["fold"], o["log_rows"], o["log_domain"], o["positions"])
    check("oracles", [oracle(o) for o in [found["base"], *found["rounds"]]], params["oracles"])
    check("log_final", found["log_final"], params["log_final"])
    check("work", found["work_bits"], params["work_bits"])
    for name, limit in LIMITS.items():
        if shape[name] > limit:
            wrong.append(f"{name}: {shape[name]} is more than a verifier accepts")

    errors = terms(params, shape, shares, claim["masked"])
    names = [(t["name"], t["oracle"]) for t in claim["terms"]]
    check("list of terms", sorted(map(str, names)), sorted(map(str, errors)))
    for term in claim["terms"]:
        key = (term["name"], term["oracle"])
        if key in errors:
            error, work, once = errors[key]
            check(f"term {key}", term["bits"], bits(error))
            check(f"work of {key}", term["work_bits"], work)
            check(f"how often {key} occurs", term["once_a_run"], once)
    if not 1 <= rate <= (DOMAIN - h if h >= 4 else 1):
        wrong.append(f"profile {profile}, height {h}: a rate of 2^-{rate}")
    lowest = min(bits(error) for error, _, _ in errors.values())
    check("lowest", claim["bits"], lowest)
    check("sum", claim["sum_of_errors_bits"], bits(run_error(errors, 1)))
    if min(lowest, bits(run_error(errors, 1))) < profile:
        wrong.append(f"profile {profile}, height {h}: not reached")
    return errors, wrong


def compare_sums(claim, error):
    """Of a run of so many proofs, and of the largest."""
    wrong = []
    for run in (claim["run"], claim["largest_run"]):
        found, expected = run["sum_of_errors_bits"], bits(error(run["proofs"]))
        if differs(found, expected):
            wrong.append(f"sum of {run['proofs']} proofs is {found}, should be {expected}")
    if claim["largest_run"]["proofs"] != PROOFS:
        wrong.append("proofs of the largest run")
    return wrong


def compare(claim):
    """Of a run or of a tree."""
    if "layers" not in claim:
        errors, wrong = compare_layer(claim)
        return wrong + compare_sums(claim, lambda proofs: run_error(errors, proofs))
    # Of n proofs of a run there are n leaves, n − 1 joins and a root.
    counts = {"run": lambda n: n, "leaf": lambda n: n, "join": lambda n: n - 1, "root": lambda n: 1}
    wrong, errors = [], {}
    if [layer["layer"] for layer in claim["layers"]] != list(counts):
        return ["layers of the tree"]
    for layer in claim["layers"]:
        name = layer["layer"]
        errors[name], differences = compare_layer(layer, name == "run")
        wrong += [f"{name}: {difference}" for difference in differences]
        if layer["proofs"] != counts[name](claim["run"]["proofs"]):
            wrong.append(f"number of proofs of layer {name}")
        if layer["profile_bits"] != claim["profile_bits"]:
            wrong.append(f"profile of layer {name}")
        code = layer["log_height"], layer["log_inverse_rate"], layer["hash"], layer["masked"]
        if name in CIRCUITS and code != CIRCUITS[name]:
            wrong.append(f"height, rate, hash or masks of layer {name}")
    if claim["bits"] != min(layer["bits"] for layer in claim["layers"]):
        wrong.append("lowest term of the tree")
    error = lambda n: sum(run_error(errors[name], count(n)) for name, count in counts.items())
    return wrong + compare_sums(claim, error)


def main():
    claims = [json.loads(line) for line in sys.stdin if line.strip()]
    wrong = [difference for claim in claims for difference in compare(claim)]
    if "--all" in sys.argv[1:]:
        cases = {(p, h) for p in PROFILES for h in (*HEIGHTS, "tree")}
        seen = {(c["profile_bits"], c.get("log_height", "tree")) for c in claims}
        wrong += [f"nothing about {case}" for case in cases - seen]
        layers = [layer for c in claims for layer in c.get("layers", [c])]
        wrong += ["not the largest shape" for layer in layers if layer["shape"] != LIMITS]
    for difference in wrong:
        print(difference)
    print(f"{len(claims)} compared, {len(wrong)} differences")
    sys.exit(1 if wrong or not claims else 0)


if __name__ == "__main__":
    main()
