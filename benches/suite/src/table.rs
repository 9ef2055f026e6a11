//! Results as tables, for a terminal and for the docs.

use std::fmt::Write;

use crate::results::{ProgramResult, Results};
use crate::stages::STAGES;

/// Rows of cells; the first row is the head, the first column is text, the others are numbers.
struct Table(Vec<Vec<String>>);

impl Results {
    /// For people at a terminal.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for table in self.tables() {
            text.push_str(&table.text());
            text.push('\n');
        }
        text.push_str(&self.about());
        text.push('\n');
        text
    }

    /// For the docs.
    pub fn markdown(&self) -> String {
        let tables: Vec<String> = self.tables().iter().map(Table::markdown).collect();
        format!("{}\n\n{}", self.about(), tables.join("\n"))
    }

    fn tables(&self) -> [Table; 4] {
        [self.programs_table(), self.compressed_table(), self.shares_table(), self.stages_table()]
    }

    /// Where and what.
    fn about(&self) -> String {
        let (machine, c) = (&self.machine, &self.ceilings);
        let commit = self.commit.as_ref().map_or("unknown".into(), |c| format!("{} of {}", c.name, c.date));
        let load = machine.load.map_or(String::new(), |load| format!(", load {load} before"));
        let all = |of: fn(&ProgramResult) -> Option<f64>| self.programs.iter().map(of).sum::<Option<f64>>();
        let busy = all(|p| p.processor_seconds).zip(all(|p| Some(p.prove_seconds)));
        let busy = busy.map_or("?".into(), |(processor, whole)| percent(processor / whole));
        format!(
            "{} cores of {}, {} build{load}; {} provable bits; commit {commit}. The one thread had the processor \
             {busy} of the time.\nOne thread here takes {:.2} ns for a \
             multiplication in the field, {:.2} in its extension; {:.2} to encode an element; {:.0} to hash a node, \
             {:.2} for a byte of a leaf; and copies {:.1} GB/s.",
            machine.cores,
            machine.cpu,
            machine.features,
            self.security_bits,
            c.base_multiplication_ns,
            c.extension_multiplication_ns,
            c.encode_ns,
            c.hash_node_ns,
            c.hash_byte_ns,
            1.0 / c.copy_byte_ns,
        )
    }

    fn programs_table(&self) -> Table {
        let all = format!("kHz, {}", self.threads);
        let head = [
            "program",
            "cycles",
            "kHz, 1",
            &all,
            "ratio",
            "slowdown",
            "memory",
            "proof",
            "verified",
            "cells",
            "interactions",
            "of rows",
        ];
        let row = |p: &ProgramResult| {
            vec![
                p.name.clone(),
                p.cycles.to_string(),
                format!("{:.0}", p.khz_1),
                format!("{:.0}", p.khz_all),
                format!("{:.2}", p.speedup),
                format!("{:.0}", p.slowdown),
                p.peak_bytes.map_or("?".into(), |bytes| format!("{:.0} MB", bytes as f64 / 1e6)),
                format!("{:.2} MB", p.proof_bytes as f64 / 1e6),
                format!("{:.1} ms", p.verify_ms),
                format!("{:.1}", p.cells_per_cycle),
                format!("{:.1}", p.interactions_per_cycle),
                format!("{:.1}, {:.1}", p.row_cells_per_instruction, p.row_interactions_per_instruction),
            ]
        };
        let mut last = vec![String::new(); head.len()];
        last[0] = "median; mean of cells".into();
        last[2] = format!("{:.0}", self.median_khz_1);
        last[3] = format!("{:.0}", self.median_khz_all);
        last[9] = format!("{:.1}", self.mean_cells_per_cycle);
        last[10] = format!("{:.1}", self.mean_interactions_per_cycle);
        Table::new(&head, self.programs.iter().map(row).chain([last]))
    }

    /// From the ELF file to one proof of all, on one thread.
    fn compressed_table(&self) -> Table {
        let head =
            ["program", "kHz", "compressed, kHz", "compressing", "circuits", "proof", "verified", "memory"];
        let row = |p: &ProgramResult| {
            let c = p.compressed?;
            Some(vec![
                p.name.clone(),
                format!("{:.0}", p.khz_1),
                p.khz_compressed.map_or("?".into(), |khz| format!("{khz:.0}")),
                format!("{:.1} s", c.seconds - c.circuits_seconds),
                format!("{:.1} s", c.circuits_seconds),
                format!("{:.0} KB", c.proof_bytes as f64 / 1e3),
                format!("{:.1} ms", c.verify_seconds * 1e3),
                c.peak_bytes.map_or("?".into(), |bytes| format!("{:.0} MB", bytes as f64 / 1e6)),
            ])
        };
        let mut last = vec![String::new(); head.len()];
        last[0] = "median".into();
        last[1] = format!("{:.0}", self.median_khz_1);
        last[2] = self.median_khz_compressed.map_or("?".into(), |khz| format!("{khz:.0}"));
        Table::new(&head, self.programs.iter().filter_map(row).chain([last]))
    }

    fn shares_table(&self) -> Table {
        let head: Vec<&str> = ["program"].into_iter().chain(STAGES).collect();
        let row = |p: &ProgramResult| {
            let share = |name: &&str| p.stages.get(*name).map_or("?".into(), |s| percent(s.share));
            [p.name.clone()].into_iter().chain(STAGES.iter().map(share)).collect()
        };
        Table::new(&head, self.programs.iter().map(row))
    }

    /// Sums over all programs.
    fn stages_table(&self) -> Table {
        let whole: f64 = self.programs.iter().map(|p| p.prove_seconds).sum();
        let row = |name: &&str| {
            let stages = || self.programs.iter().filter_map(|p| p.stages.get(*name));
            let seconds: f64 = stages().map(|s| s.seconds).sum();
            let floor: Option<f64> = stages().map(|s| s.floor_seconds).sum();
            let times = floor.map_or("–".into(), |floor| format!("{:.1}", seconds / floor));
            let floor = floor.map_or("–".into(), |floor| format!("{floor:.2} s"));
            vec![(*name).into(), format!("{seconds:.2} s"), percent(seconds / whole), floor, times]
        };
        Table::new(&["stage", "time", "share", "floor", "times the floor"], STAGES.iter().map(row))
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

impl Table {
    fn new(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Self {
        Self([head.iter().map(ToString::to_string).collect()].into_iter().chain(rows).collect())
    }

    fn text(&self) -> String {
        let columns = self.0.first().map_or(0, Vec::len);
        let width = |i: usize| self.0.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.0 {
            for (i, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                // A string takes everything.
                let _ =
                    if i == 0 { write!(text, "{cell:<width$}") } else { write!(text, "  {cell:>width$}") };
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    fn markdown(&self) -> String {
        let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
        let columns = self.0.first().map_or(0, Vec::len);
        let rule = format!("|---|{}\n", "--:|".repeat(columns.saturating_sub(1)));
        let mut lines = self.0.iter().map(line);
        let head = lines.next().unwrap_or_default();
        [head, rule].into_iter().chain(lines).collect()
    }
}
