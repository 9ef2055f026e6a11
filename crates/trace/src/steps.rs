//! The recorded steps of a chip's opcodes, one after the other, with their ops.

use aver_exec::{Step, StepList};
use aver_isa::{Op, Opcode, Program};

/// The steps of some opcodes.
pub struct Steps<'a> {
    program: &'a Program,
    lists: Vec<(Opcode, &'a StepList)>,
}

impl<'a> Steps<'a> {
    /// Of `opcodes`, from `steps` by opcode.
    pub fn new(program: &'a Program, steps: &'a [StepList], opcodes: &[Opcode]) -> Self {
        static NONE: StepList = StepList::new();
        let list = |&opcode: &Opcode| (opcode, steps.get(opcode as usize).unwrap_or(&NONE));
        Self { program, lists: opcodes.iter().map(list).collect() }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.lists.iter().map(|list| list.1.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number `i`: its opcode, its place among the opcodes, its op, the step.
    #[inline(always)]
    pub fn get(&self, mut i: usize) -> (usize, &'a Op, &'a Step) {
        let mut which = 0;
        while i >= self.lists[which].1.len() {
            i -= self.lists[which].1.len();
            which += 1;
        }
        let step = &self.lists[which].1[i];
        (which, &self.program.ops[step.index as usize], step)
    }
}
