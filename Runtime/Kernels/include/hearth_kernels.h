#ifndef HEARTH_KERNELS_H
#define HEARTH_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The arithmetic of Hearth. Every operation exists in plain C and, on x86-64, for two instruction sets; which one runs
// is an argument, so that a test can run all of them. Nothing here allocates, keeps state or fails: sizes are the
// caller's promise. Floating-point infinities and NaN are data like any other and make NaN where they meet arithmetic.
// Pointers need the alignment of their element type only; weights need none.

#pragma clang assume_nonnull begin

/// Which instructions an operation may use.
typedef enum __attribute__((enum_extensibility(closed))) {
    /// Plain C.
    HEARTH_KERNELS_REFERENCE __attribute__((swift_name("reference"))) = 0,
    /// AVX2, FMA and F16C.
    HEARTH_KERNELS_AVX2 __attribute__((swift_name("avx2"))) = 1,
    /// AVX-512 F, BW, VL, DQ and VNNI, and all of AVX2's.
    HEARTH_KERNELS_AVX512VNNI __attribute__((swift_name("avx512vnni"))) = 2,
} hearth_kernels_isa;

/// How weights are stored, numbered as GGUF numbers its tensor types. A row is a whole number of blocks.
typedef enum __attribute__((enum_extensibility(closed))) {
    /// IEEE 754 single precision.
    HEARTH_KERNELS_F32 __attribute__((swift_name("f32"))) = 0,
    /// IEEE 754 half precision.
    HEARTH_KERNELS_F16 __attribute__((swift_name("f16"))) = 1,
    /// 18 bytes: a half-precision scale d, then 16 bytes; the low half of byte i is element i, the high half is element
    /// i + 16; the value is (q - 8) * d.
    HEARTH_KERNELS_Q4_0 __attribute__((swift_name("q4_0"))) = 2,
    /// 34 bytes: a half-precision scale d, then 32 signed bytes; the value is q * d.
    HEARTH_KERNELS_Q8_0 __attribute__((swift_name("q8_0"))) = 8,
} hearth_kernels_format;

/// Whether this processor and its operating system run the instruction set.
bool hearth_kernels_isa_available(hearth_kernels_isa isa);

// Rows of weights.

/// Stores `count` numbers as one row. `count` is a multiple of the format's block.
///
/// Q8_0 scales by the largest magnitude. Q4_0 searches for the scale with the least squared error. A block holding
/// a number that is not finite gets a NaN scale.
void hearth_kernels_quantize_row(hearth_kernels_format format, const float *values, void *row, size_t count);

/// Reads `count` numbers of a row, a multiple of the format's block.
void hearth_kernels_dequantize_row(
    hearth_kernels_isa isa, hearth_kernels_format format, const void *row, float *values, size_t count);

// The matrix product Y = X * W^T + bias in two steps. First X, row-major [count x columns], is packed once: transposed
// in groups of pack_width rows and, for quantised weights, rounded to 8-bit integers with one scale per 32 columns.
// Then any number of matrices with `columns` columns multiply it. Each element of Y is the same whatever else is
// computed beside it.

/// How many rows of X one group of the packed form holds.
size_t hearth_kernels_pack_width(hearth_kernels_isa isa);

/// The bytes of one packed group. Q4_0 and Q8_0 share one packed form, F32 and F16 the other.
size_t hearth_kernels_pack_group_bytes(hearth_kernels_isa isa, hearth_kernels_format format, size_t columns);

/// Packs the groups [group_begin, group_end) of X into `packed`, which is the start of group 0. Row i of X starts at
/// `x + i * x_stride`. Rows of the last group beyond `count` are taken as zero.
void hearth_kernels_pack(
    hearth_kernels_isa isa, hearth_kernels_format format, const float *x, size_t x_stride, size_t count,
    size_t columns, size_t group_begin, size_t group_end, void *packed);

