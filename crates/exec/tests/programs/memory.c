// Bytes, unaligned words, atomics, a sieve, and constants in the text.
#include "start.h"

static u8 buffer[4096];
static u64 counter;
static u32 narrow = 0x80000001;

struct __attribute__((packed)) odd { u8 a; u64 b; u32 c; unsigned short d; };

int main(void) {
    int count = 0;
    for (u64 i = 2; i < sizeof buffer; i++) {
        if (buffer[i]) continue;
        count++;
        for (u64 j = i * i; j < sizeof buffer; j += i) buffer[j] = 1;
    }
    print_hex(count);
    u64 sum = 0;
    for (int shift = 0; shift < 16; shift++) {
        struct odd *odd = (struct odd *)(buffer + 64 + shift);
        odd->a += shift;
        odd->b = odd->b * 31 + shift;
        odd->c -= 0x01020304 * shift;
        odd->d ^= 0xffff;
        sum = sum * 33 + odd->b + odd->c + (short)odd->d + (signed char)odd->a;
        volatile u64 *word = (volatile u64 *)(buffer + 256 + shift);
        *word += sum;
        volatile int *half = (volatile int *)(buffer + 320 + 3 * shift);
        *half += (int)sum;
        sum += *word + *half;
    }
    print_hex(sum);
    for (int i = 0; i < 10; i++) {
        sum += __atomic_fetch_add(&counter, i, __ATOMIC_SEQ_CST);
        sum += __atomic_exchange_n(&narrow, narrow * 3, __ATOMIC_ACQUIRE);
        u64 old = counter;
        sum += __atomic_compare_exchange_n(&counter, &old, old * 5 + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
    }
    print_hex(sum);
    print_hex(counter);
    print_hex(narrow);
    return 0;
}
