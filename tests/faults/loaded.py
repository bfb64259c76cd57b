"""What every life reads before it can begin: whatever is forked from here has read it."""

from tests.house import pipeline, policy

pipeline()
policy()
