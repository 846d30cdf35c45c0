"""Registries: plug-ins by name, checked at registration, ours and those of other packages."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import forestlib as fl
from forestlib import registry
from forestlib.errors import OptionError, PluginError, UnknownPluginError
from forestlib.registry import Registry

REGISTRIES = [found for found in vars(registry).values() if isinstance(found, Registry)]


@pytest.fixture
def own() -> Registry:
    """A registry of serializers with no plug-ins built in."""
    return Registry("serializer", "walk", {})


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """A function that puts a package on the path, with modules and the plug-ins that it offers."""
    before = set(sys.modules)
    for one in REGISTRIES:
        for name, held in vars(one).items():
            if isinstance(held, dict | set):
                monkeypatch.setattr(one, name, held.copy())
    monkeypatch.syspath_prepend(tmp_path)

    def install(name: str, points: dict[str, str], files: dict[str, str], kind: str = "serializer") -> None:
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
        offered = "".join(f"{key} = {value}\n" for key, value in points.items())
        (info / "entry_points.txt").write_text(f"[forestlib.{kind}s]\n{offered}", "utf-8")
        for path, code in files.items():
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(code, "utf-8")
        importlib.invalidate_caches()

    yield install
    for module in set(sys.modules) - before:
        del sys.modules[module]


PLAIN = "def bullets(walk, *, mark='-'):\n    yield {'text': mark}\n"
DECORATED = f"import forestlib as fl\n\n@fl.serializer('bullets')\n{PLAIN}"


def printed(code: str) -> str:
    """Return what a fresh process prints that runs `code`."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()


def written_in(module: str, mark: str = "-") -> Callable[..., Any]:
    """Return a serializer that says that it was written in `module`."""
    namespace: dict[str, Any] = {"__name__": module}
    exec(f"def bullets(walk, *, mark={mark!r}):\n    yield {{'text': mark}}\n", namespace)  # noqa: S102 — our own code
    return namespace["bullets"]


def test_a_decorated_function_is_registered_and_stays_a_function(own: Registry) -> None:
    """The decorator registers a function under a name, with its options, and gives it back unchanged."""

    def bullets(walk: fl.Walk, *, mark: str = "-") -> Iterator[fl.Sample]:
        yield {"text": mark}

    assert own.plugin("bullets")(bullets) is bullets
    assert own["bullets"].function is bullets
    assert dict(own["bullets"].options) == {"mark": "-"}
    assert list(own) == ["bullets"]
    assert "bullets" in own


def test_a_serializer_of_a_notebook_works_by_name(forest: fl.Forest, offer: Callable[..., None]) -> None:
    """A function decorated with `fl.serializer` lays a forest out under its name, options and skips included."""

    @fl.serializer("bullets")
    def bullets(walk: fl.Walk, *, mark: str = "-") -> Iterator[fl.Sample | fl.Skip]:
        if walk.steps[0].text == "choice":
            yield fl.Skip("about choice")
        else:
            yield {"text": "\n".join(f"{mark} {step.text}" for step in walk.steps)}

    corpus = forest.linearize("bullets", walkers="paths", mark="*")
    assert all(sample["text"].startswith("* ") for sample in corpus)
    assert corpus.count() == {"samples": len(corpus) - 1, "about choice": 1}


def test_registering_again_from_one_module_replaces(own: Registry) -> None:
    """A second registration from the same module takes the first one's place: a notebook cell is run twice."""
    own.add("bullets", written_in("notebook", "-"))
    again = own.add("bullets", written_in("notebook", "*"))
    assert own["bullets"] is again
    assert own["bullets"].options["mark"] == "*"


def test_registering_again_from_another_module_is_an_error(own: Registry) -> None:
    """A name that is taken by another module is an error that names both, and the first one stays."""
    first = own.add("bullets", written_in("one.package"))
    with pytest.raises(PluginError, match=r"one\.package and other\.package") as caught:
        own.add("bullets", written_in("other.package"))
    assert caught.value.sources == ("one.package", "other.package")
    assert own["bullets"] is first


