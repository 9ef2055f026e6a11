#![no_std]
#![no_main]
aver_bench_guests::program!(keccak_chain);
