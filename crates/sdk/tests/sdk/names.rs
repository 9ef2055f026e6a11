//! Names of programs, trees and files.

use aver_sdk::testing::is_node;
use aver_sdk::{Error, TreeKey, Vk};

#[test]
fn text_and_back() {
    let vk = Vk(std::array::from_fn(|i| (i * 37 + 5) as u8));
    assert_eq!(vk.to_string().parse::<Vk>().unwrap(), vk);
    assert_eq!(vk.to_string().parse::<TreeKey>().unwrap().0, vk.0);
    assert_eq!(format!("0x{}", vk.to_string().to_uppercase()).parse::<Vk>().unwrap(), vk);
    for bad in ["", "0x", "12", &"g".repeat(64), &"ä".repeat(32), &"0".repeat(63), &"0".repeat(65)] {
        assert!(matches!(bad.parse::<Vk>(), Err(Error::Vk(_))), "{bad}");
        assert!(matches!(bad.parse::<TreeKey>(), Err(Error::TreeKey(_))), "{bad}");
    }
}

#[test]
fn names_of_nodes() {
    for name in ["0-1.node", "12-345.node", ".0-1.node.77.3.aver-tmp"] {
        assert!(is_node(name), "{name}");
    }
    for name in [
        "a.node",
        "0.node",
        "0-.node",
        "-1.node",
        "0-1.node.old",
        "0-1-2.node",
        "x.aver-tmp",
        ".a.node.1.2.aver-tmp",
    ] {
        assert!(!is_node(name), "{name}");
    }
}