def test_a_built_in_name_is_taken() -> None:
    """A plug-in cannot take the name of a built-in one, whether that was asked for before or not."""
    own = Registry("serializer", "walk", {"chat": "forestlib.serializers.chat:chat"})
    for _ in range(2):
        with pytest.raises(PluginError, match=r"forestlib\.serializers\.chat.* and my\.package"):
            own.add("chat", written_in("my.package"))
        assert own["chat"].source == "forestlib.serializers.chat"


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda: iter(()), id="no parameter"),
        pytest.param(lambda walk, mark: iter(()), id="two parameters"),
        pytest.param(lambda walk, mark="-": iter(()), id="an option by place"),
        pytest.param(lambda *walks: iter(()), id="any number"),
        pytest.param(lambda walk, **options: iter(()), id="any options"),
        pytest.param(lambda *, walk: iter(()), id="by keyword only"),
        pytest.param("bullets", id="a string"),
        pytest.param(None, id="None"),
        pytest.param(dict, id="a builtin without a signature"),
        pytest.param(min, id="a function without a signature"),
    ],
)
def test_a_wrong_shape_is_refused_at_registration(own: Registry, function: Any) -> None:
    """What cannot be called with one walk and keyword options is an error that names the plug-in; nothing is added."""
    with pytest.raises(PluginError, match="'bullets'"):
        own.plugin("bullets")(function)
    assert list(own) == []


@pytest.mark.parametrize("name", ["", "two words", "a.b", "ё!", 7, None])
def test_a_name_is_checked(own: Registry, name: Any) -> None:
    """A name is letters, digits and _: else an error."""
    with pytest.raises(PluginError):
        own.plugin(name)(written_in("notebook"))
    assert list(own) == []


def test_a_decorator_without_a_name_is_refused_on_its_line(own: Registry) -> None:
    """``@fl.serializer`` without brackets and name is an error at once, not a function that does something else."""
    with pytest.raises(PluginError):
        own.plugin(written_in("notebook"))


def test_an_unknown_name_gets_the_nearest_one() -> None:
    """An unknown plug-in is an error that names the kind, the nearest right word and all known ones."""
    with pytest.raises(UnknownPluginError) as caught:
        registry.serializers["chta"]
    assert re.fullmatch(r"No serializer named 'chta'\. Did you mean 'chat'\? Known: .*'chat'.*\.", str(caught.value))
    assert (caught.value.name, caught.value.nearest) == ("chta", "chat")


@pytest.mark.parametrize("one", REGISTRIES, ids=lambda one: one.kind)
@pytest.mark.parametrize("name", ["zzz", 7, None, ["text"], {}])
def test_whatever_is_no_name_is_unknown(one: Registry, name: Any) -> None:
    """Asking any registry for what is no name of it is an `UnknownPluginError` of its kind."""
    with pytest.raises(UnknownPluginError, match=f"No {one.kind} named"):
        one[name]


def test_an_unknown_option_gets_the_right_ones(forest: fl.Forest) -> None:
    """A wrong option of a serializer or a walker is an error on its own line that names the right one."""
    with pytest.raises(OptionError, match=r"'ask_jmps'.*'ask_jumps'"):
        forest.linearize("chat", ask_jmps=True)
    with pytest.raises(OptionError, match=r"'befor'.*'before'"):
        forest.linearize("chat", {"bridges": {"share": 1, "befor": 2}})


def test_an_option_without_a_default_must_be_given(own: Registry) -> None:
    """An option that has no default is asked for by name."""
    plugin = own.add("bullets", lambda walk, *, mark: iter(()))
    plugin.check_options({"mark": "-"})
    with pytest.raises(OptionError, match=r"needs the option 'mark'"):
        plugin.check_options({})


@pytest.mark.parametrize("one", REGISTRIES, ids=lambda one: one.kind)
def test_every_plugin_is_there_under_its_name(one: Registry) -> None:
    """Everything that a registry lists can be brought, under the name and the kind that it is listed by."""
    for name in one:
        assert name in one
        assert (one[name].name, one[name].kind, one[name].source) == (name, one.kind, one.source_of(name))


