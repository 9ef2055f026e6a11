/* Calls what its input says, and outputs what comes of it: a byte that is 0 or 255, and the result.
 *
 * A call is the number of a function, lengths where the function has some, and operands, all in multiples of 8 bytes.
 * With ONLY defined there is only the function of that number.
 */
#include "aver.h"
#include "zkvm_accelerators.h"

#ifdef ONLY
#define IS(number) ((number) == ONLY && function == (number))
#else
#define IS(number) (function == (number))
#endif

static const uint8_t *at;

static const void *operand(size_t len)
{
    const void *start = at;
    at += (len + 7) & ~(size_t)7;
    return start;
}

static uint64_t number(void)
{
    return *(const uint64_t *)operand(8);
}

int main(void)
{
    static zkvm_bytes_192 results[4];
    void *result = results;
    const uint8_t *start;
    size_t len;
    read_input(&start, &len);
    at = start;
    while (at < start + len) {
        uint64_t function = number();
        size_t size = 1, n = 0;
        zkvm_status status = ZKVM_EFAIL;
        memset(result, 0xAA, sizeof results);
        if (IS(0)) {
            n = number();
            status = zkvm_keccak256(operand(n), n, result);
            size = 32;
        } else if (IS(1)) {
            n = number();
            status = zkvm_sha256(operand(n), n, result);
            size = 32;
        } else if (IS(2)) {
            n = number();
            status = zkvm_ripemd160(operand(n), n, result);
            size = 32;
        } else if (IS(3)) {
            const void *h = operand(64), *m = operand(128), *t = operand(16);
            uint64_t rounds = number(), f = number();
            memcpy(result, h, 64);
            status = zkvm_blake2f((uint32_t)rounds, result, m, t, (uint8_t)f);
            size = 64;
        } else if (IS(4)) {
            const void *hash = operand(32), *sig = operand(64), *key = operand(64);
            status = zkvm_secp256k1_verify(hash, sig, key, result);
        } else if (IS(5)) {
            const void *hash = operand(32), *sig = operand(64);
            status = zkvm_secp256k1_ecrecover(hash, sig, (uint8_t)number(), result);
            size = 64;
        } else if (IS(6)) {
            const void *hash = operand(32), *sig = operand(64), *key = operand(64);
            status = zkvm_secp256r1_verify(hash, sig, key, result);
        } else if (IS(7)) {
            size_t base_len = number(), exp_len = number(), mod_len = number();
            const void *base = operand(base_len), *exp = operand(exp_len), *modulus = operand(mod_len);
            status = zkvm_modexp(base, base_len, exp, exp_len, modulus, mod_len, result);
            size = mod_len;
        } else if (IS(8)) {
            /* The result lies where an operand does. */
            memcpy(result, operand(64), 64);
            status = zkvm_bn254_g1_add(result, operand(64), result);
            size = 64;
        } else if (IS(9)) {
            const void *point = operand(64), *scalar = operand(32);
            status = zkvm_bn254_g1_mul(point, scalar, result);
            size = 64;
        } else if (IS(10)) {
            n = number();
            status = zkvm_bn254_pairing(operand(192 * n), n, result);
        } else if (IS(11)) {
            const void *p = operand(96), *q = operand(96);
            status = zkvm_bls12_g1_add(p, q, result);
            size = 96;
        } else if (IS(12)) {
            n = number();
            status = zkvm_bls12_g1_msm(operand(128 * n), n, result);
            size = 96;
        } else if (IS(13)) {
            const void *p = operand(192), *q = operand(192);
            status = zkvm_bls12_g2_add(p, q, result);
            size = 192;
        } else if (IS(14)) {
            n = number();
            status = zkvm_bls12_g2_msm(operand(224 * n), n, result);
            size = 192;
        } else if (IS(15)) {
            n = number();
            status = zkvm_bls12_pairing(operand(288 * n), n, result);
        } else if (IS(16)) {
            status = zkvm_bls12_map_fp_to_g1(operand(48), result);
            size = 96;
        } else if (IS(17)) {
            status = zkvm_bls12_map_fp2_to_g2(operand(96), result);
            size = 192;
        } else if (IS(18)) {
            const void *commitment = operand(48), *z = operand(32), *y = operand(32), *proof = operand(48);
            status = zkvm_kzg_point_eval(commitment, z, y, proof, result);
        } else {
            status = zkvm_sha256(NULL, 1, result);
        }
        uint8_t code = (uint8_t)status;
        write_output(&code, 1);
        write_output(result, size);
    }
    return 0;
}
