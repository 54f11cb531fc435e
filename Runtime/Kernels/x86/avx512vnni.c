#if defined(__x86_64__)

#include "../dispatch/operations.h"
#include "../reference/blocks.h"
#include "../reference/reference.h"
#include "region.h"

#include <immintrin.h>
#include <string.h>

HEARTH_KERNELS_REGION_BEGIN("avx2,fma,f16c,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")

#include "eights_body.h"
#include "avx512_vector.h"
#include "avx512vnni_integer.h"

#include "rows_body.h"
#include "pack_body.h"
#include "multiply_body.h"
#include "attention_body.h"

HEARTH_KERNELS_REGION_END

const struct hearth_kernels_operations hearth_kernels_operations_avx512vnni = {
    .pack_width = WIDTH,
    .pack_group_bytes = pack_group_bytes,
    .pack = pack,
    .multiply = multiply,
    .dequantize_row = dequantize_row,
    .add = add,
    .layer_norm = layer_norm,
    .gelu = gelu,
    .softmax = softmax,
    .mean_rows = mean_rows,
    .normalize = normalize,
    .attention_scratch = attention_scratch,
    .attention = attention,
};

#endif
