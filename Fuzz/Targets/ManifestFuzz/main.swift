import FuzzLoop

fuzz { start, count in readManifest(start, count) }
