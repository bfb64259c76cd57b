"""What several threads do at once comes out as if one had done it."""

from concurrent.futures import ThreadPoolExecutor

from nlp.pipeline import Text
from tests.house import pipeline

TEXTS = [Text(f"Grey van XX{n % 100:02} TST met Jon Sampleton number {n}", "GB") for n in range(40)]


def test_threads_that_read_texts_at_once_read_the_same_as_one() -> None:
    alone = pipeline().extract(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda _: pipeline().extract(TEXTS), range(24)))
    assert all(found == alone for found in together)
