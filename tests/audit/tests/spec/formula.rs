//! The formulas of `spec/`, evaluated on several random rows at once.
//!
//! Arithmetic is that of the field: `+`, `−`, `·`, `/`, `2^n` and numbers, names of columns and of what
//! a page defines, and `Σ(i = a..b: …)` with both ends. A name may have parts in braces, `c{k − 1}`:
//! integers that are made of loop variables, and of numbers that the page defines.

use std::collections::HashMap;

use aver_stark::field::F;
use p3_field::{Field, PrimeCharacteristicRing, PrimeField32};

/// Rows a formula is evaluated on.
pub const ROWS: usize = 3;
/// A formula's value in each of them.
pub type Value = [F; ROWS];

/// What names stand for.
#[derive(Clone, Default)]
pub struct Scope {
    /// Columns and definitions.
    pub names: HashMap<String, Value>,
    /// Loop variables.
    pub loops: HashMap<String, i64>,
}

/// Why a formula has no value.
pub type Result<T> = std::result::Result<T, String>;

/// Reads a formula.
pub struct Formula<'a> {
    rest: &'a str,
    scope: &'a mut Scope,
}

fn zip(a: Value, b: Value, f: impl Fn(F, F) -> F) -> Value {
    std::array::from_fn(|i| f(a[i], b[i]))
}

/// The integer in every row.
fn integer(n: i64) -> Value {
    let value = F::from_u64(n.unsigned_abs());
    [if n < 0 { -value } else { value }; ROWS]
}

impl<'a> Formula<'a> {
    /// Of this text.
    pub fn new(text: &'a str, scope: &'a mut Scope) -> Self {
        Self { rest: text, scope }
    }

    /// What must vanish: `x = y`, or `x ∈ {0, 1, …}`.
    pub fn statement(mut self) -> Result<Value> {
        let x = self.sum()?;
        let value = if self.eat("=") {
            zip(x, self.sum()?, |x, y| x - y)
        } else if self.eat("∈ {") {
            let mut product = integer(1);
            loop {
                let y = self.sum()?;
                product = zip(product, zip(x, y, |x, y| x - y), |a, b| a * b);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect("}")?;
            product
        } else {
            return Err(format!("neither = nor ∈ before {:?}", self.rest));
        };
        self.end().map(|()| value)
    }

    /// Values with commas between them.
    pub fn list(mut self) -> Result<Vec<Value>> {
        let mut values = vec![self.sum()?];
        while self.eat(",") {
            values.push(self.sum()?);
        }
        self.end().map(|()| values)
    }

    /// The name that is defined.
    pub fn target(mut self) -> Result<String> {
        let name = self.name()?;
        self.end().map(|()| name)
    }

    /// The bounds of a loop, `a..b`.
    pub fn bounds(mut self) -> Result<(i64, i64)> {
        let bounds = self.range()?;
        self.end().map(|()| bounds)
    }

    fn range(&mut self) -> Result<(i64, i64)> {
        let first = self.int_sum()?;
        self.expect("..")?;
        Ok((first, self.int_sum()?))
    }

    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        self.rest.strip_prefix(token).map(|rest| self.rest = rest).is_some()
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.eat(token) { Ok(()) } else { Err(format!("no {token:?} before {:?}", self.rest)) }
    }

    fn end(&mut self) -> Result<()> {
        if self.rest.trim().is_empty() { Ok(()) } else { Err(format!("{:?} is left", self.rest)) }
    }

    fn sum(&mut self) -> Result<Value> {
        let mut sum = self.product()?;
        loop {
            if self.eat("+") {
                sum = zip(sum, self.product()?, |a, b| a + b);
            } else if self.eat("−") {
                sum = zip(sum, self.product()?, |a, b| a - b);
            } else {
                return Ok(sum);
            }
        }
    }

