import FuzzLoop

fuzz { start, count in readGGUF(start, count) }
