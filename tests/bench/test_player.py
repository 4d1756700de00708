"""The bench of a package's page opens it in a browser of its own and says when there was a picture."""

from minhbach.bench import cache_folder, player


def test_the_first_picture_and_each_seek_of_the_packages_page_are_measured() -> None:
    said = {name: float(value) for name, value in (line.split(": ") for line in player.run(20, cache_folder(), 1))}
    assert said.keys() == {f"player.{what}_{which}_s" for what in ("first_picture", "seek") for which in ("p50", "max")}
    assert all(value > 0 for value in said.values())
