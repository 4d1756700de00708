"""The bench of copies makes all three and says what each costs."""

from minhbach.bench import cache_folder, copies


def test_a_working_and_a_masked_copy_are_measured_beside_a_plain_transcoding() -> None:
    said = {name: float(value) for name, value in (line.split(": ") for line in copies.run(2, cache_folder()))}
    kinds = ("plain", "working", "masked")
    assert said.keys() == {
        *(f"copies.{kind}_x_realtime" for kind in kinds), *(f"copies.{kind}_cpu_s_per_s" for kind in kinds),
        "copies.working_vs_plain", "copies.masked_vs_plain",
    }  # fmt: skip
    assert all(value > 0 for value in said.values())