    fn product(&mut self) -> Result<Value> {
        let mut product = self.factor()?;
        loop {
            if self.eat("·") {
                product = zip(product, self.factor()?, |a, b| a * b);
            } else if self.eat("/") {
                product = zip(product, self.factor()?, |a, b| a * b.inverse());
            } else {
                return Ok(product);
            }
        }
    }

    fn factor(&mut self) -> Result<Value> {
        if self.eat("−") {
            return Ok(self.factor()?.map(|x| -x));
        }
        if self.eat("2^") {
            let bits = self.int_atom()?;
            return Ok([F::TWO.exp_u64(bits as u64); ROWS]);
        }
        if self.eat("Σ(") {
            return self.loop_sum();
        }
        if self.eat("(") {
            let value = self.sum()?;
            self.expect(")")?;
            return Ok(value);
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.int_atom().map(integer);
        }
        let name = self.name()?;
        match (self.scope.names.get(&name), self.scope.loops.get(&name)) {
            (Some(&value), _) => Ok(value),
            (None, Some(&n)) => Ok(integer(n)),
            (None, None) => Err(format!("nothing has the name {name}")),
        }
    }

    fn loop_sum(&mut self) -> Result<Value> {
        let variable = self.name()?;
        self.expect("=")?;
        let (first, last) = self.range()?;
        self.expect(":")?;
        let (body, before) = (self.rest, self.scope.loops.get(&variable).copied());
        let mut sum = integer(0);
        for i in first..=last.max(first) {
            self.scope.loops.insert(variable.clone(), i);
            self.rest = body;
            let term = self.sum()?;
            if last >= first {
                sum = zip(sum, term, |a, b| a + b);
            }
        }
        self.scope.loops.remove(&variable);
        self.scope.loops.extend(before.map(|i| (variable, i)));
        self.expect(")")?;
        Ok(sum)
    }

    fn name(&mut self) -> Result<String> {
        self.rest = self.rest.trim_start();
        let mut name = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c == '{' {
                self.expect("{")?;
                name.push_str(&self.int_sum()?.to_string());
                self.expect("}")?;
            } else if c.is_ascii_alphanumeric() || c == '_' || (c == '.' && !self.rest.starts_with("..")) {
                name.push(c);
                self.rest = &self.rest[1..];
            } else {
                break;
            }
        }
        if name.is_empty() { Err(format!("no name before {:?}", self.rest)) } else { Ok(name) }
    }

    fn int_sum(&mut self) -> Result<i64> {
        let mut sum = self.int_product()?;
        loop {
            if self.eat("+") {
                sum += self.int_product()?;
            } else if self.eat("−") {
                sum -= self.int_product()?;
            } else {
                return Ok(sum);
            }
        }
    }

    fn int_product(&mut self) -> Result<i64> {
        let mut product = self.int_atom()?;
        loop {
            if self.eat("·") {
                product *= self.int_atom()?;
            } else if self.eat("mod ") {
                product = product.rem_euclid(self.int_atom()?);
            } else {
                return Ok(product);
            }
        }
    }

    fn int_atom(&mut self) -> Result<i64> {
        if self.eat("−") {
            return Ok(-self.int_atom()?);
        }
        if self.eat("(") {
            let value = self.int_sum()?;
            self.expect(")")?;
            return Ok(value);
        }
        let before = self.rest;
        let end = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        let hex = word.strip_prefix("0x").and_then(|digits| i64::from_str_radix(digits, 16).ok());
        let number = hex.or_else(|| word.parse().ok()).or_else(|| self.scope.loops.get(word).copied());
        if let Some(number) = number {
            return Ok(number);
        }
        // A number of a list that the page defines.
        self.rest = before;
        let name = self.name()?;
        match self.scope.names.get(&name) {
            Some(value) if value.iter().all(|x| x == &value[0]) => Ok(value[0].as_canonical_u32().into()),
            _ => Err(format!("{name} before {rest:?} is no number and no loop's variable")),
        }
    }
}
