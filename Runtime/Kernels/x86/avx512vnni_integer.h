// Integer products with AVX-512 VNNI: vpdpbusd adds four products of an unsigned and a signed byte to each of sixteen
// 32-bit sums, exactly. The weights are the unsigned side, kept with an offset: q + 128 for Q8_0 and q + 8 (as it is
// stored) for Q4_0. Then dot(w + offset, x) = dot(w, x) + offset * sum(x), and packing has summed x. Included inside
// a region.

enum { INTEGER_CHUNK = 512, INTEGER_STRIDE = INTEGER_CHUNK + 64 };

/// 32 columns of a group of X. quants[k][lane] are columns 4k to 4k + 3; sums[lane] is the sum of all 32.
struct packed_block {
    float scales[16];
    int32_t sums[16];
    int8_t quants[HEARTH_KERNELS_BLOCK / 4][16][4];
};

/// Eight rows of W.
struct unpacked_tile {
    uint8_t quants[8][INTEGER_STRIDE];
    float scales[INTEGER_CHUNK / HEARTH_KERNELS_BLOCK][8];
};

static inline void spread_lane(const int8_t *quants, size_t lane, struct packed_block *block) {
    for (size_t k = 0; k < HEARTH_KERNELS_BLOCK / 4; k += 1) memcpy(block->quants[k][lane], quants + 4 * k, 4);
    __m256i pairs = _mm256_dpbusd_epi32(
        _mm256_setzero_si256(), _mm256_set1_epi8(1), _mm256_loadu_si256((const __m256i *)quants));
    __m128i four = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    block->sums[lane] = _mm_cvtsi128_si32(_mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1)));
}

static inline void unpack_row(
    hearth_kernels_format format, const void *row, size_t first, size_t count, size_t r, struct unpacked_tile *tile) {
    if (format == HEARTH_KERNELS_Q8_0) {
        const struct hearth_kernels_block_q8_0 *blocks = (const struct hearth_kernels_block_q8_0 *)row + first;
        for (size_t i = 0; i < count; i += 1) {
            __m256i quants = _mm256_loadu_si256((const __m256i *)blocks[i].quants);
            quants = _mm256_xor_si256(quants, _mm256_set1_epi8(-128));
            _mm256_storeu_si256((__m256i *)&tile->quants[r][i * HEARTH_KERNELS_BLOCK], quants);
            tile->scales[i][r] = scale_from_half(blocks[i].scale);
        }
        return;
    }
    const struct hearth_kernels_block_q4_0 *blocks = (const struct hearth_kernels_block_q4_0 *)row + first;
    for (size_t i = 0; i < count; i += 1) {
        _mm256_storeu_si256(
            (__m256i *)&tile->quants[r][i * HEARTH_KERNELS_BLOCK], load_nibbles(blocks[i].quants));
        tile->scales[i][r] = scale_from_half(blocks[i].scale);
    }
}

static void integer_tile(
    hearth_kernels_format format, const struct unpacked_tile *tile, const struct packed_block *x, size_t blocks,
    float (*sums)[16]) {
    __m128i offset_bits = _mm_cvtsi32_si128(format == HEARTH_KERNELS_Q8_0 ? 7 : 3);
    __m512 a[8];
    for (int r = 0; r < 8; r += 1) a[r] = _mm512_loadu_ps(sums[r]);
    for (size_t block = 0; block < blocks; block += 1) {
        __m512i offset = _mm512_sll_epi32(_mm512_loadu_si512(x[block].sums), offset_bits);
        __m512i dots[8];
        for (int r = 0; r < 8; r += 1) dots[r] = _mm512_sub_epi32(_mm512_setzero_si512(), offset);
#pragma clang loop unroll(full)
        for (int k = 0; k < HEARTH_KERNELS_BLOCK / 4; k += 1) {
            __m512i column = _mm512_loadu_si512(x[block].quants[k]);
#pragma clang loop unroll(full)
            for (int r = 0; r < 8; r += 1) {
                int32_t four;
                memcpy(&four, &tile->quants[r][block * HEARTH_KERNELS_BLOCK + 4 * (size_t)k], sizeof four);
                dots[r] = _mm512_dpbusd_epi32(dots[r], _mm512_set1_epi32(four), column);
            }
        }
        __m512 scales = _mm512_loadu_ps(x[block].scales);
        for (int r = 0; r < 8; r += 1) {
            __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(dots[r]), scales);
            a[r] = _mm512_fmadd_ps(scaled, _mm512_set1_ps(tile->scales[block][r]), a[r]);
        }
    }
    for (int r = 0; r < 8; r += 1) _mm512_storeu_ps(sums[r], a[r]);
}
