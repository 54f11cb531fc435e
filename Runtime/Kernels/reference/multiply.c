#include "blocks.h"
#include "half.h"
#include "reference.h"

// A packed row of X is the row itself for F32 and F16, and blocks of integers with a scale for Q4_0 and Q8_0.

struct block_x8 {
    float scale;
    int8_t quants[HEARTH_KERNELS_BLOCK];
};

void hearth_kernels_dequantize_row_reference(
    hearth_kernels_format format, const void *row, float *values, size_t count) {
    const struct hearth_kernels_block_q4_0 *q4 = row;
    const struct hearth_kernels_block_q8_0 *q8 = row;
    for (size_t i = 0; i < count; i += 1) {
        size_t block = i / HEARTH_KERNELS_BLOCK, place = i % HEARTH_KERNELS_BLOCK;
        uint16_t half;
        switch (format) {
        case HEARTH_KERNELS_F32:
            memcpy(values + i, (const char *)row + 4 * i, 4);
            break;
        case HEARTH_KERNELS_F16:
            memcpy(&half, (const char *)row + 2 * i, 2);
            values[i] = hearth_kernels_float_from_half(half);
            break;
        case HEARTH_KERNELS_Q4_0: {
            int pair = q4[block].quants[place % 16];
            int quant = (place < 16 ? pair & 15 : pair >> 4) - 8;
            values[i] = (float)quant * hearth_kernels_float_from_half(q4[block].scale);
            break;
        }
        case HEARTH_KERNELS_Q8_0:
            values[i] = (float)q8[block].quants[place] * hearth_kernels_float_from_half(q8[block].scale);
            break;
        }
    }
}

size_t hearth_kernels_pack_group_bytes_reference(hearth_kernels_format format, size_t columns) {
    if (!hearth_kernels_is_quantized(format)) return columns * sizeof(float);
    return columns / HEARTH_KERNELS_BLOCK * sizeof(struct block_x8);
}

static void pack_block(const float *values, struct block_x8 *block) {
    float magnitude = hearth_kernels_block_magnitude(values);
    bool usable = magnitude >= HEARTH_KERNELS_TINY;
    block->scale = usable ? magnitude / 127 : isnan(magnitude) ? NAN : 0;
    float inverse = usable ? 127 / magnitude : 0;
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += 1)
        block->quants[i] = usable ? (int8_t)rintf(values[i] * inverse) : 0;
}

void hearth_kernels_pack_reference(
    hearth_kernels_format format, const float *x, size_t x_stride, size_t count, size_t columns,
    size_t group_begin, size_t group_end, void *packed) {
    size_t group_bytes = hearth_kernels_pack_group_bytes_reference(format, columns);
    for (size_t row = group_begin; row < group_end && row < count; row += 1) {
        char *group = (char *)packed + row * group_bytes;
        if (!hearth_kernels_is_quantized(format)) {
            memcpy(group, x + row * x_stride, group_bytes);
            continue;
        }
        for (size_t block = 0; block < columns / HEARTH_KERNELS_BLOCK; block += 1)
            pack_block(
                x + row * x_stride + block * HEARTH_KERNELS_BLOCK, (struct block_x8 *)group + block);
    }
}

/// A block of weights as integers, and its scale.
static float unpack_block(hearth_kernels_format format, const void *row, size_t block, int8_t *quants) {
    if (format == HEARTH_KERNELS_Q8_0) {
        const struct hearth_kernels_block_q8_0 *q8 = (const struct hearth_kernels_block_q8_0 *)row + block;
        memcpy(quants, q8->quants, sizeof q8->quants);
        return hearth_kernels_float_from_half(q8->scale);
    }
    const struct hearth_kernels_block_q4_0 *q4 = (const struct hearth_kernels_block_q4_0 *)row + block;
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK / 2; i += 1) {
        quants[i] = (int8_t)((q4->quants[i] & 15) - 8);
        quants[i + HEARTH_KERNELS_BLOCK / 2] = (int8_t)((q4->quants[i] >> 4) - 8);
    }
    return hearth_kernels_float_from_half(q4->scale);
}

/// Adds to sums[0..<count] the products of one row of W with `count` rows of X.
static void multiply_quantized(
    const hearth_kernels_product *product, const void *row, size_t first, size_t count, float *sums) {
    size_t blocks = product->columns / HEARTH_KERNELS_BLOCK;
    const struct block_x8 *x = (const struct block_x8 *)product->packed + first * blocks;
    for (size_t block = 0; block < blocks; block += 1) {
        int8_t quants[HEARTH_KERNELS_BLOCK];
        float scale = unpack_block(product->format, row, block, quants);
        for (size_t i = 0; i < count; i += 1) {
            const struct block_x8 *other = &x[i * blocks + block];
            int32_t dot = 0;
            for (size_t k = 0; k < HEARTH_KERNELS_BLOCK; k += 1) dot += quants[k] * other->quants[k];
            sums[i] += (float)dot * other->scale * scale;
        }
    }
}

static void multiply_float(
    const hearth_kernels_product *product, const char *row, size_t first, size_t count, float *sums) {
    const float *x = (const float *)product->packed + first * product->columns;
    for (size_t block = 0; block < product->columns; block += HEARTH_KERNELS_BLOCK) {
        float weights[HEARTH_KERNELS_BLOCK];
        size_t rest = product->columns - block;
        size_t length = rest < HEARTH_KERNELS_BLOCK ? rest : HEARTH_KERNELS_BLOCK;
        hearth_kernels_dequantize_row_reference(
            product->format, row + hearth_kernels_row_bytes(product->format, block), weights, length);
        for (size_t i = 0; i < count; i += 1)
            for (size_t k = 0; k < length; k += 1) sums[i] += weights[k] * x[i * product->columns + block + k];
    }
}

void hearth_kernels_multiply_reference(
    const hearth_kernels_product *product, size_t row_begin, size_t row_end) {
    enum { SLICE = 64 };
    size_t row_bytes = hearth_kernels_row_bytes(product->format, product->columns);
    for (size_t r = row_begin; r < row_end; r += 1) {
        const char *row = (const char *)product->weights + r * row_bytes;
        for (size_t first = 0; first < product->count; first += SLICE) {
            float sums[SLICE] = {0};
            size_t count = product->count - first < SLICE ? product->count - first : SLICE;
            if (hearth_kernels_is_quantized(product->format))
                multiply_quantized(product, row, first, count, sums);
            else
                multiply_float(product, row, first, count, sums);
            for (size_t i = 0; i < count; i += 1)
                product->y[(first + i) * product->y_stride + r] = sums[i] + (product->bias ? product->bias[r] : 0);
        }
    }
}
