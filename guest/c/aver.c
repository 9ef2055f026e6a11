/* The runtime in C: start, input, output and its digest, heap, halt. See aver.h.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "aver.h"

enum { WRITE = 64, HALT = 0x41560000 };
#define INPUT ((const uint64_t *)0x80000000u)
#define MAX_INPUT 0x6FFFFFF8u
#define HEAP_END ((uintptr_t)0x70000000u)

int main(void);
extern char _heap_start[];

__asm__(".section .text.start, \"ax\"\n"
        ".globl _start\n"
        "_start:\n"
        "    li sp, 0x7fff0000\n"
        "    call main\n"
        "    tail aver_exit\n"
        ".text\n");

static long call(long number, long a, long b, long c)
{
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
    return a0;
}

/* SHA-256 (FIPS 180-4). */

typedef struct {
    uint32_t state[8];
    uint8_t block[64];
    uint64_t len;
} hasher;

#define INITIAL                                                                                             \
    {{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},      \
     {0}, 0}

static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void compress(uint32_t state[8], const uint8_t *block)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 | block[3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] +
               (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    memcpy(s, state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t e = s[4], a = s[0];
        uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & s[5]) ^ (~e & s[6])) +
                      K[i] + w[i];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
                      ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

static void update(hasher *h, const uint8_t *bytes, size_t len)
{
    size_t filled = h->len % 64;
    h->len += len;
    while (filled + len >= 64) {
        size_t n = 64 - filled;
        memcpy(h->block + filled, bytes, n);
        compress(h->state, h->block);
        bytes += n;
        len -= n;
        filled = 0;
    }
    memcpy(h->block + filled, bytes, len);
}

static void finish(hasher h, uint8_t digest[32])
{
    static const uint8_t padding[64] = {0x80};
    uint64_t bits = h.len * 8;
    uint8_t length[8];
    for (int i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    update(&h, padding, 64 - (h.len + 8) % 64);
    update(&h, length, 8);
    for (int i = 0; i < 32; i++)
        digest[i] = (uint8_t)(h.state[i / 4] >> (24 - i % 4 * 8));
}

void aver_sha256(const uint8_t *bytes, size_t len, uint8_t digest[32])
{
    hasher h = INITIAL;
    update(&h, bytes, len);
    finish(h, digest);
}

/* Input, output, heap, end. */

static hasher output = INITIAL;
static hasher claims = INITIAL;

void read_input(const uint8_t **bytes, size_t *len)
{
    /* The prover chooses the length as it chooses the bytes; the machine does not check it. */
    if (INPUT[0] > MAX_INPUT)
        aver_exit(101);
    *bytes = (const uint8_t *)(INPUT + 1);
    *len = INPUT[0];
}

void write_output(const uint8_t *bytes, size_t len)
{
    update(&output, bytes, len);
    call(WRITE, 3, (long)bytes, (long)len);
}

void aver_print(const char *text)
{
    call(WRITE, 1, (long)text, (long)strlen(text));
}

void aver_verify(const uint8_t vk[32], uint32_t exit_code, const uint8_t *bytes, size_t len)
{
    uint8_t claim[68];
    memcpy(claim, vk, 32);
    for (int i = 0; i < 4; i++)
        claim[32 + i] = (uint8_t)(exit_code >> 8 * i);
    aver_sha256(bytes, len, claim + 36);
    update(&claims, claim, sizeof claim);
    call(WRITE, 4, (long)claim, sizeof claim);
}

void aver_exit(int code)
{
    static uint8_t digest[32] __attribute__((aligned(8)));
    /* Bit 32 says that there are claims; then the digest is of these and the output's. */
    long status = (long)(uint32_t)code | (long)(claims.len > 0) << 32;
    finish(output, digest);
    if (claims.len > 0) {
        update(&claims, digest, sizeof digest);
        finish(claims, digest);
    }
    call(HALT, status, (long)digest, 0);
    __builtin_unreachable();
}

void *aver_alloc(size_t size)
{
    static uintptr_t next;
    if (!next)
        next = ((uintptr_t)_heap_start + 15) & ~(uintptr_t)15;
    if (size > HEAP_END - next)
        return NULL;
    void *block = (void *)next;
    next += (size + 15) & ~(size_t)15;
    return next <= HEAP_END ? block : NULL;
}
