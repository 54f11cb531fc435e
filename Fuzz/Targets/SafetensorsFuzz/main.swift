import FuzzLoop

fuzz { start, count in readSafetensors(start, count) }
