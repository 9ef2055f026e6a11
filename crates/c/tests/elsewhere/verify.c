/* Verifies a proof in every way that aver.h has: verify FILE VK EXIT_CODE EXPECTED_STATUS [TREE], where VK and TREE are of
 * 64 digits; with TREE it is a compressed proof. Prints error, or output and shards; ends with 0 if the status is as
 * expected, each way. */
#include <aver.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(int holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "not so: %s\n", what);
        exit(1);
    }
}

static uint8_t *read_file(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    check(file != NULL, "the file opens");
    check(fseek(file, 0, SEEK_END) == 0, "it has a length");
    *length = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*length + 1);
    check(bytes != NULL && fread(bytes, 1, *length, file) == *length, "it is read");
    fclose(file);
    return bytes;
}

static aver_report *in_pieces(const uint8_t *proof, size_t length, const uint8_t *vk, uint32_t code, size_t piece) {
    aver_verifier *verifier = aver_verifier_new(vk, code);
    for (size_t at = 0; at < length; at += piece) {
        size_t rest = length - at;
        if (!aver_verifier_push(verifier, proof + at, rest < piece ? rest : piece)) {
            check(!aver_verifier_push(verifier, proof, length), "after a refusal all is refused");
            break;
        }
    }
    return aver_verifier_finish(verifier);
}

/* Nulls and lengths that cannot be. */
static void check_arguments(const uint8_t *proof, size_t length, const uint8_t *vk) {
    aver_report *wrong[] = {
        aver_verify(NULL, 1, vk, 0),
        aver_verify(proof, length, NULL, 0),
        aver_verify(proof, SIZE_MAX, vk, 0),
        aver_verify_root(NULL, 1, vk, vk, 0),
        aver_verify_root(proof, length, NULL, vk, 0),
        aver_verify_root(proof, length, vk, NULL, 0),
        aver_inspect(NULL, 1),
        aver_verifier_finish(NULL),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        check(aver_report_status(wrong[i]) == AVER_ARGUMENT, "null is refused");
        check(strlen(aver_report_error(wrong[i])) > 0, "and it says why");
        check(aver_report_vk(wrong[i]) == NULL && aver_report_output(wrong[i]) == NULL, "nothing is claimed");
        aver_report_free(wrong[i]);
    }
    check(aver_report_status(NULL) == AVER_ARGUMENT && aver_report_error(NULL) != NULL, "null is no report");
    check(aver_report_vk(NULL) == NULL && aver_report_output_length(NULL) == 0, "and has no parts");
    check(aver_verifier_new(NULL, 0) == NULL, "a verifier has a key");
    check(!aver_verifier_push(NULL, proof, length), "a null takes nothing");
    aver_verifier *verifier = aver_verifier_new(vk, 0);
    check(!aver_verifier_push(verifier, NULL, 1), "null is no piece");
    check(aver_verifier_push(verifier, NULL, 0), "but nothing may be anywhere");
    aver_verifier_free(verifier);
    aver_verifier_free(NULL);
    aver_report_free(NULL);
    uint8_t to[AVER_DIGEST_BYTES];
    check(!aver_vk_from_hex(NULL, to) && !aver_vk_from_hex("00", to) && !aver_vk_from_hex("", to), "digits");
    check(!aver_vk_from_hex("000000000000000000000000000000000000000000000000000000000000000", to), "63 digits");
    check(!aver_vk_from_hex("00000000000000000000000000000000000000000000000000000000000000000", to), "65 digits");
    check(!aver_vk_from_hex("0000000000000000000000000000000000000000000000000000000000000+00", to), "a sign");
}

int main(int count, char **arguments) {
    check(count == 5 || count == 6, "four arguments or five");
    size_t length;
    uint8_t *proof = read_file(arguments[1], &length);
    uint8_t vk[AVER_DIGEST_BYTES];
    check(aver_vk_from_hex(arguments[2], vk), "64 digits");
    uint8_t tree[AVER_DIGEST_BYTES];
    bool is_root = count == 6;
    check(!is_root || aver_vk_from_hex(arguments[5], tree), "64 digits of a tree");
    uint32_t code = (uint32_t)strtoul(arguments[3], NULL, 10);
    aver_status expected = (aver_status)atoi(arguments[4]);
    check(strlen(aver_version()) > 0 && aver_proof_version() > 0, "it has versions");
    check_arguments(proof, length, vk);

    aver_report *report =
        is_root ? aver_verify_root(proof, length, vk, tree, code) : aver_verify(proof, length, vk, code);
    aver_status status = aver_report_status(report);
    if (status == AVER_VERIFIED) {
        check(*aver_report_error(report) == 0, "no error");
        check(memcmp(aver_report_vk(report), vk, sizeof vk) == 0, "the key that was asked for");
        check(aver_report_exit_code(report) == code, "the exit code that was asked for");
        check(aver_report_output_digest(report) != NULL, "a digest");
        check(aver_report_is_root(report) == is_root, "of this kind");
        fwrite(aver_report_output(report), 1, aver_report_output_length(report), stdout);
        printf("\n%zu\n", aver_report_shards(report));
        aver_report *inspected = aver_inspect(proof, length);
        check(aver_report_status(inspected) == AVER_UNVERIFIED, "reading verifies nothing");
        check(memcmp(aver_report_vk(inspected), vk, sizeof vk) == 0, "the key is read");
        check(aver_report_output_length(inspected) == aver_report_output_length(report), "the output is read");
        check(aver_report_is_root(inspected) == is_root, "its kind is read");
        aver_report_free(inspected);
        inspected = aver_inspect(proof, 100);
        check(aver_report_status(inspected) == AVER_TRUNCATED, "a header has more than 100 bytes");
        aver_report_free(inspected);
    } else {
        check(aver_report_vk(report) == NULL && aver_report_output(report) == NULL, "nothing is shown");
        printf("%s\n", aver_report_error(report));
    }
    check(status == expected, "the status is as expected");

    /* As the other kind it is no proof. */
    aver_report *other =
        is_root ? aver_verify(proof, length, vk, code) : aver_verify_root(proof, length, vk, vk, code);
    check(aver_report_status(other) == AVER_NOT_A_PROOF, "it is of one kind");
    aver_report_free(other);

    const size_t pieces[] = {1, 1000, 65537, SIZE_MAX / 2};
    for (size_t i = 0; !is_root && i < sizeof pieces / sizeof *pieces; i++) {
        aver_report *again = in_pieces(proof, length, vk, code, pieces[i]);
        check(aver_report_status(again) == status, "in pieces it is the same");
        check(strcmp(aver_report_error(again), aver_report_error(report)) == 0, "with the same error");
        check(aver_report_output_length(again) == aver_report_output_length(report), "and the same output");
        aver_report_free(again);
    }
    aver_report_free(report);
    free(proof);
    return 0;
}
