// Every pair of edge values through every operator.
#include "start.h"

static volatile u64 edges[] = {0, 1, 2, -1ul, -2ul, 1ul << 63, (1ul << 63) - 1, 0x7fffffff,
                               0x80000000, 0xffffffff, 0xffffffff80000000, 12345678901234567, 31, 32, 63};

static u64 mix(u64 sum, u64 value) { return (sum ^ value) * 0x9e3779b97f4a7c15 + (sum >> 29); }

static u64 divide(u64 a, u64 b, int op) {
    u64 r;
    switch (op) {
    case 0: __asm__ volatile("div %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 1: __asm__ volatile("divu %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 2: __asm__ volatile("rem %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 3: __asm__ volatile("remu %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 4: __asm__ volatile("divw %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 5: __asm__ volatile("divuw %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 6: __asm__ volatile("remw %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 7: __asm__ volatile("remuw %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 8: __asm__ volatile("mulh %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 9: __asm__ volatile("mulhu %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    case 10: __asm__ volatile("mulhsu %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    default: __asm__ volatile("mulw %0,%1,%2" : "=r"(r) : "r"(a), "r"(b)); break;
    }
    return r;
}

int main(void) {
    int n = sizeof edges / sizeof edges[0];
    for (int op = 0; op < 12; op++) {
        u64 sum = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) sum = mix(sum, divide(edges[i], edges[j], op));
        print_hex(sum);
    }
    u64 sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            u64 a = edges[i], b = edges[j];
            sum = mix(sum, a + b);
            sum = mix(sum, a - b);
            sum = mix(sum, a * b);
            sum = mix(sum, a << (b & 63));
            sum = mix(sum, a >> (b & 63));
            sum = mix(sum, (long)a >> (b & 63));
            sum = mix(sum, (u32)a << (b & 31));
            sum = mix(sum, (u32)a >> (b & 31));
            sum = mix(sum, (int)a >> (b & 31));
            sum = mix(sum, (int)((u32)a + (u32)b));
            sum = mix(sum, (int)((u32)a - (u32)b));
            sum = mix(sum, a < b);
            sum = mix(sum, (long)a < (long)b);
        }
    print_hex(sum);
    return 7;
}
