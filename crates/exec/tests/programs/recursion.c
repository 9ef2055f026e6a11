// Calls, function pointers, a switch, a sort.
#include "start.h"

static int ackermann(int m, int n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static u64 twice(u64 x) { return 2 * x; }
static u64 square(u64 x) { return x * x; }
static u64 (*volatile functions[])(u64) = {twice, square};

static void sort(int *from, int *to) {
    if (to - from < 2) return;
    int pivot = from[(to - from) / 2], *low = from, *high = to - 1;
    while (low <= high) {
        while (*low < pivot) low++;
        while (*high > pivot) high--;
        if (low <= high) {
            int swapped = *low;
            *low++ = *high;
            *high-- = swapped;
        }
    }
    sort(from, high + 1);
    sort(low, to);
}

int main(void) {
    print_hex(ackermann(2, 6));
    u64 x = 3;
    for (int i = 0; i < 20; i++) x = functions[i % 2](x);
    print_hex(x);
    int values[64];
    u32 seed = 1;
    for (int i = 0; i < 64; i++) values[i] = seed = seed * 1664525 + 1013904223;
    sort(values, values + 64);
    u64 sum = 0;
    for (int i = 0; i < 64; i++) sum = sum * 31 + values[i];
    print_hex(sum);
    return 200;
}
