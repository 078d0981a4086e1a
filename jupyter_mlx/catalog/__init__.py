"""The data catalog: what data there is, where, in which shape, whose, and who may see it."""