/// The operands of a matrix product.
typedef struct {
    /// W, row-major, `columns` numbers a row.
    const void *weights;
    /// How W is stored.
    hearth_kernels_format format;
    /// The columns of W and of X.
    size_t columns;
    /// X as hearth_kernels_pack made it for the same instruction set and a format of the same packed form.
    const void *packed;
    /// The rows of X.
    size_t count;
    /// One number for each row of W, or NULL.
    const float *_Nullable bias;
    /// Y, of which element (i, r) is `y[i * y_stride + r]`.
    float *y;
    /// Distance between rows of Y, in elements.
    size_t y_stride;
} hearth_kernels_product;

/// Computes the columns [row_begin, row_end) of Y, which belong to those rows of W. 64 KiB of stack.
void hearth_kernels_multiply(
    hearth_kernels_isa isa, const hearth_kernels_product *product, size_t row_begin, size_t row_end);

// Operations on rows of activations.

/// x += y.
void hearth_kernels_add(hearth_kernels_isa isa, float *x, const float *y, size_t count);

/// x = gain * (x + residual - mean) / sqrt(variance + epsilon) + bias, mean and variance over the row.
void hearth_kernels_layer_norm(
    hearth_kernels_isa isa, float *x, const float *_Nullable residual, const float *gain, const float *bias,
    float epsilon, size_t count);

/// x = x * Phi(x), with the Gaussian error function and not its tanh approximation; relative error below 2e-6 for
/// x > -13, absolute error below 1e-36 elsewhere.
void hearth_kernels_gelu(hearth_kernels_isa isa, float *x, size_t count);

/// x = exp(x - max) / sum(exp(x - max)). A row with no finite maximum becomes NaN.
void hearth_kernels_softmax(hearth_kernels_isa isa, float *x, size_t count);

/// mean[j] = the mean of x[i * x_stride + j] over i < rows; rows > 0.
void hearth_kernels_mean_rows(
    hearth_kernels_isa isa, const float *x, size_t x_stride, size_t rows, size_t count, float *mean);

/// x = x / |x|; a row of zeros stays as it is.
void hearth_kernels_normalize(hearth_kernels_isa isa, float *x, size_t count);

/// The operands of attention over one sequence, in which every position sees every other.
typedef struct {
    /// Queries, keys and values: those of position i and head h start at `[i * stride + h * head_size]`.
    const float *queries;
    const float *keys;
    const float *values;
    size_t stride;
    /// The result, laid out in the same way with a stride of its own.
    float *out;
    size_t out_stride;
    /// The positions of the sequence.
    size_t length;
    /// Numbers per position and head.
    size_t head_size;
    /// Multiplies each dot product of a query and a key.
    float scale;
} hearth_kernels_attention_operands;

/// The floats of scratch that hearth_kernels_attention needs for one thread.
size_t hearth_kernels_attention_scratch(hearth_kernels_isa isa, size_t length, size_t head_size);

/// out = softmax(queries * keys^T * scale) * values for one head.
void hearth_kernels_attention(
    hearth_kernels_isa isa, const hearth_kernels_attention_operands *operands, size_t head, float *scratch);

// Threads.

/// Threads that share jobs made of numbered chunks.
typedef struct hearth_kernels_team hearth_kernels_team;

/// Does one chunk of a job. `member` is below the size of the team and not used twice at the same time.
typedef void (*hearth_kernels_chunk_body)(void *context, size_t chunk, size_t member);

/// Starts `size - 1` threads with all signals blocked. NULL where memory or threads are short.
hearth_kernels_team *_Nullable hearth_kernels_team_create(size_t size);

/// Ends the threads; no job may be running.
void hearth_kernels_team_destroy(hearth_kernels_team *team);

/// Calls the body once for each chunk, on the caller's thread and on the team's, and returns when all are done. One
/// call at a time. A member of the team that gets no processor time delays the job by the chunk that it holds, if any.
void hearth_kernels_team_run(
    hearth_kernels_team *team, size_t chunks, hearth_kernels_chunk_body body, void *context);

#pragma clang assume_nonnull end

#endif
