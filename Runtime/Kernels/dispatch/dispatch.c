#include "operations.h"

#include <assert.h>

// The choice is a value that the caller passes with each call, not an ifunc: one process can run every variant, and
// a processor without AVX runs the same binary.

static const struct hearth_kernels_operations *operations(hearth_kernels_isa isa) {
    switch (isa) {
    case HEARTH_KERNELS_REFERENCE:
        return &hearth_kernels_operations_reference;
#if defined(__x86_64__)
    case HEARTH_KERNELS_AVX2:
        return &hearth_kernels_operations_avx2;
    case HEARTH_KERNELS_AVX512VNNI:
        return &hearth_kernels_operations_avx512vnni;
#else
    case HEARTH_KERNELS_AVX2:
    case HEARTH_KERNELS_AVX512VNNI:
        break;
#endif
    }
    // Only a caller that did not ask whether the instruction set is available gets here.
    return &hearth_kernels_operations_reference;
}

bool hearth_kernels_isa_available(hearth_kernels_isa isa) {
    if (isa == HEARTH_KERNELS_REFERENCE) return true;
#if defined(__x86_64__)
    // The compiler's library asks the operating system too: XCR0 says whether it saves the registers.
    __builtin_cpu_init();
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
    if (isa == HEARTH_KERNELS_AVX2) return avx2;
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vnni");
#else
    return false;
#endif
}

void hearth_kernels_dequantize_row(
    hearth_kernels_isa isa, hearth_kernels_format format, const void *row, float *values, size_t count) {
    operations(isa)->dequantize_row(format, row, values, count);
}

size_t hearth_kernels_pack_width(hearth_kernels_isa isa) {
    return operations(isa)->pack_width;
}

size_t hearth_kernels_pack_group_bytes(hearth_kernels_isa isa, hearth_kernels_format format, size_t columns) {
    return operations(isa)->pack_group_bytes(format, columns);
}

void hearth_kernels_pack(
    hearth_kernels_isa isa, hearth_kernels_format format, const float *x, size_t x_stride, size_t count,
    size_t columns, size_t group_begin, size_t group_end, void *packed) {
    assert(x_stride >= columns);
    operations(isa)->pack(format, x, x_stride, count, columns, group_begin, group_end, packed);
}

void hearth_kernels_multiply(
    hearth_kernels_isa isa, const hearth_kernels_product *product, size_t row_begin, size_t row_end) {
    assert(row_begin <= row_end);
    if (product->count == 0) return;
    operations(isa)->multiply(product, row_begin, row_end);
}

void hearth_kernels_add(hearth_kernels_isa isa, float *x, const float *y, size_t count) {
    operations(isa)->add(x, y, count);
}

void hearth_kernels_layer_norm(
    hearth_kernels_isa isa, float *x, const float *residual, const float *gain, const float *bias, float epsilon,
    size_t count) {
    operations(isa)->layer_norm(x, residual, gain, bias, epsilon, count);
}

void hearth_kernels_gelu(hearth_kernels_isa isa, float *x, size_t count) {
    operations(isa)->gelu(x, count);
}

void hearth_kernels_softmax(hearth_kernels_isa isa, float *x, size_t count) {
    operations(isa)->softmax(x, count);
}

void hearth_kernels_mean_rows(
    hearth_kernels_isa isa, const float *x, size_t x_stride, size_t rows, size_t count, float *mean) {
    assert(rows > 0);
    operations(isa)->mean_rows(x, x_stride, rows, count, mean);
}

void hearth_kernels_normalize(hearth_kernels_isa isa, float *x, size_t count) {
    operations(isa)->normalize(x, count);
}

size_t hearth_kernels_attention_scratch(hearth_kernels_isa isa, size_t length, size_t head_size) {
    return operations(isa)->attention_scratch(length, head_size);
}

void hearth_kernels_attention(
    hearth_kernels_isa isa, const hearth_kernels_attention_operands *operands, size_t head, float *scratch) {
    operations(isa)->attention(operands, head, scratch);
}
