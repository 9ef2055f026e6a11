# memcpy, memmove, memset, memcmp, bcmp, strlen.
#
# Compilers call these for every move of a struct, so they decide much of a program's length. A
# misaligned access is one instruction of the machine, if a dearer one. So up to 16 bytes are moved as
# two words that may overlap; above that the first and the last word are moved like this, what lies
# between as words aligned at the destination, 32 bytes a round. Both ends are loaded before anything
# is stored, and stored last, so overlapping memory is safe in the direction of the loop.
#
# Where COPY is defined it is the call of the copy coprocessor, which copies 256 bytes: from 512 bytes on it copies
# what is aligned alike, unless the source may lie in the text.

.section .text.memmove, "ax"
.globl memmove
memmove:
    sub t0, a0, a1
    bltu t0, a2, .Lbackward
    # The destination is not inside the source: forwards, as memcpy.

.globl memcpy
memcpy:
.ifdef COPY
    li t0, 512
    bgeu a2, t0, .Llarge
.Lsoftware:
.endif
    add t0, a1, a2              # end of the source
    add t1, a0, a2              # end of the destination
    li t2, 16
    bleu a2, t2, .Lshort
    ld a3, 0(a1)
    ld a4, -8(t0)
    addi t2, a0, 7
    andi t2, t2, -8             # destination, aligned up
    sub t3, t2, a0
    add a1, a1, t3              # source, as far
    sub t4, t1, t2
    andi t4, t4, -32
    add t4, t2, t4
    beq t2, t4, 2f
1:
    ld a5, 0(a1)
    ld a6, 8(a1)
    ld a7, 16(a1)
    ld t5, 24(a1)
    sd a5, 0(t2)
    sd a6, 8(t2)
    sd a7, 16(t2)
    sd t5, 24(t2)
    addi a1, a1, 32
    addi t2, t2, 32
    bne t2, t4, 1b
2:
    addi t5, t1, -8
    bgtu t2, t5, 4f
3:
    ld a5, 0(a1)
    sd a5, 0(t2)
    addi a1, a1, 8
    addi t2, t2, 8
    bleu t2, t5, 3b
4:
    sd a3, 0(a0)
    sd a4, -8(t1)
    ret

.Lshort:
    li t2, 8
    bltu a2, t2, 1f
    ld a3, 0(a1)
    ld a4, -8(t0)
    sd a3, 0(a0)
    sd a4, -8(t1)
    ret
1:
    li t2, 4
    bltu a2, t2, 2f
    lw a3, 0(a1)
    lw a4, -4(t0)
    sw a3, 0(a0)
    sw a4, -4(t1)
    ret
2:
    beqz a2, 3f
    srli t2, a2, 1              # of 1, 2 or 3 bytes: first, middle, last
    add t3, a1, t2
    add t2, a0, t2
    lbu a3, 0(a1)
    lbu a5, 0(t3)
    lbu a4, -1(t0)
    sb a3, 0(a0)
    sb a5, 0(t2)
    sb a4, -1(t1)
3:
    ret

.Lbackward:
    add t0, a1, a2
    add t1, a0, a2
    li t2, 16
    bleu a2, t2, .Lshort
    ld a3, 0(a1)
    ld a4, -8(t0)
    andi t2, t1, -8             # end of the destination, aligned down
    sub t3, t1, t2
    sub t0, t0, t3              # end of the source, as far
    addi t5, a0, 8
1:
    addi t0, t0, -8
    addi t2, t2, -8
    ld a5, 0(t0)
    sd a5, 0(t2)
    bgeu t2, t5, 1b
    sd a3, 0(a0)
    sd a4, -8(t1)
    ret

.ifdef COPY
.Llarge:
    sub t2, a0, a1
    andi t0, t2, 7
    bnez t0, .Lsoftware
    la t0, _heap_start
    bltu a1, t0, .Lsoftware
    neg t0, t2
    li t1, 256
    bltu t0, t1, .Lsoftware     # the destination is before the source, by less than a block
    mv t6, a0
    add t5, a1, a2              # end of the source
    andi t3, t5, -8             # … aligned down
    addi t4, t3, -256           # where its last block starts
    ld t0, 0(a1)
    sd t0, 0(a0)
    addi a1, a1, 7
    andi a1, a1, -8             # both aligned up
    add a0, a1, t2
    li a7, COPY
1:
    ecall
    addi a1, a1, 256
    addi a0, a0, 256
    bleu a1, t4, 1b
    beq a1, t3, 2f
    mv a1, t4                   # once more what was copied, up to the end
    add a0, a1, t2
    ecall
2:
    ld t0, -8(t5)
    add t1, t5, t2
    sd t0, -8(t1)
    mv a0, t6
    ret
.endif

