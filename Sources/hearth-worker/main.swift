import Glibc
import Worker

exit(WorkerProgram.run())
