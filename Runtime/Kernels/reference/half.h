#ifndef HEARTH_KERNELS_HALF_H
#define HEARTH_KERNELS_HALF_H

#include <stdint.h>
#include <string.h>

// Half precision by bit arithmetic: the compiler's own type needs library routines that older toolchains lack.

static inline float hearth_kernels_float_from_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16;
    uint32_t magnitude = half & 0x7fff;
    uint32_t bits;
    float value;
    if (magnitude >= 0x7c00) {
        bits = sign | 0x7f800000 | (magnitude & 0x3ff) << 13;
        // A signalling NaN becomes a quiet one, as the processor's conversion makes it.
        if (magnitude > 0x7c00) bits |= 0x400000;
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (magnitude < 0x400) {
        // Subnormal: the magnitude is a count of 2^-24.
        value = (float)magnitude * 0x1p-24f;
        return sign ? -value : value;
    }
    bits = sign | ((magnitude << 13) + 0x38000000);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// Rounds to nearest, ties to even; too large becomes infinite.
static inline uint16_t hearth_kernels_half_from_float(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7fffffff;
    if (bits > 0x7f800000) return sign | 0x7e00;
    if (bits >= 0x477ff000) return sign | 0x7c00;
    if (bits < 0x38800000) {
        // Below 2^-14 the spacing is 2^-24 throughout. Adding 0.5, whose last bit is 2^-24, rounds to it.
        float magnitude;
        memcpy(&magnitude, &bits, sizeof magnitude);
        magnitude += 0.5f;
        memcpy(&bits, &magnitude, sizeof bits);
        return sign | (uint16_t)(bits - 0x3f000000);
    }
    bits += 0xfff + (bits >> 13 & 1);
    return sign | (uint16_t)((bits - 0x38000000) >> 13);
}

#endif
