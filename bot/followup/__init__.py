"""Following up: who is asked, by when, and who is told when nothing comes."""
