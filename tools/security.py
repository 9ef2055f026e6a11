#!/usr/bin/env python3
"""Recomputes parameters and security terms from spec/security.md, in exact arithmetic, and compares.

    aver security --json --profile 128 --log-height 17 | tools/security.py
    aver security --json --tree --proofs 20 | tools/security.py
    aver security --json --tree --small | tools/security.py

Reads any number of JSON objects, one a line, of runs or of trees; with --all, demands every profile and height of runs,
and a tree of every profile.
"""

import json
import sys
from fractions import Fraction
from math import isqrt, log2

P = 2**31 - 2**24 + 1
E = P**5
PROFILES, HEIGHTS = (128, 100), range(1, 22)
QUERY_WORK, FOLD, FINAL, DEGREE = 16, 4, 10, 3
# log2 of the positions of an oracle, at most.
DOMAIN = 22
# log2 of the rows of every table, of the messages of a bundle, and of the chunks of all stacks.
ROWS, BUNDLE, CHUNKS = 23, 5, 18
# The largest sizes that a verifier accepts.
LIMITS = {
    "messages": 2**28,
    "run_messages": P - 1,
    "stacks": 2**12,
    "bundles": 2**12,
    "weights": 2**20,
    "columns": 2**20,
}
PROOFS = (2**16 - 1) + 2**16
# Of proofs of circuits: log2 of the length of a stack and of the inverse of the rate, hash, whether there are masks,
# and the multiplicity of lists, 0 where words are decoded uniquely. A root is a usual one, a small one, or to be aggregated.
CIRCUITS = {
    "leaf": [(18, 1, "Poseidon2", False, 0)],
    "veil": [(17, 1, "Poseidon2", True, 0)],
    "join": [(17, 1, "Poseidon2", False, 0)],
    "top": [(18, 1, "Poseidon2", False, 0)],
    "root": [(17, 3, "Blake3", True, 5), (17, 5, "Blake3", True, 4), (17, 3, "Poseidon2", True, 0)],
}
MULTIPLICITIES, LIST_RATES, LIST_QUERY_WORK, MAX_WORK = range(3, 9), range(1, 6), 20, 24


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


