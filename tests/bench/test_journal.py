"""The bench of the centre's own log finds what it forges, and accuses nobody else."""

from minhbach.bench import journal


def test_every_forged_row_is_named_and_no_other() -> None:
    said = dict(line.split(": ") for line in journal.run(rows=40))
    assert said["journal.forged_missed"] == "0"
    assert said["journal.false_findings"] == "0"
    assert said["journal.forged_rows"] == "40"
    assert float(said["journal.log_bytes_per_line"]) > 64
