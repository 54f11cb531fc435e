// The matrix product, a band of W by a group of X at a time. A band is two tiles of rows. It is unpacked once per CHUNK
// columns into memory that stays in the first-level cache, and multiplies every group of a slice; the sums of the slice
// wait beside it. So the cost of unpacking is shared by all groups, the innermost loop is the same for every format,
// and a band's results fill whole cache lines of Y.

enum {
    TILE = 8,
    BAND = 2 * TILE,
    CHUNK = 512,
    CHUNK_BLOCKS = CHUNK / HEARTH_KERNELS_BLOCK,
    SLICE = 256 / WIDTH,
    // Rows of the unpacked band start in different sets of the cache.
    FLOAT_STRIDE = CHUNK + 16,
};

/// The sums of one tile and one group.
typedef float tile_sums[TILE][WIDTH];
/// The sums of one band and one group.
typedef tile_sums band_sums[2];

/// What is being multiplied: rows [row, row + rows) of W with groups [group, group + groups) of X.
struct band {
    const hearth_kernels_product *product;
    size_t row;
    size_t rows;
    size_t group;
    size_t groups;
};

/// sums[r][lane] += sum over k of w[r * w_stride + k] * x[k * x_stride + lane].
static inline void float_tile(
    const float *w, size_t w_stride, const float *x, size_t x_stride, size_t count, tile_sums sums) {
    vector a[TILE];
    for (int r = 0; r < TILE; r += 1) a[r] = vector_load(sums[r]);
    for (size_t k = 0; k < count; k += 1) {
        vector column = vector_load(x + k * x_stride);
#pragma clang loop unroll(full)
        for (int r = 0; r < TILE; r += 1) a[r] = vector_fma(vector_set(w[(size_t)r * w_stride + k]), column, a[r]);
    }
    for (int r = 0; r < TILE; r += 1) vector_store(sums[r], a[r]);
}

/// The row of W for a place in a band; the last row stands in for those beyond the end.
static inline const char *weight_row(const struct band *band, size_t place) {
    size_t row = band->row + (place < band->rows ? place : band->rows - 1);
    return (const char *)band->product->weights
        + row * hearth_kernels_row_bytes(band->product->format, band->product->columns);
}

/// Fetches what is unpacked next while the present chunk is multiplied: the next columns of these rows, or the first
/// columns of the rows that follow. For few rows of X the weights' way from memory is most of the time. Addresses
/// behind the matrix do no harm, as a prefetch does not fault.
static inline void prefetch_next(const struct band *band, size_t first, size_t count) {
    const hearth_kernels_product *product = band->product;
    size_t row_bytes = hearth_kernels_row_bytes(product->format, product->columns);
    bool is_last = first + count >= product->columns;
    uintptr_t start = (uintptr_t)product->weights + (band->row + (is_last ? BAND : 0)) * row_bytes
        + (is_last ? 0 : hearth_kernels_row_bytes(product->format, first + count));
    size_t chunk_bytes = hearth_kernels_row_bytes(product->format, count);
    for (size_t r = 0; r < BAND; r += 1)
        for (size_t byte = 0; byte < chunk_bytes; byte += 64)
            _mm_prefetch((const char *)(start + r * row_bytes + byte), _MM_HINT_T0);
}

static void multiply_float_band(const struct band *band, band_sums *sums) {
    const hearth_kernels_product *product = band->product;
    _Alignas(64) float weights[BAND][FLOAT_STRIDE];
    for (size_t first = 0; first < product->columns; first += CHUNK) {
        size_t count = product->columns - first < CHUNK ? product->columns - first : CHUNK;
        size_t offset = hearth_kernels_row_bytes(product->format, first);
        for (size_t r = 0; r < BAND; r += 1)
            dequantize_row(product->format, weight_row(band, r) + offset, weights[r], count);
        prefetch_next(band, first, count);
        for (size_t g = 0; g < band->groups; g += 1) {
            const float *x = (const float *)product->packed + (band->group + g) * product->columns * WIDTH;
            for (size_t half = 0; half < 2; half += 1)
                float_tile(
                    weights[half * TILE], FLOAT_STRIDE, x + first * WIDTH, WIDTH, count, sums[g][half]);
        }
    }
}

