"""The layer between CPython and Plinth's host. Programs use the module plinth."""
