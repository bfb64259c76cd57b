"""A real homeserver and real clients for the tests of Matrix."""
