"""The web: pages of inbox, cases, audit and studio, and the command line. Everything shown comes from the engine."""
