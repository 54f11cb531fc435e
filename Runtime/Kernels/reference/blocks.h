#ifndef HEARTH_KERNELS_BLOCKS_H
#define HEARTH_KERNELS_BLOCKS_H

#include "../include/hearth_kernels.h"

#include <math.h>

// Block layouts of GGUF. The structures have no padding and need no alignment beyond one byte.

enum { HEARTH_KERNELS_BLOCK = 32 };

struct __attribute__((packed, aligned(1))) hearth_kernels_block_q8_0 {
    uint16_t scale;
    int8_t quants[HEARTH_KERNELS_BLOCK];
};

struct __attribute__((packed, aligned(1))) hearth_kernels_block_q4_0 {
    uint16_t scale;
    uint8_t quants[HEARTH_KERNELS_BLOCK / 2];
};

_Static_assert(sizeof(struct hearth_kernels_block_q8_0) == 34, "a Q8_0 block is 34 bytes");
_Static_assert(sizeof(struct hearth_kernels_block_q4_0) == 18, "a Q4_0 block is 18 bytes");

static inline bool hearth_kernels_is_quantized(hearth_kernels_format format) {
    return format == HEARTH_KERNELS_Q4_0 || format == HEARTH_KERNELS_Q8_0;
}

static inline size_t hearth_kernels_row_bytes(hearth_kernels_format format, size_t count) {
    switch (format) {
    case HEARTH_KERNELS_F32: return count * 4;
    case HEARTH_KERNELS_F16: return count * 2;
    case HEARTH_KERNELS_Q4_0: return count / HEARTH_KERNELS_BLOCK * sizeof(struct hearth_kernels_block_q4_0);
    case HEARTH_KERNELS_Q8_0: return count / HEARTH_KERNELS_BLOCK * sizeof(struct hearth_kernels_block_q8_0);
    }
    return 0;
}

/// Below this magnitude a block of activations is all zero; 127 divided by it is still finite.
#define HEARTH_KERNELS_TINY 1e-30f

/// The largest magnitude of a block, or NaN where one of its numbers is not finite.
static inline float hearth_kernels_block_magnitude(const float *values) {
    float largest = 0;
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += 1) {
        if (!isfinite(values[i])) return NAN;
        if (fabsf(values[i]) > largest) largest = fabsf(values[i]);
    }
    return largest;
}

#endif
