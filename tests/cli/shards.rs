//! Proofs in one shard and in many, with one thread and two.

use crate::common::*;

#[test]
fn shards_and_threads_change_nothing_of_the_claim() {
    let dir = folder("shards");
    let elf = ready().join("counts.elf");
    let (elf, n) = (elf.to_str().unwrap(), ready().join("n"));
    let n = n.to_str().unwrap();
    let mut claims = Vec::new();
    for (threads, cycles) in [("1", "100000"), ("2", "100000"), ("1", "700"), ("2", "700")] {
        let name = format!("{threads}-{cycles}");
        let job = ["prove", elf, "--input", n, "--out", &name, "--threads", threads, "--json"];
        let said = aver_in(&dir, job.iter().chain(&["--max-shard-cycles", cycles]));
        assert_eq!(said.status, 0, "{said:?}");
        assert_eq!(said.json()["shards"].as_u64(), Some(if cycles == "700" { 3 } else { 1 }));
        let said = aver_in(&dir, ["verify", &name, "--elf", elf, "--json"]);
        assert_eq!(said.status, 0, "{said:?}");
        let json = said.json();
        claims.push(["vk", "exit_code", "output", "output_digest"].map(|key| json[key].clone()));
    }
    assert!(claims.windows(2).all(|pair| pair[0] == pair[1]), "{claims:?}");
}

#[test]
fn another_input_is_another_proof_of_the_same_program() {
    let dir = folder("inputs");
    std::fs::write(dir.join("exits.elf"), exits()).unwrap();
    std::fs::write(dir.join("zero"), [0]).unwrap();
    aver_in(&dir, ["prove", "--shards", "exits.elf", "--input", "zero", "--out", "zero.proof"]).done();
    aver_in(&dir, ["prove", "--shards", "exits.elf", "--out", "none.proof"]).done();
    for proof in ["zero.proof", "none.proof"] {
        aver_in(&dir, ["verify", proof, "--elf", "exits.elf"]).done();
    }
}
