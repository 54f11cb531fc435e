// Sixteen floats at a time, in the words of avx2_vector.h. Included inside a region, so it includes nothing and has
// no guard.

enum { WIDTH = 16 };
typedef __m512 vector;
typedef __m512i integers;

static inline vector vector_load(const float *p) { return _mm512_loadu_ps(p); }
static inline void vector_store(float *p, vector a) { _mm512_storeu_ps(p, a); }
static inline vector vector_set(float a) { return _mm512_set1_ps(a); }
static inline vector vector_add(vector a, vector b) { return _mm512_add_ps(a, b); }
static inline vector vector_sub(vector a, vector b) { return _mm512_sub_ps(a, b); }
static inline vector vector_mul(vector a, vector b) { return _mm512_mul_ps(a, b); }
static inline vector vector_div(vector a, vector b) { return _mm512_div_ps(a, b); }
static inline vector vector_fma(vector a, vector b, vector c) { return _mm512_fmadd_ps(a, b, c); }
static inline vector vector_fnma(vector a, vector b, vector c) { return _mm512_fnmadd_ps(a, b, c); }
static inline vector vector_max(vector a, vector b) { return _mm512_max_ps(a, b); }
static inline vector vector_min(vector a, vector b) { return _mm512_min_ps(a, b); }
static inline vector vector_magnitude(vector a) { return _mm512_abs_ps(a); }
static inline vector vector_round(vector a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
static inline vector vector_select_less(vector a, vector b, vector yes, vector no) {
    return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_LT_OQ), no, yes);
}
static inline vector vector_power_of_two(vector n) {
    __m512i exponent = _mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127));
    return _mm512_castsi512_ps(_mm512_slli_epi32(exponent, 23));
}

static inline vector vector_load_first(const float *p, size_t count) {
    return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
static inline void vector_store_first(float *p, vector a, size_t count) {
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), a);
}

static inline float vector_sum(vector a) { return _mm512_reduce_add_ps(a); }
static inline float vector_largest(vector a) { return _mm512_reduce_max_ps(a); }

static inline vector vector_from_halves(const void *p) {
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
static inline vector vector_from_bytes(const int8_t *p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
static inline void vector_to_bytes(int8_t *p, vector a) {
    _mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32(a)));
}

static inline integers magnitude_bits(vector a) {
    return _mm512_and_si512(_mm512_castps_si512(a), _mm512_set1_epi32(0x7fffffff));
}
static inline integers integers_max(integers a, integers b) { return _mm512_max_epi32(a, b); }
static inline int32_t integers_largest(integers a) { return _mm512_reduce_max_epi32(a); }