def root(x):
    """The square root, to 200 bits, of a fraction."""
    return Fraction(isqrt((x.numerator << 400) // x.denominator), 2**200)


def agreement(rate, m):
    """The share of positions on which a word beyond the radius can agree; m is the multiplicity of lists, or 0."""
    return root(rate) * (1 + Fraction(1, m)) if m else 1 - (1 - rate) / 2


def missed(rate, m):
    """How likely a position does not show such a word; positions are not quite uniform."""
    return agreement(rate, m) + Fraction(1, P)


def list_size(rate, m):
    """How many words of the code are within the radius of a word, at most."""
    share = agreement(rate, m)
    return (share - rate) / (share**2 - rate) if m else Fraction(1)


def exceptions(rate, log_domain, m):
    """How many challenges make a word of a line close on positions where not all of the line are, at most."""
    n = 2**log_domain
    if not m:
        return Fraction(n)
    degree, shifted = rate - Fraction(1, n), m + Fraction(1, 2)
    first = (2 * shifted**5 + 3 * shifted * (1 - agreement(rate, m)) * degree) / (3 * degree * root(degree))
    return first * n + shifted / root(degree)


def rate_of(oracle):
    return Fraction(2 ** oracle[1], 2 ** oracle[2])


def parameters(profile, h, rate=1, m=0):
    """For stacks of 2^h elements, encoded at rate 2^−rate, decoded to lists of multiplicity m, or uniquely."""
    target, query_work, fall = Fraction(1, 2**profile), LIST_QUERY_WORK if m else QUERY_WORK, 2 if m else 1
    # (fold, log2 of coefficients, log2 of positions)
    oracles, left = [(0, h, h + rate)], h
    while left > FINAL:
        left -= FOLD
        oracles.append((FOLD, left, left + fall * len(oracles) + rate))
    lists = [list_size(rate_of(oracle), m) for oracle in oracles]

    def positions(oracle, following):
        share = missed(rate_of(oracle), m)
        return least(lambda t: following * share**t / 2**query_work <= target / 2 / len(oracles))

    def work(error, margin=4):
        return least(lambda w: error / 2**w <= target / 2**margin)

    def of_lines(oracle):
        return work(exceptions(rate_of(oracle), oracle[2], m) / E, 7) if m else 0

    counts = map(positions, oracles, [*lists[1:], 1])
    return {
        "oracles": [(*oracle, count, of_lines(oracle)) for oracle, count in zip(oracles, counts)],
        "log_final": left,
        "work_bits": {
            "positions": query_work,
            "logup": work(lists[0] * LIMITS["messages"] / E),
            "logup, shared buses": work(Fraction(LIMITS["run_messages"], E)),
        },
    }


def are_lists(profile, h, rate, m):
    """Whether words can be decoded to lists of multiplicity m; 0 stands for decoding uniquely."""
    if m == 0:
        return True
    if m not in MULTIPLICITIES or rate not in LIST_RATES:
        return False
    return all(oracle[4] <= MAX_WORK for oracle in parameters(profile, h, rate, m)["oracles"])


def terms(params, shape, shares, masked, m):
    """(name, oracle) to (error with work, work, once a run). Proofs of circuits share no buses."""
    out = {}

    def add(name, error, oracle=None, work=0, once=False):
        out[name, oracle] = (Fraction(error) / 2**work, work, once)

    work, oracles = params["work_bits"], params["oracles"]
    lists = [list_size(rate_of(oracle), m) for oracle in oracles] + [Fraction(1)]
    lines = [exceptions(rate_of(oracle), oracle[2], m) for oracle in oracles]
    # What holds of one value of the columns must hold of each that they may have.
    each = lists[0] / E
    add("logup", shape["messages"] * each, work=work["logup"])
    shared = "logup, shared buses"
    if shares:
        add(shared, Fraction(shape["run_messages"], E), work=work[shared], once=True)
    layers = ROWS + BUNDLE + log_ceil(max(1, shape["bundles"]))
    add("gkr", sum(3 * k + 2 for k in range(layers)) * each)
    add("zerocheck, point", ROWS * each)
    add("zerocheck, batching", shape["weights"] * each)
    # With masks the degree of the last round is twice that.
    add("zerocheck, sumcheck", DEGREE * (ROWS + masked) * each)
    add("gather, batching", shape["columns"] * each)
    add("gather, sumcheck", 2 * CHUNKS * each)
    add("gather, windows", 4 * (CHUNKS + 1) * each)
    # A line in each variable; with masks, and two more.
    combined = max(1, log_ceil(shape["stacks"])) + 2 * masked
    add("gather, combining stacks", combined * lines[0] / E, 0, oracles[0][4])
    if masked:
        # Of GKR an equation and two products a layer, and an inverse; a product has two factors.
        add("masks, equations", (layers + 5) * each)
        add("masks, products", 2 * each)
        add("masks, factors", 2 * (2 * layers + 1) * each)
        add("masks, joining", 3 * each)
    for i, oracle in enumerate(oracles):
        fold, _, _, count, of_lines = oracle
        add("whir, positions", lists[i + 1] * missed(rate_of(oracle), m) ** count, i, work["positions"])
        # Of the polynomial in clear, after the last.
        add("whir, new constraints", lists[i + 1] * count / E, i + 1)
        if i > 0:
            # A line and a sumcheck of degree 2 in each variable.
            add("whir, folding", fold * (lines[i] + 2 * lists[i]) / E, i, of_lines)
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
    rate, m, wrong = claim["log_inverse_rate"], claim["multiplicity"], []

    def check(what, found, expected):
        if differs(found, expected):
            wrong.append(f"profile {profile}, height {h}: {what} is {found}, should be {expected}")

    params, found = parameters(profile, h, rate, m), claim["parameters"]
    oracle = lambda o: (o["fold"], o["log_rows"], o["log_domain"], o["positions"], o["work"])
    check("oracles", [oracle(o) for o in [found["base"], *found["rounds"]]], params["oracles"])
    check("log_final", found["log_final"], params["log_final"])
    check("work", found["work_bits"], params["work_bits"])
    for name, limit in LIMITS.items():
        if shape[name] > limit:
            wrong.append(f"{name}: {shape[name]} is more than a verifier accepts")

    errors = terms(params, shape, shares, claim["masked"], m)
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
    if not are_lists(profile, h, rate, m):
        wrong.append(f"profile {profile}, height {h}: multiplicity {m}")
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
    # Of n proofs of a run there are n leaves, as many veils at most, n − 1 joins, of which the last is at the top, and a root.
    one, each, joins = lambda n: 1, lambda n: n, lambda n: max(n - 2, 0)
    counts = {"run": each, "leaf": each, "veil": each, "join": joins, "top": one, "root": one}
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
        code = *(layer[key] for key in ("log_height", "log_inverse_rate", "hash", "masked", "multiplicity")),
        if name in CIRCUITS and code not in CIRCUITS[name]:
            wrong.append(f"height, rate, hash, masks or lists of layer {name}")
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