def test_listing_imports_nothing(offer: Callable[..., None], own: Registry) -> None:
    """Listing, asking for a name with `in` and asking where it is from import no plug-in, ours or others'."""
    offer("plug", {"bullets": "plug:bullets", "broken": "plug_that_is_not_there:x"}, {"plug.py": PLAIN})
    assert list(own) == ["broken", "bullets"]
    assert "bullets" in own
    assert own.source_of("bullets") == "plug"
    assert "broken" in repr(own)
    assert "plug" not in sys.modules


def test_listing_our_own_imports_nothing() -> None:
    """In a fresh process, listing every registry imports no plug-in: nothing below the registry but the errors."""
    code = (
        "import sys; from forestlib import registry as doors; loaded = set(sys.modules)\n"
        "listed = [list(one) for one in vars(doors).values() if isinstance(one, doors.Registry)]\n"
        "assert sum(map(len, listed)) > 6\n"
        "print([name for name in set(sys.modules) - loaded if name.startswith('forestlib')])"
    )
    assert printed(code) == "[]"


def test_another_package_offers_a_serializer(offer: Callable[..., None], forest: fl.Forest) -> None:
    """A package with an entry point joins by being installed: its function is found, checked and used by name."""
    offer("plug", {"bullets": "plug:bullets"}, {"plug.py": PLAIN})
    assert "bullets" in list(registry.serializers)
    assert forest.linearize("bullets", walkers="paths", mark="+")[0] == {"text": "+"}
    assert registry.serializers["bullets"].source == "plug"


@pytest.mark.parametrize(
    ("point", "files"),
    [
        pytest.param("plug:bullets", {"plug.py": PLAIN}, id="plain"),
        pytest.param("plug:bullets", {"plug.py": DECORATED}, id="decorated as well"),
        pytest.param("plug.own:bullets", {"plug/own.py": DECORATED}, id="in a module of a package"),
        pytest.param(
            "plug:bullets",
            {"plug/__init__.py": "from plug.own import bullets\n", "plug/own.py": DECORATED},
            id="decorated and passed on by its package",
        ),
        pytest.param("plug", {"plug.py": DECORATED}, id="the module alone, which registers by itself"),
        pytest.param(
            "plug:Formats.bullets", {"plug.py": f"{PLAIN}\nclass Formats:\n    bullets = bullets\n"}, id="dotted"
        ),
        pytest.param("plug : bullets", {"plug.py": PLAIN}, id="with blanks"),
        pytest.param("plug:bullets [fast]", {"plug.py": PLAIN}, id="with an extra"),
    ],
)
def test_every_form_of_an_entry_point_works(offer: Callable[..., None], point: str, files: dict[str, str]) -> None:
    """Whatever way the packaging standard lets a package name its function, it is found, decorated or not."""
    offer("plug", {"bullets": point}, files)
    assert list(registry.serializers["bullets"].function(None)) == [{"text": "-"}]


@pytest.mark.parametrize(
    ("point", "code", "reason"),
    [
        ("plug_of_nowhere:bullets", "", "ModuleNotFoundError"),
        ("plug:bullets", "1 / 0", "ZeroDivisionError"),
        ("plug:bullets", "bullets = ", "SyntaxError"),
        ("plug:other", PLAIN, "AttributeError"),
        ("not a point!", PLAIN, "not a point!"),
    ],
)
def test_a_plugin_that_does_not_import_is_named(
    offer: Callable[..., None], own: Registry, point: str, code: str, reason: str
) -> None:
    """A plug-in that does not import breaks only who asks for it: the error names it, its place and the reason."""
    offer("plug", {"bullets": point, "sound": "sound:bullets"}, {"plug.py": code, "sound.py": PLAIN})
    assert list(own) == ["bullets", "sound"]
    assert isinstance(own.source_of("bullets"), str)
    with pytest.raises(PluginError, match=reason) as caught:
        own["bullets"]
    assert "'bullets'" in str(caught.value)
    assert point in str(caught.value)
    assert own["sound"].source == "sound"


def test_an_offered_function_of_a_wrong_shape_is_refused(offer: Callable[..., None], own: Registry) -> None:
    """What another package offers is checked just like what is decorated."""
    offer("plug", {"bullets": "plug:bullets"}, {"plug.py": "def bullets(walk, mark):\n    yield {}\n"})
    with pytest.raises(PluginError, match="'bullets' must take one walk"):
        own["bullets"]


