//! Real blocks, natively, where there is a copy of them beside the repository.

use block_data::{BLOCKS, Encoded, beside};
use block_stateless::execute;

#[test]
fn executes() {
    for number in BLOCKS {
        let Some(path) = beside(number) else {
            println!("skipped: no witness of block {number}");
            continue;
        };
        let encoded = Encoded::read(&path).unwrap();
        let executed = execute(&encoded.input());
        println!("{number}: {executed:?}");
        assert_eq!(executed.map(|executed| executed.number).map_err(|error| error.to_string()), Ok(number));
    }
}
