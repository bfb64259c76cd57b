import random
from pathlib import Path

from bot import references
from storage.database import open_store, upgrade
from storage.models import Prompt, Watch


def test_no_code_is_given_twice_in_one_unit_of_work(tmp_path: Path) -> None:
    store = open_store(
        f"sqlite:///{tmp_path}/a.db",
        keyring_url=f"sqlite:///{tmp_path}/k.db",
        master=b"k" * 32,
        chance=random.Random(7),
    )
    upgrade(store.engine)
    with store.begin() as session:
        drawn = [references.mint(session, Prompt) for _ in range(300)]
        drawn += references.mint_many(session, Prompt, 300)
        assert len(set(drawn)) == 600
        assert references.mint(session, Watch) not in references.mint_many(session, Watch, 200)
    store.close()
