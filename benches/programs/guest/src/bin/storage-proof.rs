#![no_std]
#![no_main]
aver_bench_guests::program!(storage_proof);
