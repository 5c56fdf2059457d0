"""A small fake WordPress with its publishers, on real sockets, with faults to switch on."""
