#ifndef HEARTH_KERNELS_REGION_H
#define HEARTH_KERNELS_REGION_H

// Functions between BEGIN and END are compiled for a processor that has the named features, whatever the flags of the
// build are. Includes go before the region and static functions inside it: a vector argument changes its ABI with the
// target, and an intrinsic cannot be inlined into a function that lacks its feature. The compiler's feature macros are
// not defined inside, so nothing may test them; a file knows its instruction set by what it includes.

#define HEARTH_KERNELS_PRAGMA(text) _Pragma(#text)
#define HEARTH_KERNELS_REGION_BEGIN(features) \
    HEARTH_KERNELS_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define HEARTH_KERNELS_REGION_END HEARTH_KERNELS_PRAGMA(clang attribute pop)

#endif
