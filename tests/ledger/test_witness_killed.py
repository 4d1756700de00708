"""kill -9 between every two steps of a witness: what it answered it knows again, and no fork gets through."""

import os
import signal
import subprocess
import sys

import pytest

from minhbach.ledger import checkpoint, witness
from tests.ledger import witness_process
from tests.ledger.people import LOG, ORIGIN, WITNESS
from tests.ledger.witness_process import SIZES, STEPS, head, proof


@pytest.mark.parametrize("round_", range(len(SIZES)))
@pytest.mark.parametrize("step", STEPS)
def test_a_witness_killed_at_any_step_never_cosigns_a_second_history(step, round_, checkout, tmp_path):
    path = tmp_path / "witness"
    command = [sys.executable, witness_process.__file__, str(path), step, str(round_)]
    search = os.pathsep.join((str(checkout / "src"), str(checkout)))
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": search}, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    answers = done.stdout.splitlines(keepends=True)
    assert len(answers) == round_ + (step == "answered")

    data = path.read_bytes() if path.exists() else b""
    view = witness.read_witness_file(data)
    assert [record.note.endswith(line) for record, line in zip(view.cosigned, answers, strict=False)] == [True] * len(
        answers
    )
    assert len(view.cosigned) == round_ + (step in ("written", "synced", "answered"))
    assert (view.good_bytes < len(data)) == (step == "half")

    if step == "half":
        with pytest.raises(witness.TornWitnessFile) as torn:
            witness.Witness(WITNESS, [LOG.verifier], data, lambda record: None)
        assert torn.value.good_bytes == view.good_bytes
    again = witness.Witness(WITNESS, [LOG.verifier], data[: view.good_bytes], lambda record: None)
    known = again.latest(ORIGIN)
    size = known.size if known else 0
    assert size >= ([0, *SIZES][len(answers)])
    if known:
        with pytest.raises(witness.Forked):
            again.add_checkpoint(size, [], checkpoint.sign(head("B", size), LOG), 1_800_000_100)
        with pytest.raises(witness.BadProof):
            again.add_checkpoint(size, proof("B", size, 20), checkpoint.sign(head("B", 20), LOG), 1_800_000_100)
    assert again.add_checkpoint(size, proof("A", size, 20), checkpoint.sign(head("A", 20), LOG), 1_800_000_100)
