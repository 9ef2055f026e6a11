#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aver_fuzz_targets::aggregate(data));
