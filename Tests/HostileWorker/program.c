// The smallest program there is, made here so that an attempt to run it depends on no file in view.

#include "hostile.h"

#include <elf.h>
#include <string.h>

#if defined(__x86_64__)
enum { machine = EM_X86_64 };
// mov edi, 42; mov eax, 60 (exit); syscall
static const unsigned char exit_code[] = {0xBF, 42, 0, 0, 0, 0xB8, 60, 0, 0, 0, 0x0F, 0x05};
// mov eax, 42; ret
const unsigned char proof_code[] = {0xB8, 42, 0, 0, 0, 0xC3};
#elif defined(__aarch64__)
enum { machine = EM_AARCH64 };
// mov x0, 42; mov x8, 93 (exit); svc 0
static const unsigned char exit_code[] = {0x40, 0x05, 0x80, 0xD2, 0xA8, 0x0B, 0x80, 0xD2, 0x01, 0x00, 0x00, 0xD4};
// mov x0, 42; ret
const unsigned char proof_code[] = {0x40, 0x05, 0x80, 0xD2, 0xC0, 0x03, 0x5F, 0xD6};
#else
#error "There is no machine code for this machine here."
#endif

const size_t proof_code_size = sizeof proof_code;

size_t build_tiny_program(unsigned char *out, size_t capacity) {
    const Elf64_Addr base = 0x400000;
    const size_t head_size = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
    const size_t size = head_size + sizeof exit_code;
    if (size > capacity) return 0;
    const Elf64_Ehdr head = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_EXEC, .e_machine = machine, .e_version = EV_CURRENT, .e_entry = base + head_size,
        .e_phoff = sizeof head, .e_ehsize = sizeof head, .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 1};
    const Elf64_Phdr segment = {
        .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = base, .p_paddr = base, .p_filesz = size,
        .p_memsz = size, .p_align = 0x1000};
    memcpy(out, &head, sizeof head);
    memcpy(out + sizeof head, &segment, sizeof segment);
    memcpy(out + head_size, exit_code, sizeof exit_code);
    return size;
}
