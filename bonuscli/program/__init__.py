"""The program file: YAML text to nodes to checked values to the compiled program.  Import its modules, not this."""
