//! Executes and proves a program.

use crate::{
    Coprocessor, Error, Execution, FunctionCycles, Input, Output, PartialFile, Profile, Program, Progress,
    Proof, Report, Vk, params::Params,
};
use aver_prover::{Options, Setup};
use rayon::ThreadPool;
use std::{fmt, io::Write, path::Path, sync::Arc};

/// A stream of a program's console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// File descriptor 1.
    Stdout,
    /// File descriptor 2, where panics say why.
    Stderr,
}

type OnConsole = Arc<dyn Fn(Stream, &[u8]) + Send + Sync>;
type OnProgress = Arc<dyn Fn(Progress) + Send + Sync>;

/// A program on its machine, ready to be executed and proved on inputs.
pub struct Prover {
    setup: Setup,
    pool: Option<ThreadPool>,
    on_console: Option<OnConsole>,
    on_progress: Option<OnProgress>,
}

/// Options of a [`Prover`].
#[derive(Clone)]
pub struct ProverBuilder {
    options: Options,
    threads: Option<usize>,
    coprocessors: Vec<Arc<dyn Coprocessor>>,
    on_console: Option<OnConsole>,
    on_progress: Option<OnProgress>,
}

impl Default for ProverBuilder {
    fn default() -> Self {
        Self {
            options: Options::default(),
            threads: None,
            coprocessors: crate::coprocessors::standard(),
            on_console: None,
            on_progress: None,
        }
    }
}

impl ProverBuilder {
    /// The security of proofs; 128 bits unless named. Part of the verifying key.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.options.profile = profile;
        self
    }

    /// log2 of the height of a stack of columns, 18 unless named: 20 makes compressing cheaper where shards are long, as with 4 GiB of
    /// [memory](Self::memory) and more. Part of the verifying key.
    pub fn log_height(mut self, log_height: usize) -> Self {
        self.options.log_height = log_height;
        self
    }

    /// Bytes of memory that proving may take, beside the input and the program's own: more means
    /// longer shards. 1.5 GiB unless named.
    pub fn memory(mut self, bytes: u64) -> Self {
        self.options.memory = bytes;
        self
    }

    /// How many threads prove; unless named, as rayon's global pool has them: one a core.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Stops programs that run longer.
    pub fn max_cycles(mut self, cycles: u64) -> Self {
        self.options.max_cycles = Some(cycles);
        self
    }

    /// Cuts shards after so many cycles even where memory allows more: for tests.
    pub fn max_shard_cycles(mut self, cycles: u64) -> Self {
        self.options.max_shard_cycles = Some(cycles);
        self
    }

    /// Makes proofs with a salt, a new one for each run, of which a [`HiddenProof`](crate::HiddenProof) can be made: without it, who has
    /// that could try which input it is of. The proofs themselves hide nothing.
    pub fn salted(mut self) -> Self {
        self.options.salted = true;
        self
    }

    /// The coprocessors a program may use, in place of [the standard ones](crate::coprocessors::standard).
    pub fn coprocessors(mut self, coprocessors: Vec<Arc<dyn Coprocessor>>) -> Self {
        self.coprocessors = coprocessors;
        self
    }

    /// Receives what the program prints, which otherwise is dropped.
    pub fn on_console(mut self, receive: impl Fn(Stream, &[u8]) + Send + Sync + 'static) -> Self {
        self.on_console = Some(Arc::new(receive));
        self
    }

    /// Is told how far a proof is.
    pub fn on_progress(mut self, receive: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(receive));
        self
    }

    /// The proof system's parameters, from which its security follows, term by term.
    pub fn params(&self) -> Result<Params, Error> {
        let params = Params::new(self.options.profile, self.options.log_height);
        params.map_err(|error| Error::Prove(aver_prover::Error::Params(error)))
    }

    /// Sets the program up.
    pub fn build(self, program: &Program) -> Result<Prover, Error> {
        if !aver_cpu::fits() {
            let missing: Vec<&str> = aver_cpu::missing().collect();
            return Err(Error::Processor { missing: missing.join(" ") });
        }
        let pool = self.threads.map(pool).transpose()?;
        let setup = Setup::new(program.elf(), &self.coprocessors, self.options)?;
        Ok(Prover { setup, pool, on_console: self.on_console, on_progress: self.on_progress })
    }
}

