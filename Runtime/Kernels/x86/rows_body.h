// Operations on rows of activations, in the words of the vector header included before.

/// A whole vector, or as much of one as the row has left.
static inline vector load_up_to(const float *p, size_t count) {
    return count >= WIDTH ? vector_load(p) : vector_load_first(p, count);
}
static inline void store_up_to(float *p, vector a, size_t count) {
    if (count >= WIDTH) vector_store(p, a);
    else vector_store_first(p, a, count);
}

/// e^x for x <= 0 within 2 units in the last place; 0 where the result would be subnormal, NaN for NaN.
static inline vector exponential(vector x) {
    // x = n * ln(2) + r with |r| <= ln(2) / 2; ln(2) in two parts, so that n * ln(2) is exact enough.
    vector bounded = vector_max(vector_set(-87.3365f), x);
    vector n = vector_round(vector_mul(bounded, vector_set(1.44269504f)));
    vector r = vector_fnma(n, vector_set(0.693359375f), bounded);
    r = vector_fnma(n, vector_set(-2.12194440e-4f), r);
    // Taylor's polynomial: the first term left out is below 2^-24 of the sum.
    vector p = vector_set(1.0f / 5040);
    p = vector_fma(p, r, vector_set(1.0f / 720));
    p = vector_fma(p, r, vector_set(1.0f / 120));
    p = vector_fma(p, r, vector_set(1.0f / 24));
    p = vector_fma(p, r, vector_set(1.0f / 6));
    p = vector_fma(p, r, vector_set(0.5f));
    p = vector_fma(p, r, vector_set(1));
    p = vector_fma(p, r, vector_set(1));
    vector result = vector_mul(p, vector_power_of_two(n));
    return vector_select_less(x, vector_set(-87.3365f), vector_set(0), result);
}

static void add(float *x, const float *y, size_t count) {
    for (size_t i = 0; i < count; i += WIDTH)
        store_up_to(x + i, vector_add(load_up_to(x + i, count - i), load_up_to(y + i, count - i)), count - i);
}

/// The sum of the row, after adding the residual to it.
static float sum_with_residual(float *x, const float *residual, size_t count) {
    vector sum = vector_set(0);
    for (size_t i = 0; i < count; i += WIDTH) {
        vector value = load_up_to(x + i, count - i);
        if (residual) {
            value = vector_add(value, load_up_to(residual + i, count - i));
            store_up_to(x + i, value, count - i);
        }
        sum = vector_add(sum, value);
    }
    return vector_sum(sum);
}

static float sum_of_squared_differences(const float *x, float mean, size_t count) {
    vector sum = vector_set(0);
    size_t i = 0;
    for (; i + WIDTH <= count; i += WIDTH) {
        vector difference = vector_sub(vector_load(x + i), vector_set(mean));
        sum = vector_fma(difference, difference, sum);
    }
    float total = vector_sum(sum);
    for (; i < count; i += 1) total += (x[i] - mean) * (x[i] - mean);
    return total;
}

static void layer_norm(
    float *x, const float *residual, const float *gain, const float *bias, float epsilon, size_t count) {
    float mean = sum_with_residual(x, residual, count) / (float)count;
    float variance = sum_of_squared_differences(x, mean, count) / (float)count;
    vector inverse = vector_set(1 / sqrtf(variance + epsilon));
    for (size_t i = 0; i < count; i += WIDTH) {
        size_t rest = count - i;
        vector normal = vector_mul(vector_sub(load_up_to(x + i, rest), vector_set(mean)), inverse);
        normal = vector_fma(normal, load_up_to(gain + i, rest), load_up_to(bias + i, rest));
        store_up_to(x + i, normal, rest);
    }
}

