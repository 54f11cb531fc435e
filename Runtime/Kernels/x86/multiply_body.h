// The matrix product, a tile of W by a group of X at a time. TILE rows of W are unpacked once per CHUNK columns into
// memory that stays in the first-level cache, and multiply every group of a slice; the sums of the slice wait beside
// them. So the cost of unpacking is shared by all groups, and the innermost loop is the same for every format.

enum {
    TILE = 8,
    CHUNK = 512,
    CHUNK_BLOCKS = CHUNK / HEARTH_KERNELS_BLOCK,
    SLICE = 512 / WIDTH,
    // Rows of the unpacked tile start in different sets of the cache.
    FLOAT_STRIDE = CHUNK + 16,
};

/// The sums of one tile and one group.
typedef float tile_sums[TILE][WIDTH];

/// What is being multiplied: rows [row, row + rows) of W with groups [group, group + groups) of X.
struct tile {
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

/// The row of W for a place in a tile; the last row stands in for those beyond the end.
static inline const char *weight_row(const struct tile *tile, size_t place) {
    size_t row = tile->row + (place < tile->rows ? place : tile->rows - 1);
    return (const char *)tile->product->weights
        + row * hearth_kernels_row_bytes(tile->product->format, tile->product->columns);
}

/// Fetches what is unpacked next while the present chunk is multiplied: the next columns of these rows, or the first
/// columns of the rows that follow. For few rows of X the weights' way from memory is most of the time. Addresses
/// behind the matrix do no harm, as a prefetch does not fault.
static inline void prefetch_next(const struct tile *tile, size_t first, size_t count) {
    const hearth_kernels_product *product = tile->product;
    size_t row_bytes = hearth_kernels_row_bytes(product->format, product->columns);
    bool is_last = first + count >= product->columns;
    uintptr_t start = (uintptr_t)product->weights + (tile->row + (is_last ? TILE : 0)) * row_bytes
        + (is_last ? 0 : hearth_kernels_row_bytes(product->format, first + count));
    size_t chunk_bytes = hearth_kernels_row_bytes(product->format, count);
    for (size_t r = 0; r < TILE; r += 1)
        for (size_t byte = 0; byte < chunk_bytes; byte += 64)
            _mm_prefetch((const char *)(start + r * row_bytes + byte), _MM_HINT_T0);
}

static void multiply_float_tile(const struct tile *tile, tile_sums *sums) {
    const hearth_kernels_product *product = tile->product;
    _Alignas(64) float weights[TILE][FLOAT_STRIDE];
    for (size_t first = 0; first < product->columns; first += CHUNK) {
        size_t count = product->columns - first < CHUNK ? product->columns - first : CHUNK;
        size_t offset = hearth_kernels_row_bytes(product->format, first);
        for (size_t r = 0; r < TILE; r += 1)
            dequantize_row(product->format, weight_row(tile, r) + offset, weights[r], count);
        prefetch_next(tile, first, count);
        for (size_t g = 0; g < tile->groups; g += 1) {
            const float *x = (const float *)product->packed + (tile->group + g) * product->columns * WIDTH;
            float_tile(weights[0], FLOAT_STRIDE, x + first * WIDTH, WIDTH, count, sums[g]);
        }
    }
}

static void multiply_integer_tile(const struct tile *tile, tile_sums *sums) {
    const hearth_kernels_product *product = tile->product;
    size_t blocks = product->columns / HEARTH_KERNELS_BLOCK;
    _Alignas(64) struct unpacked_tile weights;
    for (size_t first = 0; first < blocks; first += CHUNK_BLOCKS) {
        size_t count = blocks - first < CHUNK_BLOCKS ? blocks - first : CHUNK_BLOCKS;
        for (size_t r = 0; r < TILE; r += 1)
            unpack_row(product->format, weight_row(tile, r), first, count, r, &weights);
        prefetch_next(tile, first * HEARTH_KERNELS_BLOCK, count * HEARTH_KERNELS_BLOCK);
        for (size_t g = 0; g < tile->groups; g += 1) {
            const struct packed_block *x = (const struct packed_block *)product->packed;
            integer_tile(product->format, &weights, x + (tile->group + g) * blocks + first, count, sums[g]);
        }
    }
}

/// Writes the sums of one group, transposed, with the bias added.
static void store_group(const struct tile *tile, size_t group, tile_sums sums) {
    const hearth_kernels_product *product = tile->product;
    __m256i mask = first_lanes(tile->rows);
    __m256 bias = product->bias ? _mm256_maskload_ps(product->bias + tile->row, mask) : _mm256_setzero_ps();
    for (size_t half = 0; half < WIDTH; half += 8) {
        __m256 rows[8];
        for (size_t r = 0; r < 8; r += 1) rows[r] = _mm256_loadu_ps(&sums[r][half]);
        transpose_eights(rows);
        for (size_t lane = 0; lane < 8; lane += 1) {
            size_t i = group * WIDTH + half + lane;
            if (i >= product->count) return;
            float *y = product->y + i * product->y_stride + tile->row;
            if (tile->rows == TILE) _mm256_storeu_ps(y, _mm256_add_ps(rows[lane], bias));
            else _mm256_maskstore_ps(y, mask, _mm256_add_ps(rows[lane], bias));
        }
    }
}

static void multiply(const hearth_kernels_product *product, size_t row_begin, size_t row_end) {
    _Alignas(64) tile_sums sums[SLICE];
    size_t groups = (product->count + WIDTH - 1) / WIDTH;
    for (size_t group = 0; group < groups; group += SLICE) {
        for (size_t row = row_begin; row < row_end; row += TILE) {
            struct tile tile = {
                .product = product,
                .row = row,
                .rows = row_end - row < TILE ? row_end - row : TILE,
                .group = group,
                .groups = groups - group < SLICE ? groups - group : SLICE,
            };
            memset(sums, 0, tile.groups * sizeof sums[0]);
            if (hearth_kernels_is_quantized(product->format)) multiply_integer_tile(&tile, sums);
            else multiply_float_tile(&tile, sums);
            for (size_t g = 0; g < tile.groups; g += 1) store_group(&tile, group + g, sums[g]);
        }
    }
}
