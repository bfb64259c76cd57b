"""Practice: a small fictional world, deployed in memory, for the practice room and rehearsals."""