impl Prover {
    /// With the default options.
    pub fn new(program: &Program) -> Result<Self, Error> {
        Self::builder().build(program)
    }

    /// Default options, to change.
    pub fn builder() -> ProverBuilder {
        ProverBuilder::default()
    }

    /// The program's verifying key. Takes a moment when first asked for.
    pub fn vk(&self) -> Result<Vk, Error> {
        Ok(self.install(|| self.setup.vk().map(|vk| vk.digest()))?.into())
    }

    /// Everything that its name is a digest of.
    pub(crate) fn key(&self) -> Result<&aver_verifier::VerifyingKey, Error> {
        Ok(self.install(|| self.setup.vk())?)
    }

    /// Runs the program without proving: what it outputs, and what proving would take.
    pub fn execute(&self, input: &Input) -> Result<Execution, Error> {
        let input = input.to_machine()?;
        Ok(self.install(|| self.setup.execute(&input, &mut self.host()))?)
    }

    /// [`execute`](Self::execute), and in which functions the cycles were spent, most first. Costs hardly more.
    pub fn profile(&self, input: &Input) -> Result<(Execution, Vec<FunctionCycles>), Error> {
        let input = input.to_machine()?;
        Ok(self.install(|| self.setup.profile(&input, &mut self.host()))?)
    }

    /// Runs the program and proves that. A halt with another exit code than 0 is proved as well.
    pub fn prove(&self, input: &Input) -> Result<Proof, Error> {
        let mut bytes = Vec::new();
        let report = self.prove_into(input, &mut bytes)?;
        Ok(Proof::from_bytes(bytes)?.with(report))
    }

    /// [`prove`](Self::prove), to a file, which is there when the proof is complete and not before. If this
    /// was interrupted earlier, goes on from the proofs that were finished then ([`PartialFile`]).
    pub fn prove_to(&self, input: &Input, path: impl AsRef<Path>) -> Result<Report, Error> {
        let mut file = PartialFile::open(path, false)?;
        let report = self.prove_into(input, &mut file)?;
        file.commit()?;
        Ok(report)
    }

    /// [`prove`](Self::prove), handing the proof on as it comes. What came is worthless after an error, but
    /// to an [`Output`] that keeps it for the next time.
    pub fn prove_into(&self, input: &Input, out: &mut (dyn Output + Send)) -> Result<Report, Error> {
        let input = input.to_machine()?;
        let mut progress = |progress| {
            if let Some(receive) = &self.on_progress {
                receive(progress);
            }
        };
        Ok(self.install(|| self.setup.prove(&input, &mut self.host(), out, &mut progress))?)
    }

    /// Runs the program and makes what looks like a proof, but shows nothing: for trying things out.
    /// Verifiers refuse it unless they [allow it](crate::Verifier::allow_mock).
    pub fn mock(&self, input: &Input) -> Result<Proof, Error> {
        let mut bytes = Vec::new();
        self.mock_into(input, &mut bytes)?;
        Proof::from_bytes(bytes)
    }

    /// [`mock`](Self::mock), handing the file on as it comes.
    pub fn mock_into(&self, input: &Input, out: &mut (dyn Write + Send)) -> Result<Execution, Error> {
        let input = input.to_machine()?;
        Ok(self.install(|| self.setup.mock(&input, &mut self.host(), out))?)
    }

    fn install<T: Send>(&self, job: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(job),
            None => job(),
        }
    }

    fn host(&self) -> Host<'_> {
        Host(self.on_console.as_ref())
    }
}

pub(crate) fn pool(threads: usize) -> Result<ThreadPool, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
    pool.map_err(|error| Error::Threads { threads, reason: error.to_string() })
}

impl fmt::Debug for Prover {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Prover").finish_non_exhaustive()
    }
}

struct Host<'a>(Option<&'a OnConsole>);

impl aver_exec::Host for Host<'_> {
    fn write(&mut self, fd: u64, bytes: &[u8]) {
        let stream = match fd {
            1 => Stream::Stdout,
            2 => Stream::Stderr,
            _ => return,
        };
        if let Some(receive) = self.0 {
            receive(stream, bytes);
        }
    }
}
