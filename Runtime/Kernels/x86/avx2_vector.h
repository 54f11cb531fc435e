// Eight floats at a time. The bodies in this folder are written in these words; avx512_vector.h has the same ones.
// Included inside a region, so it includes nothing and has no guard.

enum { WIDTH = 8 };
typedef __m256 vector;
typedef __m256i integers;

static inline vector vector_load(const float *p) { return _mm256_loadu_ps(p); }
static inline void vector_store(float *p, vector a) { _mm256_storeu_ps(p, a); }
static inline vector vector_set(float a) { return _mm256_set1_ps(a); }
static inline vector vector_add(vector a, vector b) { return _mm256_add_ps(a, b); }
static inline vector vector_sub(vector a, vector b) { return _mm256_sub_ps(a, b); }
static inline vector vector_mul(vector a, vector b) { return _mm256_mul_ps(a, b); }
static inline vector vector_div(vector a, vector b) { return _mm256_div_ps(a, b); }
/// a * b + c.
static inline vector vector_fma(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }
/// c - a * b.
static inline vector vector_fnma(vector a, vector b, vector c) { return _mm256_fnmadd_ps(a, b, c); }
/// The larger one; b where either is NaN.
static inline vector vector_max(vector a, vector b) { return _mm256_max_ps(a, b); }
/// The smaller one; b where either is NaN.
static inline vector vector_min(vector a, vector b) { return _mm256_min_ps(a, b); }
static inline vector vector_magnitude(vector a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), a); }
static inline vector vector_round(vector a) {
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/// `yes` where a < b, else `no`.
static inline vector vector_select_less(vector a, vector b, vector yes, vector no) {
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_LT_OQ));
}
/// 2^n for whole n in -126...127.
static inline vector vector_power_of_two(vector n) {
    __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
}

/// The first `count` < 8 floats, then zeros.
static inline vector vector_load_first(const float *p, size_t count) {
    return _mm256_maskload_ps(p, first_lanes(count));
}
static inline void vector_store_first(float *p, vector a, size_t count) {
    _mm256_maskstore_ps(p, first_lanes(count), a);
}

static inline float vector_sum(vector a) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}
static inline float vector_largest(vector a) {
    __m128 half = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    half = _mm_max_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
}

static inline vector vector_from_halves(const void *p) {
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
static inline vector vector_from_bytes(const int8_t *p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
/// Whole numbers in -127...127 as bytes.
static inline void vector_to_bytes(int8_t *p, vector a) {
    __m256i whole = _mm256_cvtps_epi32(a);
    __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
    _mm_storel_epi64((__m128i *)p, _mm_packs_epi16(words, words));
}

/// The bits of the magnitudes, which order as the magnitudes do, with infinity and NaN on top.
static inline integers magnitude_bits(vector a) {
    return _mm256_and_si256(_mm256_castps_si256(a), _mm256_set1_epi32(0x7fffffff));
}
static inline integers integers_max(integers a, integers b) { return _mm256_max_epi32(a, b); }
static inline int32_t integers_largest(integers a) {
    __m128i half = _mm_max_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    half = _mm_max_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    return _mm_cvtsi128_si32(_mm_max_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}