/// x * Phi(x). The tail 1 - Phi(|x|) is exp(-x^2 / 2) times a smooth function of x, here a polynomial in
/// t = 1 / (1 + 0.3 |x|) fitted to erfcx(|x| / sqrt(2)) / 2 on 0...14.5 with least relative error (2e-7).
static inline vector gelu_of(vector x) {
    static const float terms[8] = {
        0.11963200569152832f, 0.12071221321821213f, 0.10017548501491547f, 0.1276933252811432f,
        -0.05203697085380554f, 0.20456001162528992f, -0.15616033971309662f, 0.03542419150471687f,
    };
    vector size = vector_min(vector_set(14.5f), vector_magnitude(x));
    vector t = vector_div(vector_set(1), vector_fma(vector_set(0.3f), size, vector_set(1)));
    vector p = vector_set(terms[7]);
    for (int i = 6; i >= 0; i -= 1) p = vector_fma(p, t, vector_set(terms[i]));
    // The rounding error of the square, times the slope of exp, would be the largest error of all: add it back.
    vector square = vector_mul(size, size);
    vector lost = vector_sub(vector_set(0), vector_fnma(size, size, square));
    vector falling = exponential(vector_mul(square, vector_set(-0.5f)));
    falling = vector_fma(falling, vector_mul(lost, vector_set(-0.5f)), falling);
    vector tail = vector_mul(vector_mul(falling, t), p);
    return vector_mul(x, vector_select_less(x, vector_set(0), tail, vector_sub(vector_set(1), tail)));
}

static void gelu(float *x, size_t count) {
    for (size_t i = 0; i < count; i += WIDTH)
        store_up_to(x + i, gelu_of(load_up_to(x + i, count - i)), count - i);
}

static void scale(float *x, float factor, size_t count) {
    for (size_t i = 0; i < count; i += WIDTH)
        store_up_to(x + i, vector_mul(load_up_to(x + i, count - i), vector_set(factor)), count - i);
}

static void softmax(float *x, size_t count) {
    size_t whole = count / WIDTH * WIDTH;
    vector largest = vector_set(-INFINITY);
    for (size_t i = 0; i < whole; i += WIDTH) largest = vector_max(vector_load(x + i), largest);
    float top = vector_largest(largest);
    for (size_t i = whole; i < count; i += 1)
        if (x[i] > top) top = x[i];
    vector sum = vector_set(0);
    for (size_t i = 0; i < whole; i += WIDTH) {
        vector value = exponential(vector_sub(vector_load(x + i), vector_set(top)));
        vector_store(x + i, value);
        sum = vector_add(sum, value);
    }
    float total = vector_sum(sum);
    if (whole < count) {
        float rest[WIDTH];
        vector_store(rest, exponential(vector_sub(vector_load_first(x + whole, count - whole), vector_set(top))));
        for (size_t i = whole; i < count; i += 1) {
            x[i] = rest[i - whole];
            total += x[i];
        }
    }
    scale(x, 1 / total, count);
}

static void mean_rows(const float *x, size_t x_stride, size_t rows, size_t count, float *mean) {
    for (size_t j = 0; j < count; j += WIDTH) {
        vector sum = vector_set(0);
        for (size_t i = 0; i < rows; i += 1) sum = vector_add(sum, load_up_to(x + i * x_stride + j, count - j));
        store_up_to(mean + j, vector_div(sum, vector_set((float)rows)), count - j);
    }
}

static void normalize(float *x, size_t count) {
    vector squares = vector_set(0);
    for (size_t i = 0; i < count; i += WIDTH) {
        vector value = load_up_to(x + i, count - i);
        squares = vector_fma(value, value, squares);
    }
    float total = vector_sum(squares);
    if (total != 0) scale(x, 1 / sqrtf(total), count);
}

static void dequantize_block(hearth_kernels_format format, const void *row, size_t block, float *values) {
    int8_t quants[HEARTH_KERNELS_BLOCK];
    __m256i bytes;
    float factor = load_signed(format, row, block, &bytes);
    _mm256_storeu_si256((__m256i *)quants, bytes);
    for (size_t i = 0; i < HEARTH_KERNELS_BLOCK; i += WIDTH)
        vector_store(values + i, vector_mul(vector_from_bytes(quants + i), vector_set(factor)));
}

static void dequantize_row(hearth_kernels_format format, const void *row, float *values, size_t count) {
    if (hearth_kernels_is_quantized(format)) {
        for (size_t block = 0; block < count / HEARTH_KERNELS_BLOCK; block += 1)
            dequantize_block(format, row, block, values + block * HEARTH_KERNELS_BLOCK);
        return;
    }
    if (format == HEARTH_KERNELS_F32) {
        memcpy(values, row, count * sizeof(float));
        return;
    }
    size_t done = 0;
    for (; done + WIDTH <= count; done += WIDTH)
        vector_store(values + done, vector_from_halves((const char *)row + 2 * done));
    hearth_kernels_dequantize_row_reference(
        format, (const char *)row + hearth_kernels_row_bytes(format, done), values + done, count - done);
}
