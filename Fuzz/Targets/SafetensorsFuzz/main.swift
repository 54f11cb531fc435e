import CFuzzer
import Glibc

var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
exit(LLVMFuzzerRunDriver(&count, &arguments) { start, count in readSafetensors(start, count) })
