//! The page of `web/` in Chromium: what a person would read there.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::devtools::Browser;
use crate::files::{CODE, FILES, SHARDS, VERIFIED, files, repository, run, target};
use crate::roots::{ROOTS, roots};

/// The words of the verdict, once there is one.
fn verdict(browser: &mut Browser) -> (String, String) {
    browser.wait("!!document.getElementById('verdict').className");
    let kind = browser.value("document.getElementById('verdict').className");
    let text = browser.value("document.getElementById('verdict').textContent");
    (kind.as_str().unwrap().into(), text.as_str().unwrap().into())
}

/// The claim, as it is shown; nothing if it is not.
fn claim(browser: &mut Browser) -> String {
    let [is_hidden, claim] = ["hidden", "innerText"]
        .map(|what| browser.value(&format!("document.getElementById('claim').{what}")));
    if is_hidden == true { String::new() } else { claim.as_str().unwrap().into() }
}

fn fill(browser: &mut Browser, vk: &str, code: u32) {
    browser.value(&format!(
        "document.getElementById('vk').value = '{vk}'; document.getElementById('exit').value = '{code}';"
    ));
}

/// Forgets the verdict, to wait for the next.
fn forget(browser: &mut Browser) {
    browser.value("document.getElementById('verdict').className = ''");
}

/// What is not there is said; with `AVER_REQUIRE_TOOLS` set it fails.
fn skipped(why: &str) {
    assert!(env::var_os("AVER_REQUIRE_TOOLS").is_none(), "{why}");
    eprintln!("skipped: {why}");
}

#[test]
fn a_page_verifies_proofs() {
    let rustc = env::var_os("RUSTC").unwrap_or("rustc".into());
    let libraries =
        run(Command::new(rustc).args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]));
    if !Path::new(libraries.trim()).is_dir() {
        return skipped("the compiler has no target wasm32-unknown-unknown");
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let page = folder.with_extension("html");
    run(Command::new(repository().join("web/build")).arg(&page).env("CARGO_TARGET_DIR", target()));
    let Some(mut browser) = Browser::open(&page, &folder) else {
        return skipped("there is no chromium");
    };
    browser.wait("document.readyState === 'complete' && !!document.getElementById('file')");
    let files = files();
    // Dropped, for a key that nobody gave.
    fill(&mut browser, "", CODE);
    browser.drop_file(&files.folder.join("good"));
    let (kind, text) = verdict(&mut browser);
    assert!(kind == "open" && text.contains("a key that you did not give"), "{kind}: {text}");
    assert!(claim(&mut browser).contains(&files.vk));
    // Chosen, for the right key.
    fill(&mut browser, &files.vk, CODE);
    for file in FILES {
        forget(&mut browser);
        browser.choose("#file", &files.folder.join(file.name));
        let (kind, text) = verdict(&mut browser);
        let claim = claim(&mut browser);
        if file.status == VERIFIED {
            assert!(kind == "good" && text.starts_with("Verified."), "{kind}: {text}");
            let (code, shards) = (format!("Exit code\n{CODE}\n"), format!("Shards\n{SHARDS}\n"));
            for part in
                [&files.vk, &code, &shards, "It is <b>so</b>, ✓.·", "4974206973203c623e", "24 bytes: save"]
            {
                assert!(claim.contains(part), "{part} is not in {claim}");
            }
        } else {
            assert!(kind == "bad" && text.starts_with("Not verified:"), "{}: {kind}: {text}", file.name);
            assert!(text.contains(file.words) && claim.is_empty(), "{}: {text}", file.name);
        }
    }
    // For another key, or another exit code, or what is no key.
    forget(&mut browser);
    browser.choose("#file", &files.folder.join("good"));
    verdict(&mut browser);
    for (vk, code, words) in [
        ("0".repeat(64), CODE, files.vk.as_str()),
        (files.vk.clone(), 0, "exit code 7, expected 0"),
        (files.vk[1..].into(), CODE, "has 64 hexadecimal digits"),
    ] {
        forget(&mut browser);
        fill(&mut browser, &vk, code);
        browser.value("document.getElementById('form').requestSubmit()");
        let (kind, text) = verdict(&mut browser);
        assert!(kind == "bad" && text.contains(words), "{kind}: {text}");
        assert_eq!(claim(&mut browser), "");
    }
    compressed(&mut browser);
}

/// Compressed proofs, in the same page.
fn compressed(browser: &mut Browser) {
    let (files, tree) = roots();
    // A file that was chosen already is no change.
    let ask = |browser: &mut Browser, name: Option<&str>, vk: &str, code: u32, tree: &str| {
        forget(browser);
        fill(browser, vk, code);
        browser.value(&format!("document.getElementById('tree').value = '{tree}';"));
        match name {
            Some(name) => browser.choose("#file", &files.folder.join(name)),
            None => _ = browser.value("document.getElementById('form').requestSubmit()"),
        }
        let (kind, text) = verdict(browser);
        (kind, text, claim(browser))
    };
    for file in ROOTS {
        let (kind, text, claim) = ask(browser, Some(file.name), &files.vk, CODE, tree);
        if file.status == VERIFIED {
            assert!(kind == "good" && text.starts_with("Verified."), "{kind}: {text}");
            for part in [files.vk.as_str(), tree, "It is <b>so</b>, ✓.·", "24 bytes: save"] {
                assert!(claim.contains(part), "{part} is not in {claim}");
            }
            assert!(!claim.contains("Shards"), "{claim}");
        } else {
            assert!(kind == "bad" && text.starts_with("Not verified:"), "{}: {kind}: {text}", file.name);
            assert!(text.contains(file.words) && claim.is_empty(), "{}: {text}", file.name);
        }
    }
    ask(browser, Some("good.root"), &files.vk, CODE, tree);
    let other = "0".repeat(64);
    // A tree that nobody gave, not even the file.
    for (vk, code, given, words) in [
        (files.vk.as_str(), CODE, "", "key of its tree"),
        (&files.vk, CODE, &other, "circuits of another tree"),
        (&files.vk, CODE, &tree[1..], "has 64 hexadecimal digits"),
        (&other, CODE, tree, &files.vk),
        (&files.vk, 0, tree, "exit code 7, expected 0"),
    ] {
        let (kind, text, claim) = ask(browser, None, vk, code, given);
        assert!(kind == "bad" && text.contains(words) && claim.is_empty(), "{kind}: {text}");
    }
    let (kind, text, claim) = ask(browser, None, "", CODE, tree);
    assert!(kind == "open" && text.contains("a key that you did not give"), "{kind}: {text}");
    assert!(claim.contains(&files.vk));
}
