#!/usr/bin/env bash
# Tests everything: installs what guests need, lints, then runs all tests and examples.
#
# Guests are built with a second Rust toolchain that has the sources of the standard library, and
# compared with what qemu-riscv64 makes of them; C programs are built with a bare-metal GCC. Debian has
# all of it, and this script installs it where it may (as root, or with sudo that asks no password).
# Elsewhere `rustup toolchain install nightly --component rust-src` is enough to build guests.
set -euo pipefail
cd "$(dirname "$0")"
command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
unset UPDATE_SNAPSHOTS UPDATE_FIXTURES UPDATE_VECTORS # what is written down is compared, not written anew
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}" CARGO_INCREMENTAL=0
export AVER_TARGET_DIR="$CARGO_TARGET_DIR/tmp/guest" # of all guests, whose libraries are compiled once

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
note() { printf 'NOTE: %s\n' "$*"; }

# --- What tests need ---

packages=(
    rustc-web cargo-web rust-web-src libstd-rust-web-dev lld # guests
    qemu-user                                                # what guests are compared with
    gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf     # guests in C
    python3-venv                                             # SMT solvers, which are Python packages
    g++                                                      # libFuzzer
    chromium                                                 # the page that verifies proofs
)

# A toolchain that `aver build` takes: one of rustup's or the system's, with the library's sources.
has_guest_toolchain() {
    local library=lib/rustlib/src/rust/library/core/Cargo.toml
    compgen -G "${RUSTUP_HOME:-$HOME/.rustup}/toolchains/*/$library" >/dev/null && return
    [ -x /usr/bin/cargo ] && [ -f "$(/usr/bin/rustc --print sysroot 2>/dev/null)/$library" ]
}

# What chips mean is proved by solvers in a Python environment beside what is built.
solvers="$CARGO_TARGET_DIR/solvers"
has_solvers() { [ -x "$solvers/bin/z3" ] && "$solvers/bin/python3" -c "import bitwuzla" 2>/dev/null; }

# Whatever Chromium a system has.
has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
has_wasm() { [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ]; }

has_all() {
    command -v g++ >/dev/null && has_browser || return
    has_solvers || python3 -c "import ensurepip" 2>/dev/null || return
    has_guest_toolchain && command -v qemu-riscv64 >/dev/null && command -v riscv64-unknown-elf-gcc >/dev/null
}