def test_two_packages_that_offer_one_name_are_both_named(offer: Callable[..., None], own: Registry) -> None:
    """Two packages offering one name is an error for who asks for it, naming both; listing still works."""
    offer("one", {"bullets": "one:bullets"}, {"one.py": PLAIN})
    offer("two", {"bullets": "two:bullets"}, {"two.py": PLAIN})
    assert list(own) == ["bullets"]
    with pytest.raises(PluginError, match="'bullets'") as caught:
        own["bullets"]
    assert {source.partition(":")[0] for source in caught.value.sources} == {"one", "two"}
    assert all(source in str(caught.value) for source in caught.value.sources)


@pytest.mark.parametrize("first", ["forestlib", "forestlib.serializers.chat"], ids=["not imported", "imported"])
def test_a_package_cannot_take_a_built_in_name(offer: Callable[..., None], tmp_path: Path, first: str) -> None:
    """A package that offers the name of a built-in gets one error, whether or not that was imported before."""
    offer("plug", {"chat": "plug:bullets"}, {"plug.py": PLAIN})
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import forestlib as fl\n"
        f"try: import {first}; fl.Forest().linearize('chat'); print('no error')\n"
        "except fl.errors.PluginError as error: print(error)"
    )
    assert re.search(r"forestlib\.serializers\.chat.* and plug", printed(code))


@pytest.mark.parametrize("one", REGISTRIES, ids=lambda one: one.kind)
def test_every_kind_has_an_entry_point_group(one: Registry, offer: Callable[..., None]) -> None:
    """A package joins each kind by the group of its name; a name offered twice and a failing import are said alike."""
    offer("plug", {"bullets": "plug:bullets", "twice": "plug:bullets"}, {"plug.py": PLAIN}, one.kind)
    offer("other", {"twice": "other:bullets", "astray": "other_of_nowhere:x"}, {"other.py": PLAIN}, one.kind)
    assert {"bullets", "twice", "astray"} <= set(one)
    assert repr(one["bullets"]) == f"<{one.kind} 'bullets' from plug>"
    with pytest.raises(PluginError, match=f"Two packages offer the {one.kind} 'twice'"):
        one["twice"]
    with pytest.raises(PluginError, match=f"The {one.kind} 'astray' of other_of_nowhere:x does not import"):
        one["astray"]


@pytest.mark.parametrize("kind", ["serializer", "walker", "importer", "grower"])
def test_every_kind_that_others_write_has_a_decorator(kind: str, offer: Callable[..., None]) -> None:
    """`fl.serializer`, `fl.walker`, `fl.importer` and `fl.grower` register in the registry of their kind."""
    function = getattr(fl, kind)("bullets")(written_in("notebook"))
    assert getattr(registry, f"{kind}s")["bullets"].function is function


def test_a_grower_takes_one_node() -> None:
    """A grower of another shape is refused with the shape that would be right."""
    with pytest.raises(PluginError, match=r"must take one node and keyword-only options, def more\(node, \*, option"):
        fl.grower("more")(lambda forest, node: iter(()))
    assert "more" not in registry.growers


def test_one_package_met_twice_is_one(offer: Callable[..., None], own: Registry) -> None:
    """A package whose metadata stand on the path twice (an editable install) offers its name once."""
    offer("plug", {"bullets": "plug:bullets"}, {"plug.py": PLAIN})
    offer("plug_copy", {"bullets": "plug:bullets"}, {})
    assert own["bullets"].source == "plug"


def test_names_of_the_door_keep_their_meaning() -> None:
    """No name in `fl` changes its meaning when a plug-in is imported: a registry must not become a module."""
    code = (
        "import forestlib as fl; before = {name: type(value) for name, value in vars(fl).items()}\n"
        "fl.Forest().linearize('chat'); fl.read('# a\\nb', 'outline')\n"
        "print([name for name, kind in before.items() if type(getattr(fl, name)) is not kind])"
    )
    assert printed(code) == "[]"
