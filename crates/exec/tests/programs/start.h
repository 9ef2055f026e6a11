// Calls of the machine, for the C tests.

typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;

static long call(long number, long a, long b, long c) {
    register long a7 __asm__("a7") = number;
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7), "r"(a1), "r"(a2) : "memory");
    return a0;
}

static void print_hex(u64 value) {
    char text[17];
    for (int i = 0; i < 16; i++) text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
    text[16] = '\n';
    call(64, 1, (long)text, 17);
}

int main(void);

__asm__(".globl _start\n_start:\n call main\n li a7, 93\n ecall\n");
