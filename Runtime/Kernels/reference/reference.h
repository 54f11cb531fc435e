#ifndef HEARTH_KERNELS_REFERENCE_IMPLEMENTATION_H
#define HEARTH_KERNELS_REFERENCE_IMPLEMENTATION_H

#include "../include/hearth_kernels.h"

// The functions of the reference that operations.c gathers. They are the meaning of every operation: written to be
// read, in the order of the formulas.

void hearth_kernels_dequantize_row_reference(
    hearth_kernels_format format, const void *row, float *values, size_t count);
size_t hearth_kernels_pack_group_bytes_reference(hearth_kernels_format format, size_t columns);
void hearth_kernels_pack_reference(
    hearth_kernels_format format, const float *x, size_t x_stride, size_t count, size_t columns,
    size_t group_begin, size_t group_end, void *packed);
void hearth_kernels_multiply_reference(
    const hearth_kernels_product *product, size_t row_begin, size_t row_end);

void hearth_kernels_add_reference(float *x, const float *y, size_t count);
void hearth_kernels_layer_norm_reference(
    float *x, const float *residual, const float *gain, const float *bias, float epsilon, size_t count);
void hearth_kernels_gelu_reference(float *x, size_t count);
void hearth_kernels_softmax_reference(float *x, size_t count);
void hearth_kernels_mean_rows_reference(
    const float *x, size_t x_stride, size_t rows, size_t count, float *mean);
void hearth_kernels_normalize_reference(float *x, size_t count);

size_t hearth_kernels_attention_scratch_reference(size_t length, size_t head_size);
void hearth_kernels_attention_reference(
    const hearth_kernels_attention_operands *operands, size_t head, float *scratch);

#endif
