//! What is known of a tree without its circuits.

use aver_stark::hash::{Node, Sponge};
use aver_stark::value::{Element, Value};
use aver_tree::circuits::{JOINS, VEILS};
use aver_tree::keys::Kind;
use aver_tree::{Class, Classes};
use aver_verifier::bytes::{Fields, put_number};

use crate::plan::Plan;

/// Sizes and keys of all circuits: enough for verifying, and for making one of them when it is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Classes of nodes.
    pub classes: Classes,
    /// Class of the root.
    pub root_class: Class,
    /// Keys of nodes, by kind.
    pub keys: [Vec<Node>; 5],
    /// Key of the root.
    pub root: Node,
}

/// First bytes of its encoding.
const MAGIC: &[u8; 8] = b"AVERKEYS";

impl Known {
    /// Its bytes, with the plan's digest, and a digest of all at the end.
    pub fn encode(&self, plan: &Plan) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(plan.digest());
        let Classes { small, large, top, join, veil } = &self.classes;
        for class in [small, large, top, join, veil, &self.root_class] {
            class.rows.iter().for_each(|&rows| put_number(&mut out, rows as u32));
        }
        self.keys.iter().flatten().chain([&self.root]).for_each(|key| key.write(&mut out));
        out.extend(digest(&out));
        out
    }

    /// From its bytes; none if they are not whole, or of another plan.
    pub fn decode(plan: &Plan, bytes: &[u8]) -> Option<Self> {
        let (bytes, end) = bytes.split_last_chunk::<32>()?;
        if *end != digest(bytes) {
            return None;
        }
        let mut fields = Fields::new(bytes.strip_prefix(MAGIC)?.strip_prefix(&plan.digest())?);
        let profile = plan.runs.params.profile;
        let mut classes = Classes::new(profile, plan.codes).ok()?;
        let params = plan.codes.root.params(profile).ok()?;
        let mut root_class = Class { params, rows: classes.join.rows.clone() };
        let Classes { small, large, top, join, veil } = &mut classes;
        for class in [small, large, top, join, veil, &mut root_class] {
            for rows in &mut class.rows {
                *rows = fields.number("rows").ok()? as usize;
            }
        }
        let mut keys = |count: usize| -> Option<Vec<Node>> {
            (0..count).map(|_| Node::read(fields.take("key", Node::BYTES).ok()?)).collect()
        };
        let [small, large] = [Kind::Small, Kind::Large].map(|kind| plan.of_kind(kind).count());
        let top = plan.pairs().len() + JOINS.len();
        let nodes = [keys(small)?, keys(large)?, keys(top)?, keys(JOINS.len())?, keys(VEILS.len())?];
        let root = keys(1)?[0];
        fields.finish("keys").ok()?;
        Some(Self { classes, root_class, keys: nodes, root })
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut sponge = Sponge::new("aver tree keys");
    sponge.absorb("keys", bytes);
    sponge.digest("digest")
}
