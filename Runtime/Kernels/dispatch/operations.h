#ifndef HEARTH_KERNELS_OPERATIONS_H
#define HEARTH_KERNELS_OPERATIONS_H

#include "../include/hearth_kernels.h"

// What one instruction set implements: the functions of the public header without the choice.
struct hearth_kernels_operations {
    size_t pack_width;
    size_t (*pack_group_bytes)(hearth_kernels_format format, size_t columns);
    void (*pack)(
        hearth_kernels_format format, const float *x, size_t x_stride, size_t count, size_t columns,
        size_t group_begin, size_t group_end, void *packed);
    void (*multiply)(const hearth_kernels_product *product, size_t row_begin, size_t row_end);
    void (*dequantize_row)(hearth_kernels_format format, const void *row, float *values, size_t count);
    void (*add)(float *x, const float *y, size_t count);
    void (*layer_norm)(
        float *x, const float *residual, const float *gain, const float *bias, float epsilon, size_t count);
    void (*gelu)(float *x, size_t count);
    void (*softmax)(float *x, size_t count);
    void (*mean_rows)(const float *x, size_t x_stride, size_t rows, size_t count, float *mean);
    void (*normalize)(float *x, size_t count);
    size_t (*attention_scratch)(size_t length, size_t head_size);
    void (*attention)(const hearth_kernels_attention_operands *operands, size_t head, float *scratch);
};

extern const struct hearth_kernels_operations hearth_kernels_operations_reference;
#if defined(__x86_64__)
extern const struct hearth_kernels_operations hearth_kernels_operations_avx2;
extern const struct hearth_kernels_operations hearth_kernels_operations_avx512vnni;
#endif

#endif
