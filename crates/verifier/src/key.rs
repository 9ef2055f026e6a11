//! The verifying key: what program, on what machine, at what security.

use alloc::string::String;
use alloc::vec::Vec;

use aver_machine::Systems;
use aver_stark::hash::{Digest, Sponge};
use aver_stark::params::{MAX_LOG_HEIGHT, Params, Profile};
use aver_stark::verify::FixedKey;

use crate::Error;
use crate::bytes::{Fields, put_bytes, put_number, put_root};

/// Version of machine, protocol and file formats. Proofs of another version are refused.
pub const VERSION: u32 = 11;

/// Commits to a program's instruction table, memory image and entry point, to the machine with its
/// coprocessors, and to the security parameters. Its digest is how a program is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    /// Security.
    pub profile: Profile,
    /// h: log2 of the height of a stack.
    pub log_height: usize,
    /// Where the program starts.
    pub entry: u32,
    /// Coprocessors of the machine: call number and name, by call number.
    pub coprocessors: Vec<(u32, String)>,
    /// Digest of everything the machine's chips say.
    pub machine: Digest,
    /// Fixed columns of shard proofs.
    pub shard: FixedKey,
    /// Fixed columns of memory proofs.
    pub memory: FixedKey,
}

impl VerifyingKey {
    /// The program's name: a hash of everything in the key.
    pub fn digest(&self) -> Digest {
        let mut sponge = Sponge::new("aver verifying key");
        sponge.absorb("key", &self.encode());
        sponge.digest("digest")
    }

    /// Canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_number(&mut out, VERSION);
        out.push(match self.profile {
            Profile::Bits128 => 128,
            Profile::Bits100 => 100,
        });
        out.push(self.log_height as u8);
        put_number(&mut out, self.entry);
        put_number(&mut out, self.coprocessors.len() as u32);
        for (call, name) in &self.coprocessors {
            put_number(&mut out, *call);
            put_bytes(&mut out, name.as_bytes());
        }
        out.extend_from_slice(&self.machine);
        for fixed in [&self.shard, &self.memory] {
            put_root(&mut out, fixed.root.as_ref());
            put_number(&mut out, fixed.rows.len() as u32);
            for rows in &fixed.rows {
                put_number(&mut out, rows.map_or(u32::MAX, |r| r as u32));
            }
        }
        out
    }

    /// From canonical bytes.
    pub fn decode(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let version = fields.number("version of the key")?;
        if version != VERSION {
            return Err(Error::Version { found: version, expected: VERSION });
        }
        let profile = match fields.byte("profile")? {
            128 => Profile::Bits128,
            100 => Profile::Bits100,
            _ => return Err(Error::Malformed { field: "profile" }),
        };
        let log_height = usize::from(fields.byte("log_height")?);
        if log_height > MAX_LOG_HEIGHT {
            return Err(Error::Malformed { field: "log_height" });
        }
        let entry = fields.number("entry")?;
        let count = fields.count("coprocessors", 8)?;
        let mut coprocessors = Vec::with_capacity(count);
        for _ in 0..count {
            let call = fields.number("coprocessor")?;
            if coprocessors.last().is_some_and(|&(last, _)| last >= call) {
                return Err(Error::Malformed { field: "coprocessors" });
            }
            coprocessors.push((call, fields.text("coprocessor")?));
        }
        let machine = fields.digest("machine")?;
        let shard = fixed(fields)?;
        let memory = fixed(fields)?;
        Ok(Self { profile, log_height, entry, coprocessors, machine, shard, memory })
    }

    /// The parameters it stands for.
    pub fn params(&self) -> Result<Params, Error> {
        Params::new(self.profile, self.log_height).map_err(|_| Error::Malformed { field: "log_height" })
    }

    /// Whether it is a key for this machine.
    pub fn check_machine(&self, machine: &Systems) -> Result<(), Error> {
        if self.machine == aver_machine::digest::digest(machine) { Ok(()) } else { Err(Error::Machine) }
    }
}

fn fixed(fields: &mut Fields<'_>) -> Result<FixedKey, Error> {
    let root = fields.root("root of fixed columns")?;
    let count = fields.count("chips", 4)?;
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        let value = fields.number("rows of fixed columns")?;
        rows.push((value != u32::MAX).then_some(value as usize));
    }
    Ok(FixedKey { root, rows })
}
