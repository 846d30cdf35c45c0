"""EntailmentBank: proofs of science facts, a tree a record, with the facts that they rest on as anchors.

The decision: trees go by record, not by id (six ids are used twice), and facts are tied by their text, because the
ids of facts in the data do not match the sentence beside them. A proof is a graph in which a conclusion may serve
twice; a tree has no such thing, so its sub-proof is written under each use. One line of task_1/dev.jsonl, shortened::

    {"id": "AKDE&ED_2012_8_5", "question": "Which statement …", "answer": "As the distance from Earth …",
     "hypothesis": "as the distance of the star to earth decreases, the star will appear brighter",
     "context": "sent1: as the source of light becomes closer , … sent2: a star produces light and heat sent3: …",
     "proof": "sent2 & sent4 -> int1: a star is a source of light; int1 & sent1 & sent3 -> hypothesis; "}

A line of task_1/train.tsv holds the same as ``$proof$ ; $question$ = … ; $answer$ = … ; $hypothesis$ = … ;
$context$ = …``, a tab, and ``$proof$ = …``; its id is the same line of meta-train.tsv.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import zip_longest
from pathlib import Path
from typing import Any

import attrs
import orjson

from forestlib.errors import AnchorError, FileError, TextError, shown
from forestlib.model.collector import paused_collector
from forestlib.model.encoding import guess, without_mark
from forestlib.model.key import checked_phrase
from forestlib.model.rows import TreeRows
from forestlib.model.text import checked_name, checked_text

__all__ = ["entailmentbank"]

UNFOLDED_LIMIT = 1_000_000
_FORMATS = (".jsonl", ".tsv")
_HYPOTHESIS = "hypothesis"
_SLOT = re.compile(r"\$(\w+)\$ = (.*?)(?= ; \$\w+\$ = |$)")
_FACT = re.compile(r"(?:^| )(sent[0-9]+): ")
_STEP = re.compile(r"((?:sent|int)[0-9]+(?: & (?:sent|int)[0-9]+)*) -> (?:(hypothesis)|(int[0-9]+):\s*(.*))", re.DOTALL)


def entailmentbank(source: str | os.PathLike[str], *, split: str | None = None) -> Iterator[TreeRows]:
    """Yield the proofs of a file, or of task 1 in a folder, each as one tree of rows.

    `source` is a ``.tsv`` or ``.jsonl`` file, the folder that holds ``task_1``, or a folder of such files (where a
    split is there in both forms, the JSONL is read). `split` picks one split of a folder, and names that of a file
    whose own name does not. Nodes have the field `kind`: "hypothesis", "conclusion" or "fact"; each fact is marked with
    its own text. Question, answer, split and id stay with the tree. Source: allenai/entailment_bank, Apache-2.0.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> line = (
    ...     "$proof$ ; $question$ = Is ice cold? ; $answer$ = Yes. ; $hypothesis$ = ice is cold ; "
    ...     "$context$ = sent1: ice is frozen water sent2: what is frozen is cold\\t"
    ...     "$proof$ = sent1 & sent2 -> hypothesis; "
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     written = Path(folder, "train.tsv").write_text(line)
    ...     [rows] = entailmentbank(folder)
    >>> rows.name, rows.levels, rows.texts
    ('train 1', [0, 1, 1], ['ice is cold', 'ice is frozen water', 'what is frozen is cold'])
    >>> rows.marks
    [(1, 'ice is frozen water'), (2, 'what is frozen is cold')]
    """
    for path in _files(Path(source), split):
        records = _tsv_records(path) if path.suffix.lower() == ".tsv" else _json_records(path)
        for record in records:
            with paused_collector():
                rows = _tree(record, split or path.stem)
            yield rows


@attrs.frozen(repr=False, eq=False)
class _Place:
    path: Path
    line: int

    def error(self, problem: str, where: str = "") -> FileError:
        return FileError.at(self.path, problem, line=self.line, where=where)

    def text(self, value: str, where: str) -> str:
        try:
            return checked_text(value, "The text")
        except TextError as error:
            raise self.error(str(error), where) from None


@attrs.frozen(repr=False, eq=False)
class _Record:
    place: _Place
    identity: str | None
    fields: Mapping[str, Any]

    def string(self, key: str) -> str:
        value = self.fields.get(key)
        if isinstance(value, str):
            return value
        problem = f"must be a string, got {shown(value)}" if key in self.fields else "is missing"
        raise self.place.error(f"the field {problem}. A record has hypothesis, context and proof.", key)


@attrs.frozen(repr=False, eq=False)
class _Step:
    premises: list[str]
    text: str


def _files(source: Path, split: str | None) -> list[Path]:
    if not source.is_dir():
        return [_checked_file(source)]
    folder = source / "task_1" if (source / "task_1").is_dir() else source
    by_split = {path.stem: path for path in sorted(folder.iterdir(), reverse=True) if _is_data(path)}
    if not by_split:
        raise FileError.at(
            folder, "no file of EntailmentBank here. Expected task_1/train.tsv, task_1/dev.jsonl or such."
        )
    if split is None:
        return [by_split[name] for name in sorted(by_split)]
    if split not in by_split:
        raise FileError.at(folder, f"no split {shown(split)} here. Found: {', '.join(map(repr, sorted(by_split)))}.")
    return [by_split[split]]


def _is_data(path: Path) -> bool:
    return path.suffix.lower() in _FORMATS and not path.name.startswith("meta-")


def _checked_file(path: Path) -> Path:
    if path.suffix.lower() not in _FORMATS:
        raise FileError.at(path, f"a file of EntailmentBank ends in .tsv or .jsonl, got {shown(path.suffix)}.")
    if not _is_data(path):
        raise FileError.at(
            path, f"this file holds ids, not proofs. Read {path.name.removeprefix('meta-')!r} beside it."
        )
    return path


def _lines(path: Path) -> Iterator[tuple[_Place, str]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileError.at(path, f"the file cannot be read: {error.strerror}.") from None
    with file:
        for number, raw in enumerate(file, 1):
            place = _Place(path, number)
            yield place, _decoded(place, without_mark(raw) if number == 1 else raw)


def _decoded(place: _Place, raw: bytes) -> str:
    try:
        return raw.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise place.error(
            f"byte {raw[error.start]:#04x} is not UTF-8, {guess(raw, error.start)}. Save the file as UTF-8."
        ) from None


def _json_records(path: Path) -> Iterator[_Record]:
    for place, line in _lines(path):
        if line.strip():
            fields = _json_fields(place, line)
            identity = _Record(place, None, fields).string("id") if "id" in fields else None
            yield _Record(place, identity, fields)


def _json_fields(place: _Place, line: str) -> dict[str, Any]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise place.error(f"this line is not JSON: {error.msg} at column {error.colno}.") from None
    if not isinstance(value, dict):
        raise place.error(f"a record is a JSON object, got {shown(value)}.")
    return value


def _tsv_records(path: Path) -> Iterator[_Record]:
    for place, line, identity in _identified(path):
        prompt, tab, target = line.partition("\t")
        if not tab:
            raise place.error(f"a line is '$proof$ ; … $context$ = …', a tab, '$proof$ = …'; no tab in {shown(line)}.")
        fields = dict(_SLOT.findall(prompt))
        proof = _SLOT.fullmatch(target)
        if proof is None or proof[1] != "proof":
            raise place.error(f"after the tab stands '$proof$ = …', got {shown(target)}.", "proof")
        yield _Record(place, identity, {**fields, "proof": proof[2]})


def _identified(path: Path) -> Iterator[tuple[_Place, str, str | None]]:
    meta = path.with_name(f"meta-{path.name}")
    if not meta.is_file():
        yield from ((place, line, None) for place, line in _lines(path) if line.strip())
        return
    for (place, line), (meta_place, row) in zip_longest(_lines(path), _lines(meta), fillvalue=(_Place(meta, 0), "")):
        identity = row.partition("\t")[0].strip()
        if bool(identity) != bool(line.strip()):
            at = meta_place if identity else place
            raise at.error(
                f"line i of {meta.name} is the id of line i of {path.name}, and this line has no other half."
            )
        if identity:
            yield place, line, identity


def _tree(record: _Record, split: str) -> TreeRows:
    place = record.place
    facts = _facts(place, record.string("context"))
    steps = _steps(place, record.string("proof"), record.string("hypothesis"))
    _check_premises(place, steps, facts)
    _hang_loose_steps(steps)
    _check_order(place, steps)
    kept = {key: record.string(key) for key in ("question", "answer") if key in record.fields}
    known = {} if record.identity is None else {"id": record.identity}
    rows = _unfolded(_name(record, split), steps, facts)
    rows.extra = {**known, "split": split, **kept}
    return rows


def _name(record: _Record, split: str) -> str:
    if record.identity is None:
        return f"{split} {record.place.line}"
    try:
        return checked_name(record.identity, "An id")
    except TextError as error:
        raise record.place.error(str(error), "id") from None


def _facts(place: _Place, context: str) -> dict[str, str]:
    before, *found = _FACT.split(context)
    if before.strip() or not found:
        raise place.error(f"a context reads 'sent1: … sent2: …', got {shown(context)}.", "context")
    facts: dict[str, str] = {}
    for name, text in zip(found[::2], found[1::2], strict=True):
        if name in facts:
            raise place.error(f"{name} stands twice. Number each fact once.", "context")
        facts[name] = text.strip()
    return facts


def _steps(place: _Place, proof: str, hypothesis: str) -> dict[str, _Step]:
    steps: dict[str, _Step] = {}
    for number, written in enumerate(_written_steps(proof), 1):
        where = f"proof, step {number}"
        match = _STEP.fullmatch(written)
        if match is None:
            raise place.error(f"a step reads 'sent1 & int2 -> int3: its text', got {shown(written)}.", where)
        premises, goal, conclusion, text = match.groups()
        name = goal or conclusion
        if name in steps:
            raise place.error(f"{name} is concluded twice. Number each conclusion once.", where)
        steps[name] = _Step(premises.split(" & "), place.text((hypothesis if goal else text).strip(), goal or where))
    if _HYPOTHESIS not in steps:
        raise place.error(
            f"no step concludes the hypothesis. One ends in '-> hypothesis', got {shown(proof)}.", "proof"
        )
    return steps


def _written_steps(proof: str) -> list[str]:
    # A semicolon may also stand inside a conclusion's text: what holds no arrow goes on with the step before it.
    steps: list[str] = []
    for piece in proof.split(";"):
        if "->" in piece or not steps:
            steps.append(piece)
        else:
            steps[-1] += f";{piece}"
    return [step.strip().removesuffix(";").rstrip() for step in steps if step.strip()]


def _check_premises(place: _Place, steps: Mapping[str, _Step], facts: Mapping[str, str]) -> None:
    for number, step in enumerate(steps.values(), 1):
        for premise in step.premises:
            if premise.startswith("int") and premise not in steps:
                raise place.error(f"no step concludes {premise}. Known: {_listed(steps)}.", f"proof, step {number}")
            if premise.startswith("sent"):
                _check_fact(place, premise, facts, f"proof, step {number}")


def _check_fact(place: _Place, name: str, facts: Mapping[str, str], where: str) -> None:
    if name not in facts:
        raise place.error(f"the context has no {name}. Known: {_listed(facts)}.", where)
    place.text(facts[name], f"context, {name}")
    try:
        checked_phrase(facts[name])
    except AnchorError as error:
        raise place.error(str(error), f"context, {name}") from None


def _listed(names: Mapping[str, object]) -> str:
    first = list(names)[:12]
    return ", ".join(first) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _check_order(place: _Place, steps: Mapping[str, _Step]) -> None:
    try:
        order = list(TopologicalSorter({name: step.premises for name, step in steps.items()}).static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1][:12]))
        raise place.error(f"the proof goes in a circle: {circle}. A proof starts at facts.", "proof") from None
    sizes: dict[str, int] = {}
    for name in order:
        sizes[name] = 1 + sum(sizes[premise] for premise in steps[name].premises) if name in steps else 1
        if sizes[name] > UNFOLDED_LIMIT:
            raise place.error(
                f"{name} unfolds to more than {UNFOLDED_LIMIT:,} nodes, since its premises are used again and again. "
                "Leave out this record.",
                "proof",
            )


def _hang_loose_steps(steps: Mapping[str, _Step]) -> None:
    used = Counter(premise for step in steps.values() for premise in step.premises)
    steps[_HYPOTHESIS].premises.extend(name for name in steps if name != _HYPOTHESIS and name not in used)


def _unfolded(name: str, steps: Mapping[str, _Step], facts: Mapping[str, str]) -> TreeRows:
    levels: list[int] = []
    texts: list[str] = []
    marks: list[tuple[int, str]] = []
    kinds: dict[int, str] = {}
    stack = [(_HYPOTHESIS, 0)]
    while stack:
        part, level = stack.pop()
        node = len(levels)
        step = steps.get(part)
        levels.append(level)
        texts.append(facts[part] if step is None else step.text)
        if step is None:
            marks.append((node, facts[part]))
            kinds[node] = "fact"
        else:
            kinds[node] = "conclusion" if level else "hypothesis"
            stack.extend((premise, level + 1) for premise in reversed(step.premises))
    return TreeRows(name, levels, texts, marks=marks, fields={"kind": kinds}, lang="en")
