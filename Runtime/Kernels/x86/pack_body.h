// The packed form of X: groups of WIDTH rows, transposed, so that one vector holds one column of the group. A row of W
// then multiplies by broadcasts, in the order in which it is stored, and no sum over lanes is ever needed.
//
// Float groups are [columns][WIDTH]. Integer groups are one `struct packed_block` for each 32 columns; the file
// included before defines it and how the bytes of one lane are spread in it.

static size_t pack_group_bytes(hearth_kernels_format format, size_t columns) {
    if (!hearth_kernels_is_quantized(format)) return columns * WIDTH * sizeof(float);
    return columns / HEARTH_KERNELS_BLOCK * sizeof(struct packed_block);
}

/// Transposes up to WIDTH rows, `lanes` of them there, and fills the other lanes with zeros.
static void pack_float_group(const float *x, size_t x_stride, size_t lanes, size_t columns, float *packed) {
    for (size_t first = 0; first < WIDTH; first += 8) {
        size_t column = 0;
        for (; first + 8 <= lanes && column + 8 <= columns; column += 8) {
            __m256 rows[8];
            for (size_t i = 0; i < 8; i += 1) rows[i] = _mm256_loadu_ps(x + (first + i) * x_stride + column);
            transpose_eights(rows);
            for (size_t i = 0; i < 8; i += 1) _mm256_storeu_ps(packed + (column + i) * WIDTH + first, rows[i]);
        }
        for (; column < columns; column += 1)
            for (size_t lane = first; lane < first + 8; lane += 1)
                packed[column * WIDTH + lane] = lane < lanes ? x[lane * x_stride + column] : 0;
    }
}

/// Rounds 32 numbers to integers in -127...127 and returns their scale: 0 where all are tiny, NaN where one is not
/// finite.
static inline float quantize_block(const float *values, int8_t *quants) {
    integers bits = magnitude_bits(vector_load(values));
    for (size_t i = WIDTH; i < HEARTH_KERNELS_BLOCK; i += WIDTH)
        bits = integers_max(bits, magnitude_bits(vector_load(values + i)));
    int32_t largest = integers_largest(bits);
    float magnitude;
    memcpy(&magnitude, &largest, sizeof magnitude);
    bool usable = magnitude >= HEARTH_KERNELS_TINY && largest < 0x7f800000;
    if (!usable) {
        memset(quants, 0, HEARTH_KERNELS_BLOCK);
        return largest < 0x7f800000 ? 0 : NAN;
    }
    vector inverse = vector_set(127 / magnitude);
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += WIDTH)
        vector_to_bytes(quants + i, vector_mul(vector_load(values + i), inverse));
    return magnitude / 127;
}

static void pack_integer_group(
    const float *x, size_t x_stride, size_t lanes, size_t columns, struct packed_block *packed) {
    for (size_t block = 0; block < columns / HEARTH_KERNELS_BLOCK; block += 1) {
        if (lanes < WIDTH) memset(&packed[block], 0, sizeof packed[block]);
        for (size_t lane = 0; lane < lanes; lane += 1) {
            int8_t quants[HEARTH_KERNELS_BLOCK];
            packed[block].scales[lane] =
                quantize_block(x + lane * x_stride + block * HEARTH_KERNELS_BLOCK, quants);
            spread_lane(quants, lane, &packed[block]);
        }
    }
}

static void pack(
    hearth_kernels_format format, const float *x, size_t x_stride, size_t count, size_t columns,
    size_t group_begin, size_t group_end, void *packed) {
    for (size_t group = group_begin; group < group_end && group * WIDTH < count; group += 1) {
        const float *first = x + group * WIDTH * x_stride;
        size_t lanes = count - group * WIDTH < WIDTH ? count - group * WIDTH : WIDTH;
        void *place = (char *)packed + group * pack_group_bytes(format, columns);
        if (hearth_kernels_is_quantized(format)) pack_integer_group(first, x_stride, lanes, columns, place);
        else pack_float_group(first, x_stride, lanes, columns, place);
    }
}
