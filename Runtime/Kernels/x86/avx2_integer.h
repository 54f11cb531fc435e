// Integer products with AVX2: 16-bit pairs (vpmaddwd), which cannot overflow, where 8-bit pairs (vpmaddubsw) would
// saturate. Included inside a region.

enum { INTEGER_CHUNK = 512, INTEGER_STRIDE = INTEGER_CHUNK + 32 };

/// 32 columns of a group of X. quants[k][lane] are columns 2k and 2k + 1.
struct packed_block {
    float scales[8];
    int16_t quants[HEARTH_KERNELS_BLOCK / 2][8][2];
};

/// Eight rows of W.
struct unpacked_tile {
    int16_t quants[8][INTEGER_STRIDE];
    float scales[INTEGER_CHUNK / HEARTH_KERNELS_BLOCK][8];
};

static inline void spread_lane(const int8_t *quants, size_t lane, struct packed_block *block) {
    for (size_t k = 0; k < HEARTH_KERNELS_BLOCK / 2; k += 1) {
        block->quants[k][lane][0] = quants[2 * k];
        block->quants[k][lane][1] = quants[2 * k + 1];
    }
}

static inline void unpack_row(
    hearth_kernels_format format, const void *row, size_t first, size_t count, size_t r, struct unpacked_tile *tile) {
    for (size_t block = 0; block < count; block += 1) {
        __m256i bytes;
        tile->scales[block][r] = load_signed(format, row, first + block, &bytes);
        __m256i *place = (__m256i *)&tile->quants[r][block * HEARTH_KERNELS_BLOCK];
        _mm256_storeu_si256(place, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(bytes)));
        _mm256_storeu_si256(place + 1, _mm256_cvtepi8_epi16(_mm256_extracti128_si256(bytes, 1)));
    }
}

/// Four rows of the tile: their integer and float sums fill half of the registers.
static inline void integer_half_tile(
    const int16_t *w, const float *w_scales, const struct packed_block *x, size_t blocks, float (*sums)[8]) {
    __m256 a[4];
    for (int r = 0; r < 4; r += 1) a[r] = _mm256_loadu_ps(sums[r]);
    for (size_t block = 0; block < blocks; block += 1) {
        __m256i dots[4] = {
            _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
#pragma clang loop unroll(full)
        for (int k = 0; k < HEARTH_KERNELS_BLOCK / 2; k += 1) {
            __m256i column = _mm256_loadu_si256((const __m256i *)x[block].quants[k]);
#pragma clang loop unroll(full)
            for (int r = 0; r < 4; r += 1) {
                int32_t pair;
                memcpy(&pair, w + r * INTEGER_STRIDE + (int)block * HEARTH_KERNELS_BLOCK + 2 * k, sizeof pair);
                dots[r] = _mm256_add_epi32(dots[r], _mm256_madd_epi16(_mm256_set1_epi32(pair), column));
            }
        }
        __m256 scales = _mm256_loadu_ps(x[block].scales);
        for (int r = 0; r < 4; r += 1) {
            __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(dots[r]), scales);
            a[r] = _mm256_fmadd_ps(scaled, _mm256_set1_ps(w_scales[block * 8 + (size_t)r]), a[r]);
        }
    }
    for (int r = 0; r < 4; r += 1) _mm256_storeu_ps(sums[r], a[r]);
}

static void integer_tile(
    hearth_kernels_format format, const struct unpacked_tile *tile, const struct packed_block *x, size_t blocks,
    float (*sums)[8]) {
    (void)format;
    integer_half_tile(tile->quants[0], &tile->scales[0][0], x, blocks, sums);
    integer_half_tile(tile->quants[4], &tile->scales[0][4], x, blocks, sums + 4);
}
