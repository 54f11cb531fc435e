// Attention over one sequence with the float tile of the matrix product: scores are queries times transposed keys,
// the result is scores times values.

/// The scratch of one thread: keys and values of one head, and the scores of TILE queries.
struct attention_scratch {
    /// Groups of WIDTH positions, each [head_size][WIDTH].
    float *keys;
    /// [length][padded head size], zeros behind each row.
    float *values;
    /// [TILE][padded length].
    float *scores;
    /// [TILE][head_size], multiplied by the scale; zeros for queries that are not there.
    float *queries;
    size_t padded_length;
    size_t padded_size;
};

static inline size_t padded(size_t count) { return (count + WIDTH - 1) / WIDTH * WIDTH; }

static size_t attention_scratch(size_t length, size_t head_size) {
    return padded(length) * (head_size + TILE) + length * padded(head_size) + TILE * head_size;
}

static struct attention_scratch divide_scratch(float *memory, size_t length, size_t head_size) {
    struct attention_scratch scratch = {.padded_length = padded(length), .padded_size = padded(head_size)};
    scratch.keys = memory;
    scratch.values = scratch.keys + scratch.padded_length * head_size;
    scratch.scores = scratch.values + length * scratch.padded_size;
    scratch.queries = scratch.scores + TILE * scratch.padded_length;
    return scratch;
}

static void gather_head(
    const hearth_kernels_attention_operands *operands, size_t offset, const struct attention_scratch *scratch) {
    size_t length = operands->length, size = operands->head_size;
    for (size_t first = 0; first < length; first += WIDTH)
        pack_float_group(
            operands->keys + first * operands->stride + offset, operands->stride,
            length - first < WIDTH ? length - first : WIDTH, size, scratch->keys + first * size);
    for (size_t i = 0; i < length; i += 1) {
        float *row = scratch->values + i * scratch->padded_size;
        memcpy(row, operands->values + i * operands->stride + offset, size * sizeof(float));
        memset(row + size, 0, (scratch->padded_size - size) * sizeof(float));
    }
}

/// Fills the scores of TILE queries, each row a softmax over the sequence.
static void score_queries(
    const hearth_kernels_attention_operands *operands, size_t first, size_t count, size_t offset,
    const struct attention_scratch *scratch) {
    size_t size = operands->head_size;
    for (size_t r = 0; r < TILE; r += 1) {
        float *query = scratch->queries + r * size;
        memset(query, 0, size * sizeof(float));
        if (r >= count) continue;
        memcpy(query, operands->queries + (first + r) * operands->stride + offset, size * sizeof(float));
        scale(query, operands->scale, size);
    }
    for (size_t j = 0; j < scratch->padded_length; j += WIDTH) {
        tile_sums sums = {0};
        float_tile(scratch->queries, size, scratch->keys + j * size, WIDTH, size, sums);
        for (size_t r = 0; r < TILE; r += 1)
            vector_store(scratch->scores + r * scratch->padded_length + j, vector_load(sums[r]));
    }
    for (size_t r = 0; r < count; r += 1)
        softmax(scratch->scores + r * scratch->padded_length, operands->length);
}

static void attention(const hearth_kernels_attention_operands *operands, size_t head, float *memory) {
    struct attention_scratch scratch = divide_scratch(memory, operands->length, operands->head_size);
    size_t offset = head * operands->head_size;
    gather_head(operands, offset, &scratch);
    for (size_t first = 0; first < operands->length; first += TILE) {
        size_t count = operands->length - first < TILE ? operands->length - first : TILE;
        score_queries(operands, first, count, offset, &scratch);
        for (size_t k = 0; k < operands->head_size; k += WIDTH) {
            tile_sums sums = {0};
            float_tile(
                scratch.scores, scratch.padded_length, scratch.values + k, scratch.padded_size, operands->length,
                sums);
            for (size_t r = 0; r < count; r += 1)
                store_up_to(
                    operands->out + (first + r) * operands->out_stride + offset + k, vector_load(sums[r]),
                    operands->head_size - k);
        }
    }
}
