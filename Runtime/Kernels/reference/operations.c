#include "../dispatch/operations.h"
#include "reference.h"

const struct hearth_kernels_operations hearth_kernels_operations_reference = {
    .pack_width = 1,
    .pack_group_bytes = hearth_kernels_pack_group_bytes_reference,
    .pack = hearth_kernels_pack_reference,
    .multiply = hearth_kernels_multiply_reference,
    .dequantize_row = hearth_kernels_dequantize_row_reference,
    .add = hearth_kernels_add_reference,
    .layer_norm = hearth_kernels_layer_norm_reference,
    .gelu = hearth_kernels_gelu_reference,
    .softmax = hearth_kernels_softmax_reference,
    .mean_rows = hearth_kernels_mean_rows_reference,
    .normalize = hearth_kernels_normalize_reference,
    .attention_scratch = hearth_kernels_attention_scratch_reference,
    .attention = hearth_kernels_attention_reference,
};
