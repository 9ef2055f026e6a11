//! Sequences as people read them: what repeats stands once, under `repeat`.

/// A line, or lines that repeat one time or more.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Line(String),
    Repeat(Vec<Node>),
}

/// Lists lines in order, with repetitions folded.
pub fn listing(lines: impl IntoIterator<Item = String>) -> String {
    let mut nodes: Vec<Node> = Vec::new();
    // The commonest repetition, in one pass.
    for line in lines {
        let line = Node::Line(line);
        match nodes.last_mut() {
            Some(last) if *last == line => *last = Node::Repeat(vec![line]),
            Some(Node::Repeat(body)) if body.len() == 1 && body[0] == line => {}
            _ => nodes.push(line),
        }
    }
    while fold(&mut nodes) {}
    let mut out = String::new();
    print(&nodes, 0, &mut out);
    out
}

/// Folds the shortest repetition there is.
fn fold(nodes: &mut Vec<Node>) -> bool {
    for period in 1..=nodes.len() / 2 {
        for start in 0..=nodes.len() - 2 * period {
            let body = nodes[start..start + period].to_vec();
            let is_repeat = matches!(body.as_slice(), [Node::Repeat(_)]);
            let count = nodes[start..].chunks_exact(period).take_while(|c| *c == body).count();
            if count > 1 && !is_repeat {
                nodes.splice(start..start + count * period, [Node::Repeat(body)]);
                return true;
            }
        }
    }
    false
}

fn print(nodes: &[Node], depth: usize, out: &mut String) {
    for node in nodes {
        let indent = "    ".repeat(depth);
        match node {
            Node::Line(line) => *out += &format!("{indent}{line}\n"),
            Node::Repeat(body) => {
                *out += &format!("{indent}repeat\n");
                print(body, depth + 1, out);
            }
        }
    }
}
