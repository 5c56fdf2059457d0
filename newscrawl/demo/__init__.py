"""The embedded site: a small magazine and its publishers, for the demo and the tests."""