static void multiply_integer_band(const struct band *band, band_sums *sums) {
    const hearth_kernels_product *product = band->product;
    size_t blocks = product->columns / HEARTH_KERNELS_BLOCK;
    _Alignas(64) struct unpacked_tile weights[2];
    for (size_t first = 0; first < blocks; first += CHUNK_BLOCKS) {
        size_t count = blocks - first < CHUNK_BLOCKS ? blocks - first : CHUNK_BLOCKS;
        for (size_t r = 0; r < BAND; r += 1)
            unpack_row(product->format, weight_row(band, r), first, count, r % TILE, &weights[r / TILE]);
        prefetch_next(band, first * HEARTH_KERNELS_BLOCK, count * HEARTH_KERNELS_BLOCK);
        for (size_t g = 0; g < band->groups; g += 1) {
            const struct packed_block *x = (const struct packed_block *)product->packed;
            x += (band->group + g) * blocks + first;
            for (size_t half = 0; half < 2; half += 1)
                integer_tile(product->format, &weights[half], x, count, sums[g][half]);
        }
    }
}

/// Writes the results of eight rows of W for up to eight rows of X, `lanes` of them.
static inline void store_eights(
    const struct band *band, size_t half, const float *sums, size_t lanes, float *y) {
    if (half * TILE >= band->rows) return;
    size_t rows = band->rows - half * TILE;
    const float *bias = band->product->bias ? band->product->bias + band->row + half * TILE : NULL;
    __m256i mask = first_lanes(rows);
    __m256 add = bias ? _mm256_maskload_ps(bias, mask) : _mm256_setzero_ps();
    __m256 eights[8];
    for (size_t r = 0; r < 8; r += 1) eights[r] = _mm256_loadu_ps(sums + r * WIDTH);
    transpose_eights(eights);
    for (size_t lane = 0; lane < 8; lane += 1) {
        if (lane >= lanes) return;
        float *place = y + lane * band->product->y_stride + half * TILE;
        if (rows >= TILE) _mm256_storeu_ps(place, _mm256_add_ps(eights[lane], add));
        else _mm256_maskstore_ps(place, mask, _mm256_add_ps(eights[lane], add));
    }
}

/// Writes the results of one group, transposed, with the bias added.
static void store_group(const struct band *band, size_t group, band_sums sums) {
    const hearth_kernels_product *product = band->product;
    for (size_t lane = 0; lane < WIDTH; lane += 8) {
        size_t i = group * WIDTH + lane;
        if (i >= product->count) return;
        float *y = product->y + i * product->y_stride + band->row;
        for (size_t half = 0; half < 2; half += 1)
            store_eights(band, half, &sums[half][0][lane], product->count - i, y);
    }
}

static void multiply(const hearth_kernels_product *product, size_t row_begin, size_t row_end) {
    _Alignas(64) band_sums sums[SLICE];
    size_t groups = (product->count + WIDTH - 1) / WIDTH;
    for (size_t group = 0; group < groups; group += SLICE) {
        for (size_t row = row_begin; row < row_end; row += BAND) {
            struct band band = {
                .product = product,
                .row = row,
                .rows = row_end - row < BAND ? row_end - row : BAND,
                .group = group,
                .groups = groups - group < SLICE ? groups - group : SLICE,
            };
            memset(sums, 0, band.groups * sizeof sums[0]);
            if (hearth_kernels_is_quantized(product->format)) multiply_integer_band(&band, sums);
            else multiply_float_band(&band, sums);
            for (size_t g = 0; g < band.groups; g += 1) store_group(&band, group + g, sums[g]);
        }
    }
}
