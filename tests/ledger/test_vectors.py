"""The vectors of FORMAT.md sections 1 to 4, read out of the document: it and the code say the same."""

import json
import os
import subprocess
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from minhbach.ledger import checkpoint, note, tiles, tree, witness
from tests.ledger.format_text import TEXT, block

KEYS = json.loads(block("vector keys"))
LOG = note.parse_vkey(KEYS["log"]["vkey"])
WITNESS = note.parse_vkey(KEYS["witness"]["vkey"])
LEAVES = [tree.leaf_hash(b"entry %d" % number) for number in range(7)]


def signer(role: str) -> note.Signer:
    key = KEYS[role]
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"]))
    return note.Signer(key["name"], private.public_key().public_bytes_raw(), private.sign, key["type"])


def node(level: int, index: int) -> bytes:
    return tree.root_of(LEAVES[index << level : (index + 1) << level])


def test_the_tree_vector():
    vector = json.loads(block("vector tree"))
    roots = [bytes.fromhex(root) for root in vector["roots"]]
    assert LEAVES[0].hex() == vector["leaf_hash_of_entry_0"]
    assert [tree.root_of(LEAVES[:size]) for size in range(8)] == roots
    path = [bytes.fromhex(step) for step in vector["inclusion_of_3_in_7"]]
    assert tree.inclusion_proof(3, 7, node) == path
    tree.verify_inclusion(LEAVES[3], 3, 7, path, roots[7])
    for old in (3, 4):
        steps = [bytes.fromhex(step) for step in vector[f"consistency_{old}_to_7"]]
        assert tree.consistency_proof(old, 7, node) == steps
        tree.verify_consistency(old, roots[old], 7, roots[7], steps)


def test_the_tiles_vector():
    vector = json.loads(block("vector tiles"))
    size = vector["size"]
    entries = [b'{"number":%d}' % number for number in range(size)]
    edge, full = tiles.full_tiles(tiles.Edge(), map(tree.leaf_hash, entries))
    files = dict(full)
    assert len(files) == vector["hash_tiles"]
    for start in range(0, size, 256):
        part = entries[start : start + 256]
        files[tiles.bundle_path(start // 256) if len(part) == 256 else "tail"] = b"".join(map(tiles.frame, part))
    assert {path: sha256(files[path]).hexdigest() for path in vector["sha256"]} == vector["sha256"]
    assert edge.frontier().root().hex() == vector["root"]
    assert tiles.LogReader(files.__getitem__, size).root(size).hex() == vector["root"]


def test_the_key_vectors():
    for role, verifier in (("log", LOG), ("witness", WITNESS)):
        key = KEYS[role]
        assert signer(role).verifier == verifier
        assert (verifier.name, verifier.algorithm, verifier.public.hex()) == (key["name"], key["type"], key["public"])
        assert f"{verifier.key_id:08x}" == key["key_id"]
        assert verifier.vkey == key["vkey"]


def test_the_checkpoint_vector_is_what_the_key_signs():
    whole = block("vector checkpoint").encode()
    signed = checkpoint.read(whole, [LOG])
    assert (signed.checkpoint.size, signed.checkpoint.root) == (7, tree.root_of(LEAVES))
    assert checkpoint.key_name(signed.checkpoint.origin) == LOG.name
    assert checkpoint.sign(signed.checkpoint, signer("log")) == whole


def test_the_cosigned_vector_is_what_the_witness_signs():
    whole = block("vector cosigned").encode()
    signed = checkpoint.read(whole, [LOG, WITNESS])
    time_s = signed.witnessed_s()
    assert time_s == 1_790_000_060
    line = checkpoint.cosign(signed.checkpoint, signer("witness"), time_s)
    assert whole == block("vector checkpoint").encode() + line


def test_the_request_vector_is_answered_with_the_cosigned_vector():
    request = witness.parse_request(block("vector request").encode())
    assert request.body() == block("vector request").encode()
    view = witness.read_witness_file(block("vector witness-file").encode())
    first = view.cosigned[0]
    saved: list[bytes] = []
    asked = witness.Witness(signer("witness"), [LOG], b"", saved.append)
    asked.add_checkpoint(0, [], checkpoint.sign(first.checkpoint, signer("log")), first.time_s)
    line = asked.add_checkpoint(request.old_size, request.proof, request.note, 1_790_000_060)
    assert request.note + line == block("vector cosigned").encode()
    assert b"".join(saved) == block("vector witness-file").encode()


def test_the_witness_file_vector_is_read():
    view = witness.read_witness_file(block("vector witness-file").encode())
    assert view.verifiers == (WITNESS, LOG)
    assert [(record.checkpoint.size, record.time_s) for record in view.cosigned] == [
        (3, 1_790_000_000),
        (7, 1_790_000_060),
    ]
    assert view.cosigned[1].note == block("vector cosigned").encode()


def test_openssl_alone_verifies_a_checkpoint_by_the_recipe_and_refuses_another_size(needs, tmp_path):
    openssl = needs("openssl")
    (tmp_path / "vkey").write_text(KEYS["log"]["vkey"] + "\n", encoding="utf-8")

    def follow(whole: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "checkpoint").write_text(whole, encoding="utf-8")
        search = os.pathsep.join((os.path.dirname(openssl), os.environ["PATH"]))
        return subprocess.run(
            ["sh", "-euc", block("sh recipe")],
            cwd=tmp_path,
            env={"PATH": search},
            capture_output=True,
            text=True,
            check=False,
        )

    for name in ("vector checkpoint", "vector cosigned"):
        good = follow(block(name))
        assert good.returncode == 0, good.stderr
        assert "Signature Verified Successfully" in good.stdout
        assert follow(block(name).replace("\n7\n", "\n8\n")).returncode != 0


def test_the_document_names_the_limits_and_refusals_of_the_code():
    assert f"{tiles.LONGEST_ENTRY_BYTES:,} bytes" in TEXT
    assert f"{note.LONGEST_NOTE_BYTES:,} bytes and {note.MOST_SIGNATURES}" in TEXT
    assert f"at most {witness.LONGEST_PROOF} hashes" in TEXT
    rows = [line.split(" | ")[:2] for line in TEXT.splitlines() if line.startswith("| ") and line.count(" | ") == 2]
    told = sorted(int(cells[1]) for cells in rows if cells[1].isdigit() and len(cells[1]) == 3)
    assert told == sorted(refusal.status for refusal in witness.Refusal.__subclasses__())
