/*
 * aver.h: verifies Aver proofs.
 *
 * A proof shows that there is an input for which a program halted with an exit code and gave an output. The
 * program is named by the digest of its verifying key, 32 bytes, which `aver vk` and `aver build` print as 64
 * hexadecimal digits. Take the digest from whom you trust to say what the program is, never from the proof: a
 * proof for some key shows nothing of a program you know.
 *
 * A compressed proof (`aver prove`, `aver compress`) is made by circuits, and shows something only if they are the right ones: so
 * it takes a second digest from whom you trust, that of the tree's key, which `aver tree-key` prints.
 *
 * Functions may be called from any thread; one object is for one thread at a time. No function prints, exits or
 * throws, whatever a proof's bytes are. Only memory that cannot be had ends the process.
 *
 * Ownership: bytes handed over stay the caller's and are not kept. A report is the caller's, to be freed by
 * aver_report_free; pointers got from a report are good until then.
 */
#ifndef AVER_H
#define AVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a verifying key's digest, and of an output's. */
#define AVER_DIGEST_BYTES 32

/* What became of a proof. Numbers keep their meaning; new ones may be added. */
typedef enum aver_status {
    AVER_VERIFIED = 0,      /* the claim is shown */
    AVER_UNVERIFIED = 1,    /* the claim was read, and nothing is shown */
    AVER_ARGUMENT = 2,      /* a null pointer, or a length no memory has */
    AVER_NOT_A_PROOF = 3,   /* not a proof file */
    AVER_VERSION = 4,       /* a proof for another version of the verifier */
    AVER_TRUNCATED = 5,     /* the file ends early */
    AVER_MALFORMED = 6,     /* a field cannot be so, or bytes follow the end */
    AVER_MOCK = 7,          /* made without proving, for tests */
    AVER_OTHER_PROGRAM = 8, /* another verifying key */
    AVER_EXIT_CODE = 9,     /* another exit code */
    AVER_OUTPUT = 10,       /* an output that the program did not give */
    AVER_COPROCESSOR = 11,  /* the program uses a coprocessor that is not known here */
    AVER_MACHINE = 12,      /* a key for another machine */
    AVER_INVALID = 13,      /* the proof does not hold */
    AVER_INTERNAL = 14,     /* a fault of this library; nothing is shown */
    AVER_OTHER_TREE = 15,   /* a compressed proof by other circuits */
    AVER_CONDITIONAL = 16   /* the claim holds only if others do, which the proof does not show */
} aver_status;

/* What was found out about a proof. */
typedef struct aver_report aver_report;
/* A proof being verified piece by piece. */
typedef struct aver_verifier aver_verifier;

/* This library's version, such as "0.1.0". */
const char *aver_version(void);
/* The version of proofs that it verifies. */
uint32_t aver_proof_version(void);

/*
 * Verifies the proof file of `length` bytes at `proof`, for the program whose verifying key has the digest at
 * `vk` (AVER_DIGEST_BYTES), which must have halted with `exit_code` (0 if all went well; a panic is 101). Never
 * null: the report's status says what was found.
 */
aver_report *aver_verify(const uint8_t *proof, size_t length, const uint8_t *vk, uint32_t exit_code);

/*
 * The same for a compressed proof, which must be by the circuits of the tree whose key has the digest at `tree`
 * (AVER_DIGEST_BYTES). The file says which tree it is of: to take the digest from there would show nothing. Each of
 * both functions refuses the other's files as AVER_NOT_A_PROOF.
 */
aver_report *aver_verify_root(const uint8_t *proof, size_t length, const uint8_t *vk, const uint8_t *tree,
                              uint32_t exit_code);

/*
 * Reads what a proof file, compressed or not, claims, and verifies nothing: its status is AVER_UNVERIFIED, or AVER_MOCK, or says why
 * it could not be read. The start of a file will do, but of a compressed proof all is needed: AVER_TRUNCATED means that
 * more is. Never null.
 */
aver_report *aver_inspect(const uint8_t *proof, size_t length);

/* Reads a digest of 64 hexadecimal digits and no more into `vk`; false, and `vk` as it was, if it is none. */
bool aver_vk_from_hex(const char *text, uint8_t *vk);

/*
 * The same as aver_verify (so not for compressed proofs, which are small) for a file that comes in pieces of any
 * length; no more of it than the header and one proof is kept. Null if `vk` is.
 */
aver_verifier *aver_verifier_new(const uint8_t *vk, uint32_t exit_code);
/* The next piece. False: the proof is refused already, or an argument was null; further pieces change nothing. */
bool aver_verifier_push(aver_verifier *verifier, const uint8_t *bytes, size_t length);
/* There are no more pieces: the report, never null. Frees the verifier. */
aver_report *aver_verifier_finish(aver_verifier *verifier);
/* Frees a verifier that is not to be finished. Null is allowed. */
void aver_verifier_free(aver_verifier *verifier);

/* AVER_VERIFIED if, and only if, the claim is shown. AVER_ARGUMENT for null. */
aver_status aver_report_status(const aver_report *report);
/* Why there is nothing shown, in English: UTF-8, ends in a zero; "" with AVER_VERIFIED and AVER_UNVERIFIED. */
const char *aver_report_error(const aver_report *report);

/*
 * The claim, with AVER_VERIFIED what is shown, with AVER_UNVERIFIED and AVER_MOCK what the file says. With any
 * other status, and for null: null or zero.
 */
const uint8_t *aver_report_vk(const aver_report *report);            /* AVER_DIGEST_BYTES */
uint32_t aver_report_exit_code(const aver_report *report);
const uint8_t *aver_report_output_digest(const aver_report *report); /* SHA-256: AVER_DIGEST_BYTES */
const uint8_t *aver_report_output(const aver_report *report);        /* not null, even if empty */
size_t aver_report_output_length(const aver_report *report);
size_t aver_report_shards(const aver_report *report);                /* of a compressed proof 0: it does not say */
/* How many claims it assumes: with AVER_UNVERIFIED; with AVER_VERIFIED there are none. */
size_t aver_report_assumptions(const aver_report *report);
/* Whether it is of a compressed proof. */
bool aver_report_is_root(const aver_report *report);

/* Frees a report. Null is allowed. */
void aver_report_free(aver_report *report);

#ifdef __cplusplus
}
#endif

#endif
