import CFuzzer
import Glibc

var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
exit(LLVMFuzzerRunDriver(&count, &arguments) { start, count in readGGUF(start, count) })
