//! Terms as text in SMT-LIB 2.

use std::collections::HashMap;
use std::fmt::Write;
use std::rc::Rc;

use crate::smt::term::{Node, Op, Term};

/// A query in SMT-LIB: are these assertions satisfiable together?
#[derive(Default)]
pub struct Script {
    text: String,
    names: HashMap<*const Node, String>,
    declared: HashMap<String, u32>,
    /// Keeps what `names` points at.
    kept: Vec<Term>,
    count: usize,
}

impl Script {
    /// Asserts a term of one bit.
    pub fn assert(&mut self, term: &Term) {
        assert_eq!(term.width(), 1);
        let name = self.name(term);
        let _ = writeln!(self.text, "(assert (= {name} #b1))");
    }
    /// Declarations and assertions, in the logic QF_BV.
    pub fn text(&self) -> String {
        format!("(set-logic QF_BV)\n{}", self.text)
    }
    /// Names of the variables.
    pub fn variables(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.declared.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    fn name(&mut self, term: &Term) -> String {
        // The list of nodes to be written, arguments first; recursion could be deep.
        let mut open = vec![(term.clone(), false)];
        while let Some((term, arguments_done)) = open.pop() {
            let key = Rc::as_ptr(&term.0);
            if self.names.contains_key(&key) {
                continue;
            }
            if !arguments_done {
                let arguments = term.0.arguments.clone();
                open.push((term, true));
                open.extend(arguments.into_iter().map(|a| (a, false)));
                continue;
            }
            let name = self.write(&term);
            self.names.insert(key, name);
            self.kept.push(term);
        }
        self.names[&Rc::as_ptr(&term.0)].clone()
    }

    fn write(&mut self, term: &Term) -> String {
        let width = term.width();
        let names: Vec<_> = term.0.arguments.iter().map(|a| self.names[&Rc::as_ptr(&a.0)].as_str()).collect();
        let arguments = names.join(" ");
        let body = match &term.0.op {
            Op::Constant(value) => return format!("(_ bv{value} {width})"),
            Op::Variable(name) => {
                let name = format!("|{name}|");
                if let Some(&other) = self.declared.get(&name) {
                    assert_eq!(other, width, "two variables {name}");
                } else {
                    let _ = writeln!(self.text, "(declare-const {name} (_ BitVec {width}))");
                    self.declared.insert(name.clone(), width);
                }
                return name;
            }
            Op::Same(operator) => format!("({operator} {arguments})"),
            Op::Test(predicate) => format!("(ite ({predicate} {arguments}) #b1 #b0)"),
            Op::Choose => format!("(ite (= {} #b1) {} {})", names[0], names[1], names[2]),
            Op::Concat => format!("(concat {arguments})"),
            Op::Extract(from) => format!("((_ extract {} {from}) {arguments})", from + width - 1),
            Op::Zero => format!("((_ zero_extend {}) {arguments})", width - term.0.arguments[0].width()),
            Op::Sign => format!("((_ sign_extend {}) {arguments})", width - term.0.arguments[0].width()),
        };
        self.count += 1;
        let name = format!("t{}", self.count);
        let _ = writeln!(self.text, "(define-fun {name} () (_ BitVec {width}) {body})");
        name
    }
}
