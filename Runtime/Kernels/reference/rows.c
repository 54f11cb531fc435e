#include "reference.h"

#include <math.h>

void hearth_kernels_add_reference(float *x, const float *y, size_t count) {
    for (size_t i = 0; i < count; i += 1) x[i] += y[i];
}

void hearth_kernels_layer_norm_reference(
    float *x, const float *residual, const float *gain, const float *bias, float epsilon, size_t count) {
    double sum = 0;
    for (size_t i = 0; i < count; i += 1) {
        if (residual) x[i] += residual[i];
        sum += x[i];
    }
    double mean = sum / (double)count;
    double squares = 0;
    for (size_t i = 0; i < count; i += 1) squares += (x[i] - mean) * (x[i] - mean);
    double inverse = 1 / sqrt(squares / (double)count + epsilon);
    for (size_t i = 0; i < count; i += 1) x[i] = (float)((x[i] - mean) * inverse) * gain[i] + bias[i];
}

void hearth_kernels_gelu_reference(float *x, size_t count) {
    // Phi(x) = erfc(-x / sqrt(2)) / 2 keeps its relative accuracy where 1 + erf(x / sqrt(2)) cancels.
    for (size_t i = 0; i < count; i += 1) x[i] = (float)(x[i] * 0.5 * erfc(-x[i] * M_SQRT1_2));
}

void hearth_kernels_softmax_reference(float *x, size_t count) {
    float largest = -INFINITY;
    for (size_t i = 0; i < count; i += 1)
        if (x[i] > largest) largest = x[i];
    double sum = 0;
    for (size_t i = 0; i < count; i += 1) {
        x[i] = expf(x[i] - largest);
        sum += x[i];
    }
    for (size_t i = 0; i < count; i += 1) x[i] = (float)(x[i] / sum);
}

void hearth_kernels_mean_rows_reference(
    const float *x, size_t x_stride, size_t rows, size_t count, float *mean) {
    for (size_t j = 0; j < count; j += 1) {
        double sum = 0;
        for (size_t i = 0; i < rows; i += 1) sum += x[i * x_stride + j];
        mean[j] = (float)(sum / (double)rows);
    }
}

void hearth_kernels_normalize_reference(float *x, size_t count) {
    double squares = 0;
    for (size_t i = 0; i < count; i += 1) squares += (double)x[i] * x[i];
    if (squares == 0) return;
    double inverse = 1 / sqrt(squares);
    for (size_t i = 0; i < count; i += 1) x[i] = (float)(x[i] * inverse);
}
