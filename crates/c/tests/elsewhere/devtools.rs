//! Speaks to Chromium by its DevTools protocol: JSON objects that end in a zero, through a pipe.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser with one page.
pub struct Browser {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    session: String,
    calls: u64,
}

/// Reads and writes the protocol where Chromium expects it: at descriptors 3 and 4.
const START: &str = r#"exec "$@" 3<&0 4>&1 </dev/null >/dev/null 2>"$LOG""#;

impl Browser {
    /// Opens a file as a page; its profile and its log go into `folder`. None where there is no Chromium.
    pub fn open(page: &Path, folder: &Path) -> Option<Self> {
        let name = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
            let version = Command::new(name).arg("--version").stderr(Stdio::null()).output();
            version.is_ok_and(|output| output.status.success())
        })?;
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).unwrap();
        let mut process = Command::new("sh")
            .args(["-c", START, "sh", name, "--headless", "--remote-debugging-pipe", "--no-first-run"])
            // No sandbox for root, as in a container; nothing but the page is opened.
            .args(["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-sync"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-quic"])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .env("LOG", folder.join("log"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let mut browser = Self { process, to, from: BufReader::new(from), session: String::new(), calls: 0 };
        let url = format!("file://{}", page.display());
        let target = browser.call("Target.createTarget", json!({ "url": url }))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        browser.session = attached["sessionId"].as_str().unwrap().into();
        Some(browser)
    }

    /// Calls a method and returns its result.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.calls += 1;
        let mut message = json!({ "id": self.calls, "method": method, "params": parameters });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.to.write_all(format!("{message}\0").as_bytes()).expect("Chromium listens");
        loop {
            let mut answer = Vec::new();
            self.from.read_until(0, &mut answer).unwrap();
            assert_eq!(answer.pop(), Some(0), "Chromium ended");
            let mut answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["id"] == self.calls {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].take();
            }
        }
    }

    /// The value of a JavaScript expression.
    pub fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {result}");
        result["result"]["value"].take()
    }

    /// Waits until an expression is true.
    pub fn wait(&mut self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != true {
            assert!(start.elapsed() < Duration::from_secs(60), "never: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Gives a file to an element for files.
    pub fn choose(&mut self, element: &str, file: &Path) {
        let root = self.call("DOM.getDocument", json!({}))["root"]["nodeId"].clone();
        let found = self.call("DOM.querySelector", json!({ "nodeId": root, "selector": element }));
        let parameters = json!({ "nodeId": found["nodeId"], "files": [file] });
        self.call("DOM.setFileInputFiles", parameters);
    }

    /// Drops a file on the page.
    pub fn drop_file(&mut self, file: &Path) {
        let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            let parameters = json!({ "type": kind, "x": 100, "y": 100, "data": data });
            self.call("Input.dispatchDragEvent", parameters);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // With the processes it started; it does not answer.
        let close = json!({ "id": self.calls + 1, "method": "Browser.close" });
        if self.to.write_all(format!("{close}\0").as_bytes()).is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
