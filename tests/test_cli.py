"""The command line: what it prints, what it exits with, and that nothing ends in a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib.cli import main
from forestlib.corpus.job import Job
from forestlib.demo import forest as demo_forest


@pytest.fixture
def source(tmp_path: Path) -> str:
    """The English demo trees as a file."""
    return str(demo_forest("en").save(tmp_path / "demo.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["linearize", "{}", "--to", "chta", "-o", "out"], "Did you mean 'chat'?"),
        (["linearize", "{}", "--to", "chat", "--walkers", "paths=0.4,bridges=0.7", "-o", "out"], "sum to 1.1"),
        (["linearize", "{}", "--to", "chat", "--walkers", "paths=1,paths=1", "-o", "out"], "stands twice"),
        (["linearize", "{}", "--to", "chat", "--option", "ask_jumps=maybe", "-o", "out"], "True or False"),
        (["linearize", "{}", "--to", "chat", "--option", "tours.before=1", "-o", "out"], "of no walker"),
        (["linearize", "{}", "--to", "chat", "--seed", "x", "-o", "out"], "--seed"),
        (["report", "nowhere.jsonl"], "no such file"),
        (["read", "{}", "--importer", "outlin", "-o", "out.jsonl"], "Did you mean 'outline'?"),
        ([], "required"),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_code_two(
    arguments: list[str], words: str, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any mistake is one line on stderr and exit code 2."""
    try:
        code: object = main([argument.replace("{}", source) for argument in arguments])
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr().err
    assert code == 2
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("weights", ["causality 50%, причинность 50%", "causality 50%, empathy 20%"])
def test_an_outline_with_bad_weights_is_an_error_of_ours(
    weights: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What an importer gives wrong is an error of the library too, not a traceback."""
    outline = tmp_path / "a.txt"
    outline.write_text(f"# t [{weights}]\nA thought.\n", "utf-8")
    assert main(["read", str(outline), "--importer", "outline", "-o", str(tmp_path / "a.jsonl")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    with pytest.raises(fl.ForestlibError):
        fl.read(outline, importer="outline")


def test_options_reach_the_walker_and_the_format(source: str, tmp_path: Path) -> None:
    """WALKER.NAME=VALUE is the walker's, NAME=VALUE the format's, spelled as JSON or as Python spells it."""
    out = tmp_path / "out"
    options = ["--option", "bridges.before=2", "--option", "ask_jumps=False", "--walkers", "paths,bridges"]
    assert main(["linearize", source, "--to", "chat", *options, "--size", "10", "-o", str(out)]) == 0
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["walkers"]["bridges"]["options"] == {"before": 2}
    assert manifest["walkers"]["paths"]["share"] == 0.5
    assert manifest["options"] == {"ask_jumps": False}


def test_a_walker_that_stands_twice_has_labels(source: str, tmp_path: Path) -> None:
    """NAME:LABEL tells two shares of one walker apart, and WALKER.NAME reaches each of them."""
    out = tmp_path / "out"
    options = ["--option", "bridges:up.direction=up", "--option", "bridges:down.direction=down"]
    shares = ["--walkers", "bridges:up=50,bridges:down=50"]
    assert main(["linearize", source, "--to", "text", *shares, *options, "--size", "8", "-o", str(out)]) == 0
    walkers = json.loads((out / "manifest.json").read_text("utf-8"))["walkers"]
    assert {name: part["options"] for name, part in walkers.items()} == {
        "bridges:up": {"direction": "up"},
        "bridges:down": {"direction": "down"},
    }


def test_plugins_are_listed_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    """`plugins` lists every kind, also one of which there is none."""
    assert main(["plugins"]) == 0
    said = capsys.readouterr().out.splitlines()
    kinds = [line for line in said if not line.startswith(" ")]
    assert kinds == ["serializers", "walkers", "importers", "growers: none yet", "renderers"]
    assert "  paths              forestlib.walkers.paths" in said


def test_a_report_for_machines(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`report --json` prints one object with the keys that scripts rely on."""
    assert main(["report", source, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    keys = ["trees", "nodes", "max_level", "anchors", "shared_anchors", "islands", "largest_island", "trees_alone"]
    assert [said[key] for key in keys] == [12, 390, 8, 34, 34, 1, 12, 0]


def test_stitch_suggests_accepts_and_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`stitch` prints what would join the islands, accepts it where it is to be saved, and heeds what is refused."""
    forest = fl.Forest()
    for name in ("God", "suffering"):
        forest.plant(name, f"Free choice binds {name}.").root.then(f"A silent answer weighs on {name}.")
    source, stitched = str(forest.save(tmp_path / "apart.jsonl")), str(tmp_path / "joined.jsonl")
    assert main(["stitch", source, "--refuse", "Free choice binds", "-o", stitched]) == 0
    assert "silent answer weighs" in capsys.readouterr().out
    joined = fl.load(stitched)
    assert [len(island) for island in joined.islands()] == [2]
    assert joined.refused == {"free choice binds"}


def test_linearize_holds_out_what_is_asked_for(tmp_path: Path) -> None:
    """`--hold-out` keeps shares out of the samples and writes them beside."""
    source = str(demo_forest("ru").save(tmp_path / "forest.jsonl"))
    arguments = ["--to", "text", "--size", "200", "--hold-out", "pairs=0.4", "-o", str(tmp_path / "out")]
    assert main(["linearize", source, *arguments]) == 0
    assert (tmp_path / "out" / "held_out.jsonl").read_bytes()


def test_linearize_takes_wishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--at-least`, `--at-most`, `--balance`, `--splits` and `--share-by` reach the corpus; a bare one is an error."""
    source, out = str(demo_forest("ru").save(tmp_path / "forest.jsonl")), tmp_path / "out"
    arguments = ["linearize", source, "--to", "text", "--walkers", "crops,bridges", "--size", "100", "-o", str(out)]
    wishes = ["--at-least", "anchors=1", "--at-most", "nodes=9,bridges=3", "--balance", "парадокс=0.1"]
    more = ["--splits", "validation=0.1", "--share-by", "tokens", "--order", "facts_then_bridges"]
    assert main([*arguments, *wishes, *more]) == 0
    recipe = json.loads((out / "manifest.json").read_bytes())["recipe"]
    assert recipe["exposure"] == {"anchors": {"at_least": 1}, "nodes": {"at_most": 9}, "bridges": {"at_most": 3}}
    assert (recipe["balance"], recipe["splits"]) == ({"парадокс": 0.1}, {"validation": 0.1})
    assert len((out / "validation.jsonl").read_bytes().splitlines()) == 10
    assert len((out / "train.jsonl").read_bytes().splitlines()) == 90
    capsys.readouterr()
    for wrong in (["--at-least", "nodes"], ["--at-most", "nodes=1.5"], ["--splits", "validation"]):
        assert main([*arguments, *wrong]) == 2
        assert "validation" in (said := capsys.readouterr().err) or "nodes" in said


def test_a_corpus_is_written_by_several_processes_and_what_was_whole_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--files`, `--shard-size` and `--workers` reach the writing; after an interruption a line says what was kept."""
    source = str(demo_forest("ru").save(tmp_path / "forest.jsonl"))
    arguments = ["linearize", source, "--to", "text", "--size", "60", "--shard-size", "20", "-o", str(tmp_path / "out")]
    right, left = Job.make, [2]

    def failing(job: Job, *given: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return right(job, *given)

    with monkeypatch.context() as patch:
        patch.setattr(Job, "make", failing)
        assert main(arguments) == 130
    assert main([*arguments, "--workers", "2"]) == 0
    assert "Written (2 shards kept, 1 made):" in capsys.readouterr().out
    assert len(list((tmp_path / "out").glob("train-*.jsonl"))) == 3
    assert main([*arguments, "--workers", "0"]) == 2
    pytest.importorskip("pyarrow", reason="Parquet comes with forestlib[parquet]")
    assert main([*arguments, "--files", "parquet"]) == 0
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".json", ".md", *[".parquet"] * 3]
