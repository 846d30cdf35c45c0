"""The importer `entailmentbank`: what a record becomes, and what a record that is none says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from forestlib.errors import FileError
from forestlib.importers.entailmentbank import entailmentbank
from forestlib.model.rows import TreeRows

DATA = Path(__file__).parents[2].parent / "shared/data/entailmentbank"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not on this machine: {DATA}")

CONTEXT = "sent1: a whale breathes air sent2: what breathes air has lungs sent3: lungs need a warm body"
PROOF = "sent1 & sent2 -> int1: a whale has lungs; int1 & sent3 -> hypothesis; "


def record(**changes: Any) -> dict[str, Any]:
    """Return a sound record, with changes; a change to None leaves the field out."""
    usual = {
        "id": "whale_7",
        "question": "Is a whale warm?",
        "answer": "Yes.",
        "hypothesis": "a whale is warm",
        "context": CONTEXT,
        "proof": PROOF,
    }
    return {key: value for key, value in {**usual, **changes}.items() if value is not None}


def tsv_line(**changes: Any) -> str:
    """Return a record as a line of TSV."""
    fields = record(**changes)
    slots = " ; ".join(f"${key}$ = {fields[key]}" for key in ("question", "answer", "hypothesis", "context"))
    return f"$proof$ ; {slots}\t$proof$ = {fields['proof']}"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., list[TreeRows]]:
    """Return a function that reads records written as dev.jsonl."""

    def reading(*records: Any) -> list[TreeRows]:
        path = tmp_path / "dev.jsonl"
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        return list(entailmentbank(path))

    return reading


def test_premises_hang_under_what_they_conclude(read: Callable[..., list[TreeRows]]) -> None:
    """The hypothesis is the root, and the children of a conclusion are its premises in the order written."""
    [rows] = read(record())
    assert list(zip(rows.levels, rows.texts, strict=True)) == [
        (0, "a whale is warm"),
        (1, "a whale has lungs"),
        (2, "a whale breathes air"),
        (2, "what breathes air has lungs"),
        (1, "lungs need a warm body"),
    ]


def test_facts_are_anchors_by_their_text(read: Callable[..., list[TreeRows]]) -> None:
    """Each leaf fact is marked with its own text, and nothing else is marked."""
    [rows] = read(record())
    assert rows.marks == [
        (2, "a whale breathes air"),
        (3, "what breathes air has lungs"),
        (4, "lungs need a warm body"),
    ]


def test_kinds(read: Callable[..., list[TreeRows]]) -> None:
    """The field `kind` says of every node whether it is the hypothesis, a conclusion or a fact."""
    [rows] = read(record())
    assert rows.fields == {"kind": dict(enumerate(["hypothesis", "conclusion", "fact", "fact", "fact"]))}


def test_what_stays_with_the_tree(read: Callable[..., list[TreeRows]]) -> None:
    """Name, language, id, split, question and answer stay with the tree."""
    [rows] = read(record())
    assert (rows.name, rows.lang) == ("whale_7", "en")
    assert rows.extra == {"id": "whale_7", "split": "dev", "question": "Is a whale warm?", "answer": "Yes."}


def test_a_tsv_and_a_jsonl_of_one_record_give_the_same_nodes(
    tmp_path: Path, read: Callable[..., list[TreeRows]]
) -> None:
    """Both forms of a record give the same tree; without ids beside the TSV its name is its split and line."""
    path = tmp_path / "train.tsv"
    path.write_text(f"\n{tsv_line()}\n", encoding="utf-8")
    [ours], [other] = entailmentbank(path), read(record())
    assert (ours.levels, ours.texts, ours.marks, ours.fields) == (other.levels, other.texts, other.marks, other.fields)
    assert (ours.name, ours.extra) == (
        "train 2",
        {"split": "train", "question": "Is a whale warm?", "answer": "Yes."},
    )


def test_ids_of_a_tsv_stand_beside_it(tmp_path: Path) -> None:
    """Line i of meta-train.tsv is the id of line i of train.tsv."""
    (tmp_path / "train.tsv").write_text(f"{tsv_line()}\n{tsv_line(hypothesis='a whale is hot')}\n", encoding="utf-8")
    (tmp_path / "meta-train.tsv").write_text("whale_1\tQAHC->P\nwhale_2\tQAHC->P\n", encoding="utf-8")
    assert [(rows.name, rows.texts[0]) for rows in entailmentbank(tmp_path / "train.tsv")] == [
        ("whale_1", "a whale is warm"),
        ("whale_2", "a whale is hot"),
    ]


@pytest.mark.parametrize(("ids", "path", "line"), [("a\n", "train.tsv", 2), ("a\nb\nc\n", "meta-train.tsv", 3)])
def test_ids_that_do_not_pair_up(tmp_path: Path, ids: str, path: str, line: int) -> None:
    """A line without an id, or an id without a line, is an error: names would stand at the wrong proofs."""
    (tmp_path / "train.tsv").write_text(f"{tsv_line()}\n{tsv_line()}\n", encoding="utf-8")
    (tmp_path / "meta-train.tsv").write_text(ids, encoding="utf-8")
    with pytest.raises(FileError, match="no other half") as caught:
        list(entailmentbank(tmp_path))
    assert (Path(caught.value.path).name, caught.value.line) == (path, line)


def test_a_premise_used_twice_is_two_nodes(read: Callable[..., list[TreeRows]]) -> None:
    """A premise used twice is two nodes, and its sub-proof stands under each."""
    [rows] = read(
        record(proof="sent1 & sent2 -> int1: lungs; int1 & sent3 & sent3 -> int2: both; int1 & int2 -> hypothesis; ")
    )
    assert rows.levels == [0, 1, 2, 2, 1, 2, 3, 3, 2, 2]
    assert [rows.texts.count(text) for text in ("lungs", "a whale breathes air", "lungs need a warm body")] == [2, 2, 2]


def test_a_step_that_never_reaches_the_hypothesis_hangs_under_the_root(read: Callable[..., list[TreeRows]]) -> None:
    """A conclusion that no step uses comes last under the root, with its sub-proof."""
    [rows] = read(record(proof="sent1 -> int1: loose; int1 -> int2: looser; sent2 & sent3 -> hypothesis; "))
    assert list(zip(rows.levels, rows.texts, strict=True))[3:] == [
        (1, "looser"),
        (2, "loose"),
        (3, "a whale breathes air"),
    ]


def test_distractors_stay_out(read: Callable[..., list[TreeRows]]) -> None:
    """A fact of the context that no step uses is not in the tree."""
    [rows] = read(record(proof="sent1 -> hypothesis; "))
    assert rows.texts == ["a whale is warm", "a whale breathes air"]


def test_a_semicolon_inside_a_conclusion(read: Callable[..., list[TreeRows]]) -> None:
    """A semicolon that no step follows belongs to the conclusion's text."""
    [rows] = read(record(proof="sent1 -> int1: it breathes; it dives; int1 -> hypothesis; "))
    assert rows.texts[1] == "it breathes; it dives"


