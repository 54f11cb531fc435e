// Blocks of eight by eight floats, and the blocks of 32 bytes that weights are stored in. Both instruction sets use
// these 256-bit forms. Included inside a region.

static inline __m256i first_lanes(size_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/// Makes rows[i][j] of rows[j][i].
static inline void transpose_eights(__m256 rows[8]) {
    __m256 pairs[8], fours[8];
    for (int i = 0; i < 4; i += 1) {
        pairs[2 * i] = _mm256_unpacklo_ps(rows[2 * i], rows[2 * i + 1]);
        pairs[2 * i + 1] = _mm256_unpackhi_ps(rows[2 * i], rows[2 * i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        fours[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
        fours[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
        fours[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
        fours[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
    }
    for (int i = 0; i < 4; i += 1) {
        rows[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
        rows[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
    }
}

/// The 32 numbers 0...15 of a Q4_0 block in order.
static inline __m256i load_nibbles(const uint8_t *quants) {
    __m128i pairs = _mm_loadu_si128((const __m128i *)quants);
    __m128i mask = _mm_set1_epi8(15);
    return _mm256_set_m128i(_mm_and_si128(_mm_srli_epi16(pairs, 4), mask), _mm_and_si128(pairs, mask));
}

static inline float scale_from_half(uint16_t half) {
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(half)));
}

/// A block of weights as signed bytes, and its scale.
static inline float load_signed(hearth_kernels_format format, const void *row, size_t block, __m256i *quants) {
    if (format == HEARTH_KERNELS_Q8_0) {
        const struct hearth_kernels_block_q8_0 *q8 = (const struct hearth_kernels_block_q8_0 *)row + block;
        *quants = _mm256_loadu_si256((const __m256i *)q8->quants);
        return scale_from_half(q8->scale);
    }
    const struct hearth_kernels_block_q4_0 *q4 = (const struct hearth_kernels_block_q4_0 *)row + block;
    *quants = _mm256_sub_epi8(load_nibbles(q4->quants), _mm256_set1_epi8(8));
    return scale_from_half(q4->scale);
}
