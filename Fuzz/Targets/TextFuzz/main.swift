import FuzzLoop

fuzz { start, count in tokenize(start, count) }