.section .text.memset, "ax"
.globl memset
memset:
    add t1, a0, a2
    andi a1, a1, 255
    beqz a1, 1f
    slli t0, a1, 8
    or a1, a1, t0
    slli t0, a1, 16
    or a1, a1, t0
    slli t0, a1, 32
    or a1, a1, t0
1:
    li t2, 16
    bleu a2, t2, 5f
    sd a1, 0(a0)
    sd a1, -8(t1)
    addi t2, a0, 7
    andi t2, t2, -8
    sub t4, t1, t2
    andi t4, t4, -32
    add t4, t2, t4
    beq t2, t4, 3f
2:
    sd a1, 0(t2)
    sd a1, 8(t2)
    sd a1, 16(t2)
    sd a1, 24(t2)
    addi t2, t2, 32
    bne t2, t4, 2b
3:
    addi t5, t1, -8
    bgtu t2, t5, 8f
4:
    sd a1, 0(t2)
    addi t2, t2, 8
    bleu t2, t5, 4b
    ret
5:
    li t2, 8
    bltu a2, t2, 6f
    sd a1, 0(a0)
    sd a1, -8(t1)
    ret
6:
    li t2, 4
    bltu a2, t2, 7f
    sw a1, 0(a0)
    sw a1, -4(t1)
    ret
7:
    beqz a2, 8f
    srli t2, a2, 1
    add t2, a0, t2
    sb a1, 0(a0)
    sb a1, 0(t2)
    sb a1, -1(t1)
8:
    ret

.section .text.memcmp, "ax"
.globl memcmp
.globl bcmp
memcmp:
bcmp:
    li t2, 16
    bltu a2, t2, .Lfew
    add t1, a0, a2              # ends
    add t2, a1, a2
    li t0, 32
    bgtu a2, t0, .Lmany
    ld a3, 0(a0)
    ld a4, 0(a1)
    bne a3, a4, .Ldiffer
    ld a3, 8(a0)
    ld a4, 8(a1)
    bne a3, a4, .Ldiffer
    li t0, 24
    bleu a2, t0, .Llast
    ld a3, 16(a0)
    ld a4, 16(a1)
    bne a3, a4, .Ldiffer
.Llast:
    ld a3, -8(t1)
    ld a4, -8(t2)
    bne a3, a4, .Ldiffer
    li a0, 0
    ret

.Lmany:
    addi t0, t1, -32            # where the last 32 bytes start, which may have been compared in part
1:
    ld a3, 0(a0)
    ld a4, 0(a1)
    bne a3, a4, .Ldiffer
    ld a3, 8(a0)
    ld a4, 8(a1)
    bne a3, a4, .Ldiffer
    ld a3, 16(a0)
    ld a4, 16(a1)
    bne a3, a4, .Ldiffer
    ld a3, 24(a0)
    ld a4, 24(a1)
    bne a3, a4, .Ldiffer
    addi a0, a0, 32
    addi a1, a1, 32
    bltu a0, t0, 1b
    ld a3, -32(t1)
    ld a4, -32(t2)
    bne a3, a4, .Ldiffer
    ld a3, -24(t1)
    ld a4, -24(t2)
    bne a3, a4, .Ldiffer
    ld a3, -16(t1)
    ld a4, -16(t2)
    bne a3, a4, .Ldiffer
    j .Llast

.Ldiffer:
    xor t0, a3, a4              # the lowest byte that differs decides
    j 2f
1:
    srli t0, t0, 8
    srli a3, a3, 8
    srli a4, a4, 8
2:
    andi t1, t0, 255
    beqz t1, 1b
    andi a3, a3, 255
    andi a4, a4, 255
    sub a0, a3, a4
    ret

.Lfew:
    add t1, a0, a2
    add t2, a1, a2
    li t0, 8
    bltu a2, t0, 1f
    ld a3, 0(a0)
    ld a4, 0(a1)
    bne a3, a4, .Ldiffer
    j .Llast
1:
    li t0, 4
    bltu a2, t0, 2f
    lwu a3, 0(a0)
    lwu a4, 0(a1)
    bne a3, a4, .Ldiffer
    lwu a3, -4(t1)
    lwu a4, -4(t2)
    bne a3, a4, .Ldiffer
    li a0, 0
    ret
2:
    beq a0, t1, 4f
3:
    lbu a3, 0(a0)
    lbu a4, 0(a1)
    bne a3, a4, 5f
    addi a0, a0, 1
    addi a1, a1, 1
    bne a0, t1, 3b
4:
    li a0, 0
    ret
5:
    sub a0, a3, a4
    ret

.section .text.strlen, "ax"
.globl strlen
strlen:
    mv t0, a0
1:
    lbu t1, 0(t0)
    addi t0, t0, 1
    bnez t1, 1b
    sub a0, t0, a0
    addi a0, a0, -1
    ret
