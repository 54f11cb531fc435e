#ifndef HEARTH_COPENSSL_SHIM_H
#define HEARTH_COPENSSL_SHIM_H

// libcrypto only: digests and signatures. TLS belongs to swift-nio-ssl.
#include <openssl/evp.h>

#endif
