/* The runtime of programs in C (or any language that calls C) that Aver proves: in libzkvm.a, with accelerators
 * (zkvm_accelerators.h; docs/c.md), or alone, in aver.c:
 *
 *   clang --target=riscv64 -march=rv64im -mabi=lp64 -O2 -ffreestanding -nostdlib -static -fuse-ld=lld \
 *       -T link.ld program.c aver.c mem.s -o program.elf
 *   riscv64-unknown-elf-gcc -march=rv64im -mabi=lp64 -mcmodel=medany -O2 -ffreestanding -nostdlib \
 *       -static -T link.ld program.c aver.c mem.s -o program.elf
 *
 * link.ld is crates/build/src/link.ld, mem.s is guest/aver-guest/src/mem.s. The program defines
 * `int main(void)`; what it returns is the exit code, of which a verifier accepts 0 only, unless told
 * another.
 *
 * A frame of a MiB or more that is not touched steps over the stack's guard; -fstack-clash-protection, where
 * the compiler has it for RISC-V, touches every page.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef AVER_H
#define AVER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The whole private input, where it lies in memory. */
void read_input(const uint8_t **bytes, size_t *len);

/* Appends to the public output. */
void write_output(const uint8_t *bytes, size_t len);

/* Prints to the console of whoever runs the program; no part of the claim. */
void aver_print(const char *text);

/* Verifies that there is an input for which the program of `vk` halts with this exit code and output. It takes that
 * for granted: the proof is refused unless it comes in one with a proof of it, which `aver aggregate` makes. */
void aver_verify(const uint8_t vk[32], uint32_t exit_code, const uint8_t *output, size_t len);

/* Ends the program with this exit code and the output so far. */
void aver_exit(int code) __attribute__((noreturn));

/* Memory from the heap, zero, 16-byte aligned; it is never given back. NULL when there is none left. */
void *aver_alloc(size_t size);

/* SHA-256 of `len` bytes. */
void aver_sha256(const uint8_t *bytes, size_t len, uint8_t digest[32]);

/* From mem.s. */
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *text);

#ifdef __cplusplus
}
#endif

#endif
