#ifndef HEARTH_FUZZER_H
#define HEARTH_FUZZER_H

// libFuzzer's entry for programs that have a main function of their own; libFuzzer installs no header with it.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
    int *_Nonnull argc, char *_Nullable *_Nonnull *_Nonnull argv,
    int (*_Nonnull callback)(const uint8_t *_Nullable bytes, size_t count));

#endif
