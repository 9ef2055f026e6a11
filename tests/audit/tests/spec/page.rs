//! The tables of `spec/`: what a chip's page says of its columns, messages and constraints.
//!
//! The first cell of a table's head says what it is of: "columns of `add` `sub`", "fixed columns of",
//! "boundary columns of", "definitions of", "messages of", "constraints of". A message of a row that is
//! written as a call, `read(rs1, 0)`, stands for the table "messages of `read(r, slot)`".

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::formula::{Formula, Result, Scope, Value};

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Line {
    page: String,
    cells: Vec<String>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// What it is of.
    pub kind: String,
    /// The chips, or the call it stands for.
    pub of: Vec<String>,
    /// Its rows.
    pub lines: Vec<Line>,
}

/// A message: bus, and weight (negative if taken) with values.
pub type Message = (String, Vec<Value>);

/// The table in `folder` whose head starts with `kind`.
pub fn table(folder: &Path, kind: &str) -> Table {
    tables(folder)
        .into_iter()
        .find(|t| t.kind == kind)
        .unwrap_or_else(|| panic!("spec/ has no table of {kind}"))
}

/// All tables of the pages in `folder`, in the order of their names.
pub fn tables(folder: &Path) -> Vec<Table> {
    let mut pages: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    pages.sort();
    let mut tables = Vec::new();
    for page in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md")) {
        let text = fs::read_to_string(page).unwrap();
        let mut open = false;
        for (at, line) in text.lines().enumerate() {
            let Some(row) = line.strip_prefix('|').and_then(|l| l.strip_suffix('|')) else {
                open = false;
                continue;
            };
            let cells: Vec<String> = row.split('|').map(|c| c.trim().to_string()).collect();
            if !open {
                open = true;
                let kind = cells[0].split(" of `").next().unwrap_or_default().to_string();
                tables.push(Table { kind, of: spans(&cells[0]), lines: Vec::new() });
            } else if !cells[0].starts_with("---") {
                let page = format!("{}:{}", page.file_name().unwrap().display(), at + 1);
                tables.last_mut().unwrap().lines.push(Line { page, cells });
            }
        }
    }
    tables
}

/// What stands between backticks.
fn spans(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// `l0..3` as l0, l1, l2, l3; `x00..03` as x00, x01, x02, x03.
fn expand(name: &str, out: &mut Vec<String>) {
    let Some(dots) = name.find("..") else { return out.push(name.to_string()) };
    let start = name[..dots].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
    let end = name[dots + 2..].find(|c: char| !c.is_ascii_digit()).map_or(name.len(), |i| dots + 2 + i);
    let (digits, [first, last]) =
        (dots - start, [start..dots, dots + 2..end].map(|r| name[r].parse::<u32>().unwrap()));
    (first..=last).for_each(|i| expand(&format!("{}{i:0digits$}{}", &name[..start], &name[end..]), out));
}

impl Line {
    /// The text between the backticks of cell `i`.
    fn code(&self, i: usize) -> Result<&str> {
        let cell = self.cells.get(i).map_or("", String::as_str);
        cell.split('`').nth(1).ok_or_else(|| format!("cell {} has no formula", i + 1))
    }

    /// Runs `body` for all values of the loops behind the first cell's name: `x`, k = 0..3.
    fn for_each(&self, scope: &mut Scope, body: &mut dyn FnMut(&mut Scope) -> Result<()>) -> Result<()> {
        let loops = self.cells[0].rsplit('`').next().unwrap_or_default().trim_start_matches(',');
        let loops: Vec<&str> = loops.split(',').map(str::trim).filter(|l| !l.is_empty()).collect();
        nest(&loops, scope, body)
    }

    /// Constraints named in the last cell: what bounds the columns of the first.
    pub fn bounds(&self) -> Vec<String> {
        let names = spans(self.cells.last().map_or("", String::as_str));
        names.into_iter().filter(|name| name.contains('/')).collect()
    }

    /// Cell `i` as text.
    pub fn text(&self, i: usize) -> String {
        self.cells.get(i).map_or(String::new(), |cell| cell.replace('`', ""))
    }

    fn at<T>(&self, result: Result<T>) -> T {
        result.unwrap_or_else(|why| panic!("spec, {}: {why}", self.page))
    }
}

fn nest(loops: &[&str], scope: &mut Scope, body: &mut dyn FnMut(&mut Scope) -> Result<()>) -> Result<()> {
    let [first, rest @ ..] = loops else { return body(scope) };
    let (variable, bounds) = first.split_once('=').ok_or_else(|| format!("{first:?} is no loop"))?;
    let variable = variable.trim().to_string();
    let (first, last) = Formula::new(bounds, scope).bounds()?;
    for i in first..=last {
        scope.loops.insert(variable.clone(), i);
        nest(rest, scope, body)?;
    }
    scope.loops.remove(&variable);
    Ok(())
}

/// The tables of one chip.
pub struct Chip<'a> {
    all: &'a [Table],
    name: &'a str,
}

