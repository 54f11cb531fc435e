#include "blocks.h"
#include "half.h"

// Quantisation happens once, when a model is packed, so it is written for accuracy and not for speed.

static void quantize_block_q8_0(const float *values, struct hearth_kernels_block_q8_0 *block) {
    float magnitude = hearth_kernels_block_magnitude(values);
    float scale = magnitude / 127;
    block->scale = hearth_kernels_half_from_float(scale);
    // Rounding against the scale that readers will see saves part of the scale's own rounding error.
    float stored = hearth_kernels_float_from_half(block->scale);
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += 1) {
        float quant = stored > 0 ? rintf(values[i] / stored) : 0;
        // An infinite or NaN scale makes every quotient 0 or NaN; the comparisons are false for NaN.
        block->quants[i] = quant > 127 ? 127 : quant < -128 ? -128 : quant == quant ? (int8_t)quant : 0;
    }
}

/// The whole number -8...7 that stands for a value. NaN has been dealt with before.
static inline float nearest_q4(float value, float inverse) {
    float quotient = value * inverse;
    quotient = quotient < -8 ? -8 : quotient;
    quotient = quotient > 7 ? 7 : quotient;
    // Above 2^23 a float has no fraction: the addition rounds to nearest even, and compiles to vectors.
    return (quotient + 0x1.8p23f) - 0x1.8p23f;
}

// Sums in eight lanes, so that the compiler may use vectors without changing the order of additions.
enum { LANES = 8 };

static float sum_of_lanes(const float *lanes) {
    float sum = 0;
    for (size_t i = 0; i < LANES; i += 1) sum += lanes[i];
    return sum;
}

static float squared_error_q4(const float *values, float scale) {
    float inverse = 1 / scale;
    float lanes[LANES] = {0};
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += LANES) {
        for (size_t j = 0; j < LANES; j += 1) {
            float difference = values[i + j] - scale * nearest_q4(values[i + j], inverse);
            lanes[j] += difference * difference;
        }
    }
    return sum_of_lanes(lanes);
}

/// With the integers that `scale` leads to held fixed, the scale with the least squared error.
static float refined_scale_q4(const float *values, float scale) {
    float inverse = 1 / scale;
    float products[LANES] = {0}, squares[LANES] = {0};
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += LANES) {
        for (size_t j = 0; j < LANES; j += 1) {
            float quant = nearest_q4(values[i + j], inverse);
            products[j] += values[i + j] * quant;
            squares[j] += quant * quant;
        }
    }
    float square = sum_of_lanes(squares);
    return square > 0 ? sum_of_lanes(products) / square : scale;
}

/// The number with the largest magnitude falls on -8 + t/8 for t in 0...24, with either sign of the scale; each
/// candidate is refined once. This finds the best scale of nearly every block.
static float best_scale_q4(const float *values, float magnitude) {
    float best = 0;
    float least = INFINITY;
    for (int step = 0; step <= 24; step += 1) {
        for (int sign = -1; sign <= 1; sign += 2) {
            float scale = (float)sign * magnitude / (8 - (float)step / 8);
            for (int round = 0; round < 2; round += 1) {
                if (round == 1) scale = refined_scale_q4(values, scale);
                float stored = hearth_kernels_float_from_half(hearth_kernels_half_from_float(scale));
                if (stored == 0 || !isfinite(stored)) continue;
                float error = squared_error_q4(values, stored);
                if (error < least) {
                    least = error;
                    best = stored;
                }
            }
        }
    }
    return best;
}

static void quantize_block_q4_0(const float *values, struct hearth_kernels_block_q4_0 *block) {
    float magnitude = hearth_kernels_block_magnitude(values);
    float scale = isnan(magnitude) ? NAN : best_scale_q4(values, magnitude);
    // A block of numbers too large for any half-precision scale has no candidate left.
    if (scale == 0 && magnitude > 1) scale = NAN;
    block->scale = hearth_kernels_half_from_float(scale);
    bool usable = scale != 0 && !isnan(scale);
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK / 2; i += 1) {
        int low = 8 + (usable ? (int)nearest_q4(values[i], 1 / scale) : 0);
        int high = 8 + (usable ? (int)nearest_q4(values[i + HEARTH_KERNELS_BLOCK / 2], 1 / scale) : 0);
        block->quants[i] = (uint8_t)(low | high << 4);
    }
}

void hearth_kernels_quantize_row(hearth_kernels_format format, const float *values, void *row, size_t count) {
    switch (format) {
    case HEARTH_KERNELS_F32:
        memcpy(row, values, count * sizeof(float));
        break;
    case HEARTH_KERNELS_F16:
        for (size_t i = 0; i < count; i += 1) {
            uint16_t half = hearth_kernels_half_from_float(values[i]);
            memcpy((char *)row + 2 * i, &half, sizeof half);
        }
        break;
    case HEARTH_KERNELS_Q4_0:
        for (size_t i = 0; i < count / HEARTH_KERNELS_BLOCK; i += 1)
            quantize_block_q4_0(
                values + i * HEARTH_KERNELS_BLOCK, (struct hearth_kernels_block_q4_0 *)row + i);
        break;
    case HEARTH_KERNELS_Q8_0:
        for (size_t i = 0; i < count / HEARTH_KERNELS_BLOCK; i += 1)
            quantize_block_q8_0(
                values + i * HEARTH_KERNELS_BLOCK, (struct hearth_kernels_block_q8_0 *)row + i);
        break;
    }
}
