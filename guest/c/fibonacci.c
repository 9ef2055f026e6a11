/* An example: the n-th Fibonacci number modulo 2^64; input and output as in examples/fibonacci. */
#include "aver.h"

int main(void)
{
    const uint8_t *input;
    size_t len;
    uint64_t n, a = 0, b = 1;
    read_input(&input, &len);
    if (len != sizeof n) {
        aver_print("the input is 8 bytes\n");
        return 1;
    }
    memcpy(&n, input, sizeof n);
    for (; n > 0; n--) {
        uint64_t sum = a + b;
        a = b;
        b = sum;
    }
    write_output((const uint8_t *)&a, sizeof a);
    return 0;
}