install_by_apt() {
    local root=() known=() package
    command -v apt-get >/dev/null || { note "no apt-get here"; return; }
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || { note "not root, and no sudo without a password"; return; }
        root=(sudo -n)
    fi
    "${root[@]}" apt-get update -qq || note "apt-get update failed; trying with the lists there are"
    for package in "${packages[@]}"; do
        [[ $(apt-cache policy "$package") == *"Candidate: "[!\(]* ]] && known+=("$package")
    done
    [ "${#known[@]}" -gt 0 ] || { note "apt-get knows none of the packages"; return; }
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${known[@]}" >/dev/null || note "apt-get install failed"
}

step "What tests need"
has_all || install_by_apt
if ! has_guest_toolchain && command -v rustup >/dev/null; then
    rustup toolchain install nightly --profile minimal --component rust-src || note "rustup has no nightly for us"
fi
if ! has_wasm && command -v rustup >/dev/null; then
    rustup target add wasm32-unknown-unknown || note "rustup has no WebAssembly for us"
fi
if ! has_solvers; then
    { python3 -m venv "$solvers" && "$solvers/bin/pip" install -q --disable-pip-version-check -r tests/audit/solvers.txt; } ||
        note "no SMT solvers: what chips mean is not proved. It needs python3 with venv, and PyPI"
fi
for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component" ||
        note "cargo has no $component, and it cannot be had"
done
has_guest_toolchain || note "no toolchain for guests: tests that build guests are skipped. Install the Debian \
packages ${packages[*]:0:5}, or run: rustup toolchain install nightly --component rust-src"
command -v qemu-riscv64 >/dev/null ||
    note "no qemu-riscv64: nothing is compared with it. Install the Debian package qemu-user"
command -v riscv64-unknown-elf-gcc >/dev/null ||
    note "no riscv64-unknown-elf-gcc: tests with C programs are skipped. Install the Debian packages ${packages[*]:6:2}"
has_browser && has_wasm || note "no chromium, or no WebAssembly: the page that verifies proofs is not tested. Install \
the Debian package chromium, and run: rustup target add wasm32-unknown-unknown"
has_all && has_wasm && echo "all there"

# --- Lints ---

step "Format"
if cargo fmt --version >/dev/null 2>&1; then
    cargo fmt --check
    # Guests are packages of their own, as their users' will be.
    find guest examples fuzz benches/programs/guest -name '*.rs' -not -path '*/target/*' -exec rustfmt --check --edition 2024 {} +
fi

step "Lints"
# All there is to compile. (`--all-targets` has libraries and programs once more, to be measured as no bench is here.)
all=(--profile fast --workspace --lib --bins --examples --tests)
guest=blake2b,bls12-381,bn254,modexp,ripemd160,secp256k1,secp256r1 # what guests have in software
if cargo clippy --version >/dev/null 2>&1; then
    cargo clippy "${all[@]}" -- -D warnings
    cargo clippy --manifest-path guest/accelerators/Cargo.toml -- -D warnings
    cargo clippy --manifest-path guest/aver-guest/Cargo.toml --all-targets --features "$guest" -- -D warnings
else
    cargo check "${all[@]}"
fi
if command -v cargo-deny >/dev/null; then
    cargo deny check bans licenses sources
else
    note "no cargo-deny: licences and sources of dependencies are not checked"
fi

# --- Examples: each host builds its guest, proves a run of it and verifies the proof ---

step "Build"
hosts=()
for host in examples/*/host; do
    name=$(basename "$(dirname "$host")")
    # These take minutes; but for block's, whose revm takes minutes to compile, their guests are among the tests.
    if [[ " block receipts running-sum " == *" $name "* ]] && [ -z "${AVER_TEST_BLOCK:-}" ]; then
        note "$name is linted, and not run, since it takes minutes: AVER_TEST_BLOCK=1 ./test.sh runs it"
    else
        hosts+=("$name-host")
    fi
done
# One command, so that features of libraries are the same in hosts and tests, and what is compiled is compiled once. Examples of libraries,
# which measure, are linted only.
cargo build --profile fast --workspace --tests "${hosts[@]/#/--bin=}"
if has_guest_toolchain; then
    for host in "${hosts[@]}"; do
        step "Example: ${host%-host}"
        "$CARGO_TARGET_DIR/fast/$host"
    done
fi

if [ -n "${AVER_TEST_BLOCK:-}" ]; then
    step "Stateless execution of blocks"
    cargo test --release --manifest-path examples/block/stateless/Cargo.toml
fi

# --- Tests; layers and `no_std` are among them, in tests/layering ---

step "Tests"
cargo test --manifest-path guest/aver-guest/Cargo.toml --features "$guest"
# Tests that build programs often wait for one compiler, so the others run beside them.
builders=(cli demo elsewhere guests)
cargo test --profile fast --workspace --tests --no-run
beside=$(mktemp)
cargo test --profile fast --workspace "${builders[@]/#/--test=}" >"$beside" 2>&1 &
pid=$!
triple=$(rustc -vV | sed -n 's/^host: //p' | tr a-z- A-Z_)
others=0
env "CARGO_TARGET_${triple}_RUNNER=$PWD/tests/but ${builders[*]} --" cargo test --profile fast --workspace --tests || others=$?
cargo test --profile fast --workspace --doc || others=$?
built=0
wait "$pid" || built=$?
cat "$beside" && rm "$beside"
[ "$others" -eq 0 ] && [ "$built" -eq 0 ] || { note "tests failed: see above"; exit 1; }

# --- What takes minutes more: on demand. Other builds' own tests of kernels, and fuzzers' seeds, are among those above ---

if [ -z "${AVER_TEST_ALL:-}" ]; then
    note "not built for other processors, not fuzzed, and not all asked of both solvers, nor of all changed chips: \
AVER_TEST_ALL=1 ./test.sh does"
    exit
fi

step "Other instructions"
tests/simd/run

step "Fuzzing"
if command -v g++ >/dev/null; then
    fuzz/run 5
else
    note "no C++ compiler: seeds are replayed, but nothing is fuzzed. Install the Debian package g++"
fi