impl<'a> Chip<'a> {
    /// Those of `all` that name the chip.
    pub fn new(all: &'a [Table], name: &'a str) -> Self {
        Self { all, name }
    }

    fn lines(&self, kind: &str) -> impl Iterator<Item = &'a Line> {
        let of = move |t: &&Table| t.kind == kind && t.of.iter().any(|n| n == self.name);
        self.all.iter().filter(of).flat_map(|t| &t.lines)
    }

    /// Names of the columns in tables of this kind, sorted.
    pub fn columns(&self, kind: &str) -> Vec<String> {
        let mut names = Vec::new();
        self.lines(kind).flat_map(|l| spans(&l.cells[0])).for_each(|name| expand(&name, &mut names));
        names.sort();
        names
    }

    /// Adds to the scope what the pages define for the chip; a list defines name0, name1, ….
    pub fn define(&self, scope: &mut Scope) {
        for line in self.lines("definitions") {
            let result = line.for_each(scope, &mut |scope| {
                let name = Formula::new(line.code(0)?, scope).target()?;
                let values = Formula::new(line.code(1)?, scope).list()?;
                match values[..] {
                    [value] => drop(scope.names.insert(name, value)),
                    _ => scope
                        .names
                        .extend(values.into_iter().enumerate().map(|(i, v)| (format!("{name}{i}"), v))),
                }
                Ok(())
            });
            line.at(result);
        }
    }

    /// Its constraints: label and value.
    pub fn constraints(&self, scope: &mut Scope) -> Vec<(String, Value)> {
        let mut out = Vec::new();
        for line in self.lines("constraints") {
            let result = line.for_each(scope, &mut |scope| {
                let label = line.code(0)?.to_string();
                out.push((label, Formula::new(line.code(1)?, scope).statement()?));
                Ok(())
            });
            line.at(result);
        }
        out
    }

    /// Its messages.
    pub fn messages(&self, scope: &mut Scope) -> Vec<Message> {
        let mut out = Vec::new();
        self.lines("messages")
            .for_each(|line| line.at(self.message(line, &BTreeMap::new(), scope, &mut out)));
        out
    }

    fn message(
        &self,
        line: &Line,
        arguments: &BTreeMap<String, String>,
        scope: &mut Scope,
        out: &mut Vec<Message>,
    ) -> Result<()> {
        line.for_each(scope, &mut |scope| {
            let first = substitute(line.code(0)?, arguments);
            if let Some((name, given)) = call(&first) {
                let tables = self.all.iter().filter(|t| t.kind == "messages");
                let found = tables.filter_map(|t| Some((t, call(t.of.first()?)?))).find(|f| f.1.0 == name);
                let (table, (_, names)) = found.ok_or_else(|| format!("no table defines {name}"))?;
                if names.len() != given.len() {
                    return Err(format!("{name} takes {} arguments", names.len()));
                }
                let inner = names.into_iter().zip(given).collect();
                return table.lines.iter().try_for_each(|l| self.message(l, &inner, scope, out));
            }
            let mut values = Vec::new();
            for i in [2, 3] {
                values.extend(Formula::new(&substitute(line.code(i)?, arguments), scope).list()?);
            }
            match line.cells[1].as_str() {
                "put" => {}
                "take" => values[0] = values[0].map(|weight| -weight),
                other => return Err(format!("{other:?} is neither put nor take")),
            }
            out.push((first, values));
            Ok(())
        })
    }
}

/// `name(a, b)` as a name and arguments.
fn call(text: &str) -> Option<(String, Vec<String>)> {
    let (name, rest) = text.strip_suffix(')')?.split_once('(')?;
    Some((name.to_string(), rest.split(',').map(|a| a.trim().to_string()).collect()))
}

/// Puts arguments in the place of their names: alone, or before a dot.
fn substitute(text: &str, arguments: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end =
            rest.find(|c| !is_word(c)).unwrap_or(rest.len()).max(if is_word(c) { 0 } else { c.len_utf8() });
        let (word, tail) = rest.split_at(end);
        let is_head = !out.ends_with(|c: char| is_word(c) || c == '.' || c == '}');
        match arguments.get(word).filter(|_| is_head) {
            Some(argument) if tail.starts_with('.') || call(text).is_some() => out.push_str(argument),
            Some(argument) => out.push_str(&format!("({argument})")),
            None => out.push_str(word),
        }
        rest = tail;
    }
    out
}