def test_a_folder_is_read_split_by_split(tmp_path: Path) -> None:
    """A folder gives its task 1 in the order of split names, the JSONL where a split has both forms, and no task 2."""
    for task in ("task_1", "task_2"):
        (tmp_path / task).mkdir()
        (tmp_path / task / "train.tsv").write_text(tsv_line(), encoding="utf-8")
        (tmp_path / task / "dev.tsv").write_text(tsv_line(), encoding="utf-8")
        (tmp_path / task / "dev.jsonl").write_text(json.dumps(record(id=task)), encoding="utf-8")
    assert [rows.name for rows in entailmentbank(tmp_path)] == ["task_1", "train 1"]
    assert [rows.name for rows in entailmentbank(tmp_path / "task_1")] == ["task_1", "train 1"]
    assert [rows.name for rows in entailmentbank(tmp_path, split="train")] == ["train 1"]


def test_split_names_a_file(tmp_path: Path) -> None:
    """`split` names the split of a file whose own name does not."""
    path = tmp_path / "proofs.tsv"
    path.write_text(tsv_line(), encoding="utf-8")
    [rows] = entailmentbank(path, split="test")
    assert (rows.name, rows.extra["split"]) == ("test 1", "test")


@pytest.mark.parametrize(
    ("changes", "where", "problem"),
    [
        (
            {"proof": "sent1 & sent9 -> hypothesis; "},
            "proof, step 1",
            "the context has no sent9. Known: sent1, sent2, sent3",
        ),
        ({"proof": "sent1 & int4 -> hypothesis; "}, "proof, step 1", "no step concludes int4"),
        ({"proof": "sent1 & sent2 -> int1: so; "}, "proof", "no step concludes the hypothesis"),
        ({"proof": ""}, "proof", "no step concludes the hypothesis"),
        ({"proof": "sent1 + sent2 -> hypothesis; "}, "proof, step 1", "a step reads"),
        ({"proof": "sent1 -> int1; int1 -> hypothesis"}, "proof, step 1", "a step reads"),
        (
            {"proof": "sent1 -> int1: a; sent2 -> int1: b; int1 -> hypothesis"},
            "proof, step 2",
            "int1 is concluded twice",
        ),
        ({"proof": "sent1 -> int1:  ; int1 -> hypothesis"}, "proof, step 1", "blank"),
        ({"proof": "int2 -> int1: a; int1 -> int2: b; sent1 -> hypothesis"}, "proof", "in a circle: int"),
        ({"proof": 7}, "proof", "must be a string, got 7"),
        ({"proof": None}, "proof", "is missing"),
        ({"context": None}, "context", "is missing"),
        ({"context": "a whale"}, "context", "a context reads"),
        ({"context": "sent1: a sent1: b"}, "context", "sent1 stands twice"),
        ({"context": "sent1: … sent2: b sent3: c"}, "context, sent1", "no letter"),
        ({"context": "sent1:  sent2: b sent3: c"}, "context, sent1", "blank"),
        ({"hypothesis": " "}, "hypothesis", "blank"),
        ({"id": "two\nlines"}, "id", "one line"),
        ({"id": 7}, "id", "must be a string"),
        ({"answer": ["Yes."]}, "answer", "must be a string"),
    ],
)
def test_a_malformed_record_names_its_place(
    read: Callable[..., list[TreeRows]], changes: dict[str, Any], where: str, problem: str
) -> None:
    """A malformed record is an error with path, line, the place in the record and what is wrong with it."""
    with pytest.raises(FileError) as caught:
        read(record(), record(**changes))
    assert Path(caught.value.path).name == "dev.jsonl"
    assert (caught.value.line, caught.value.where) == (2, where)
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("name", "data", "line", "problem"),
    [
        ("dev.jsonl", b"{}\n", 1, "missing"),
        ("dev.jsonl", b"\n{", 2, "this line is not JSON"),
        ("dev.jsonl", b"[1]", 1, "a record is a JSON object"),
        ("dev.jsonl", b'{"id": "\\ud800"}', 1, "this line is not JSON"),
        ("dev.jsonl", b'{"id": "\xe9"}', 1, "byte 0xe9 is not UTF-8"),
        ("dev.jsonl", "{}".encode("utf-16"), 1, "UTF-16"),
        ("train.tsv", b"$proof$ ; $hypothesis$ = a", 1, "no tab"),
        ("train.tsv", b"$hypothesis$ = a ; $context$ = sent1: b\tsent1 -> hypothesis; ", 1, "after the tab"),
        ("train.tsv", b"$hypothesis$ = a\t$proof$ = sent1 -> hypothesis; ", 1, "is missing"),
        ("train.txt", b"", None, "ends in .tsv or .jsonl"),
        ("meta-train.tsv", b"", None, "Read 'train.tsv' beside it"),
    ],
)
def test_a_file_that_is_none_names_its_line(
    tmp_path: Path, name: str, data: bytes, line: int | None, problem: str
) -> None:
    """What is not UTF-8, not JSON or not of EntailmentBank is an error with its line."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileError) as caught:
        list(entailmentbank(tmp_path / name))
    assert caught.value.line == line
    assert problem in caught.value.problem


def test_a_mark_and_windows_line_ends_are_no_text(tmp_path: Path) -> None:
    """A mark before UTF-8 and carriage returns are not taken for text."""
    path = tmp_path / "train.tsv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{tsv_line()}\r\n".encode())
    [rows] = entailmentbank(path)
    assert rows.texts[0] == "a whale is warm"


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    """A missing file, a folder without data and a split that is not there are errors that say what would be right."""
    with pytest.raises(FileError, match="cannot be read"):
        list(entailmentbank(tmp_path / "dev.jsonl"))
    with pytest.raises(FileError, match=r"Expected task_1/train\.tsv"):
        list(entailmentbank(tmp_path))
    (tmp_path / "train.tsv").touch()
    with pytest.raises(FileError, match=r"no split 'dev' here\. Found: 'train'"):
        list(entailmentbank(tmp_path, split="dev"))


def test_trees_come_before_a_later_error(tmp_path: Path) -> None:
    """Reading streams: a tree comes before a later line is looked at."""
    path = tmp_path / "dev.jsonl"
    path.write_text(json.dumps(record()) + "\n{", encoding="utf-8")
    trees = entailmentbank(path)
    assert next(trees).name == "whale_7"
    with pytest.raises(FileError):
        next(trees)


def test_a_proof_that_doubles_at_every_step_is_refused(read: Callable[..., list[TreeRows]]) -> None:
    """A proof that would unfold without bound is an error, and no tree is begun."""
    doubling = "; ".join(f"int{n} & int{n} -> int{n + 1}: step {n}" for n in range(1, 200))
    with pytest.raises(FileError, match="unfolds to more than 1,000,000 nodes"):
        read(record(proof=f"sent1 -> int1: start; {doubling}; int200 -> hypothesis; "))


def chain(levels: int) -> dict[str, Any]:
    """Return a record whose proof is a chain."""
    steps = (f"int{n} -> int{n + 1}: step {n + 1}" for n in range(1, levels - 2))
    return record(proof=f"sent1 -> int1: step 1; {'; '.join(steps)}; int{levels - 2} -> hypothesis; ")


@pytest.mark.parametrize("levels", [3, 1_000, 100_000])
def test_a_proof_of_any_depth(read: Callable[..., list[TreeRows]], levels: int) -> None:
    """A chain of any depth comes in."""
    [rows] = read(chain(levels))
    assert rows.levels == list(range(levels))


def test_twice_the_steps_take_at_most_three_times_as_long(read: Callable[..., list[TreeRows]]) -> None:
    """Reading a deep proof grows with its length and no faster."""

    def taken(levels: int) -> float:
        begun = time.process_time()
        read(chain(levels))
        return time.process_time() - begun

    assert min(taken(40_000) for _ in range(3)) <= 3 * min(taken(20_000) for _ in range(3))


@needs_data
def test_the_real_proofs() -> None:
    """The train and dev splits of task 1 give 1,500 trees, 11,577 nodes and 4,531 distinct leaf facts."""
    trees = list(entailmentbank(DATA))
    assert len(trees) == 1_500
    assert sum(len(rows.texts) for rows in trees) == 11_577
    assert len({phrase for rows in trees for _, phrase in rows.marks}) == 4_531
    assert max(max(rows.levels) for rows in trees) == 12
    assert (trees[0].name, trees[187].name) == ("Mercury_SC_401371", "MDSA_2009_4_30")


@needs_data
def test_real_proofs_with_distractors() -> None:
    """Task 2 has the proofs of task 1 among distractors: the same trees, told apart by nothing but their order."""
    ours = {rows.name: sorted(rows.texts) for rows in entailmentbank(DATA / "task_1" / "dev.jsonl")}
    assert {rows.name: sorted(rows.texts) for rows in entailmentbank(DATA / "task_2" / "dev.jsonl")} == ours
