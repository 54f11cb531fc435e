#include "reference.h"

size_t hearth_kernels_attention_scratch_reference(size_t length, size_t head_size) {
    (void)head_size;
    return length;
}

void hearth_kernels_attention_reference(
    const hearth_kernels_attention_operands *operands, size_t head, float *scores) {
    size_t offset = head * operands->head_size;
    for (size_t i = 0; i < operands->length; i += 1) {
        const float *query = operands->queries + i * operands->stride + offset;
        for (size_t j = 0; j < operands->length; j += 1) {
            const float *key = operands->keys + j * operands->stride + offset;
            float dot = 0;
            for (size_t k = 0; k < operands->head_size; k += 1) dot += query[k] * key[k];
            scores[j] = dot * operands->scale;
        }
        hearth_kernels_softmax_reference(scores, operands->length);
        float *out = operands->out + i * operands->out_stride + offset;
        for (size_t k = 0; k < operands->head_size; k += 1) out[k] = 0;
        for (size_t j = 0; j < operands->length; j += 1) {
            const float *value = operands->values + j * operands->stride + offset;
            for (size_t k = 0; k < operands->head_size; k += 1) out[k] += scores[j] * value[k];
        }
    }
}
