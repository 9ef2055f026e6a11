//! Which hash: what committing costs with BLAKE3, with Poseidon2 and with BLAKE3 leaves under Poseidon2 nodes,
//! what a verifier hashes, and what that costs a recursion: `hash [commit|count|price]...`, all if none is named.
//! `docs/hash.md` has the conclusions.

mod commit;
mod count;
mod price;
mod real;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let runs = |name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
    pool.install(|| {
        if runs("commit") {
            commits();
        }
        if runs("count") {
            real::counts();
        }
        if runs("price") {
            price::table();
        }
    });
}

/// Matrices of a gigabyte at most.
fn commits() {
    println!("Committing, one thread: ns an element of the encoded matrix\n");
    println!("| h | columns | encode | BLAKE3 leaves | nodes | Poseidon2 leaves | nodes |");
    println!("|---|---|---|---|---|---|---|");
    for (log_height, width) in [(15, 528), (16, 264), (17, 100), (17, 264), (17, 1000), (18, 132), (19, 66)] {
        let t = commit::measure(log_height, width);
        let each = |ns: f64| format!("{:.2}", ns / ((2usize << log_height) * width) as f64);
        let times = [t.encode, t.blake3_leaves, t.blake3_nodes, t.poseidon2_leaves, t.poseidon2_nodes];
        println!("| {log_height} | {width} | {} |", times.map(each).join(" | "));
    }
    println!();
}
