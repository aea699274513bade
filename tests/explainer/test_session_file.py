"""A session comes back from its file bit for bit, in parts too; any other content is refused in one sentence."""
import io
import json
import random
import time
import tracemalloc
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from explainer import session_file
from explainer.datasets import embedded_sample
from explainer.gallery import Kept
from explainer.recipes import Recipe, recipe_for
from explainer.runs import Run, history_csv, losses_csv, material, worked_example
from explainer.session_file import Stored, read, reopened, save
from explainer.trainer import time_left
from mlp_core.data import Dataset
from mlp_core.network import new_network
from mlp_core.presets import PRESETS, own_preset

NAN = float("nan")


def trained(recipe, learned, batches=None):
    run = Run(1, recipe, learned)
    while not run.ended and (batches is None or run.progress is None or run.progress.batch < batches):
        run.advance()
    run.mark()
    return run


@pytest.fixture(scope="module")
def sample():
    return material(embedded_sample())


@pytest.fixture(scope="module")
def runs(sample):
    """A finished one, a paused one, one that diverged, one of a worked example, of a file's network, and a new one."""
    def recipe(net, which="best", **changes):
        preset = PRESETS[net]
        return Recipe(net, preset, which, replace(preset.setting(which), **changes), 3)
    own = own_preset((5,), "relu", "softmax")
    loaded = recipe_for(new_network((784, 7, 10), ("tanh", "sigmoid"), np.random.default_rng(5), reduction="sum"))
    named = trained(recipe("relu10", epochs=2, learning_rate=0.2), sample)
    named.name = "my best run"
    return [named,
            trained(Recipe("own", own, "best", own.best, 1), sample, 13),
            trained(recipe("hmkcode", learning_rate=500.0, epochs=300), worked_example(PRESETS["hmkcode"])),
            trained(recipe("xor", epochs=60), worked_example(PRESETS["xor"])),
            trained(loaded, sample, 5), Run(1, recipe("relu10"), sample)]


@pytest.fixture
def drawings():
    rng = np.random.default_rng(0)
    return tuple(Kept(rng.integers(0, 256, 784, np.uint8), label, n) for n, label in enumerate((None, 0, 9)))


def content_of(run):
    """Everything of a run that a file has to bring back, exactly."""
    return ([(m.key, m.epoch, m.examples, m.seconds, repr(m.loss), m.accuracy, repr(m.gradients), m.loaded,
              m.weights.dtype, m.weights.tobytes()) for m in run.moments],
            list(run.losses.points), run.count, run.measured, run.examples, run.seconds, run.recipe.choices)


def test_runs_drawings_and_notes_come_back_bit_for_bit(runs, drawings, sample):
    content = save(runs, drawings, "Notes: $E = mc^2$ <b>\nα ✓")
    found = read(content)
    assert found.notes == "Notes: $E = mc^2$ <b>\nα ✓"
    for mine, theirs in zip(drawings, found.drawings, strict=True):
        assert np.array_equal(mine.image, theirs.image) and (mine.label, mine.answer) == (theirs.label, theirs.answer)
    for run, stored in zip(runs, found.runs, strict=True):
        again = reopened(stored, run.material, "anna", True)
        assert content_of(again) == content_of(run)
        assert again.ended == (run.ended or "stopped") and again.epoch == run.epoch and again.total == run.total
        assert history_csv(again) == history_csv(run) and losses_csv(again) == losses_csv(run)
        assert again.network.vector.tobytes() == run.moments[-1].weights.tobytes()
        assert (again.recipe.start is None) == (run.recipe.start is None)
        for moment in run.moments:
            mine, theirs = run.network_at(moment), again.network_at(again.moment(moment.key))
            assert repr(mine) == repr(theirs)
        if run.progress and run.batch_size > 1:
            assert (again.progress.epoch, again.progress.batch, again.progress.batches) == (
                run.progress.epoch, run.progress.batch - run.progress.diverged, run.progress.batches)
    assert runs[2].ended == "diverged" and found.runs[2].ended == "diverged"


def test_numpy_alone_reads_the_arrays(runs):
    with np.load(io.BytesIO(save(runs[:1])), allow_pickle=False) as file:
        assert np.array_equal(file["run0/weights"], np.stack([m.weights for m in runs[0].moments]))


def test_a_run_from_a_file_says_so_and_is_passed_on_with_its_data(runs, sample):
    stored = read(save(runs[:1])).runs[0]
    few = material(Dataset(sample.X[:200], sample.Y[:200].argmax(axis=1), None, None, "200 images"))
    other = reopened(stored, few, "<b>[anna](x)", False)
    assert other.name == "my best run (from banna(x))" and "other data" in other.made_of
    assert "5,000 MNIST training images" in other.made_of and "<" not in other.made_of
    assert (other.epoch, other.total) == (2, 2 * len(sample.X))
    passed_on = read(save([other])).runs[0]
    assert (passed_on.origin, passed_on.data) == (stored.origin, stored.data) != ("", "")
    assert "other data" not in reopened(stored, sample, "anna", True).made_of


def test_two_files_opened_together_compare(runs, sample):
    found = [reopened(read(save([run])).runs[0], sample, name, True) for run, name in
             zip((runs[0], runs[1]), ("anna", "ben"))]
    assert found[0].recipe.words()["network"] == "784-10-10" and found[1].recipe.words()["network"] == "784-5-10"
    assert found[0].name.endswith("(from anna)") and found[1].name.endswith("(from ben)")


def test_a_part_comes_back_as_a_part(runs, drawings):
    assert read(save()).runs == () and read(save(notes="x")).notes == "x"
    assert len(read(save(drawings=drawings)).drawings) == 3
    few = read(save([runs[3]], every_moment=False)).runs[0]
    assert few.moments[0].key == "e0" and few.moments[-1].key == "e60" and len(few.moments) <= 3
    assert few.losses == runs[3].losses.points


def rezipped(content, change=None, **members):
    """The same file with another index or other members, whole as a .zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "session.json" and change:
                index = json.loads(data)
                change(index)
                data = json.dumps(index).encode()
            new.writestr(name, members.get(name, data))
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def huge():
    """An array that says it has 10¹⁸ numbers."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (10 ** 9, 10 ** 9)})
    return file.getvalue()


def run_of(change):
    return lambda index: change(index["runs"][0])


def moment_of(n, value):
    return run_of(lambda run: run["moments"][1].__setitem__(n, value))


CHANGES = {
    "another format": lambda i: i.update(format="x"), "a newer version": lambda i: i.update(version=2),
    "no notes": lambda i: i.pop("notes"), "long notes": lambda i: i.update(notes="x" * 20_001),
    "notes of another kind": lambda i: i.update(notes=["x"]), "no runs": lambda i: i.pop("runs"),
    "runs of another kind": lambda i: i.update(runs={"a": 1}), "many runs": lambda i: i.update(runs=i["runs"] * 51),
    "a run too many": lambda i: i.update(runs=i["runs"] * 2),
    "a bad recipe": run_of(lambda r: r["recipe"].update(net="x")),
    "another network": run_of(lambda r: r["recipe"].update(net="relu16")),
    "a recipe of another kind": run_of(lambda r: r.update(recipe=[1])),
    "a bad key": moment_of(0, "z1"), "the same key twice": moment_of(0, "e0"),
    "a long key": moment_of(0, "e" + "1" * 30),
    "a part not measured": moment_of(5, {}),
    "a bad share": moment_of(5, {"validation": 2}), "another part": moment_of(5, {"x": .5}),
    "few gradients": moment_of(6, [1.0]), "words for a number": moment_of(1, "x"), "examples backward": moment_of(2, 0),
    "another end": run_of(lambda r: r.update(ended="<b>")), "a bad fingerprint": run_of(lambda r: r.update(data="zz")),
    "no examples": run_of(lambda r: r.update(count=0)), "a huge number": run_of(lambda r: r.update(examples=10 ** 30)),
    "nan seconds": run_of(lambda r: r.update(seconds=NAN)), "a bool": run_of(lambda r: r.update(count=True)),
    "drawings without images": lambda i: i.update(drawings=[[1, 1]])}


@pytest.fixture(scope="module")
def small(runs):
    return save(runs[:1], notes="x", every_moment=False)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_does_not_fit_is_refused_in_one_sentence(small, change):
    assert_refused(rezipped(small, change))


def assert_refused(content):
    with pytest.raises(ValueError, match=r"^[^.\n]{10,160}$") as refused:
        read(content)
    return str(refused.value)


def test_a_newer_version_is_called_that(small):
    assert "newer" in assert_refused(rezipped(small, CHANGES["a newer version"]))


def test_arrays_that_do_not_fit_are_refused(small):
    rows = np.stack([moment.weights for moment in read(small).runs[0].moments])
    assert read(rezipped(small, **{"run0/weights.npy": npy(rows + 1)})).runs[0].moments[0].weights[0] == rows[0, 0] + 1
    for array in (rows[:1], rows[:, :-1], rows.astype(np.float64), rows.astype(object), np.full_like(rows, np.inf),
                  rows.astype(">f4"), np.asfortranarray(rows), np.array(3)):
        assert_refused(rezipped(small, **{"run0/weights.npy": npy(array)}))
    for content in (b"", b"\x93NUMPY", huge(), npy(rows)[:-1], npy(rows) + b"x", b"\x93NUMPY\x02" + npy(rows)[7:]):
        assert_refused(rezipped(small, **{"run0/weights.npy": content}))
    for losses in (np.ones((3, 3)), np.full((2, 2), NAN), np.ones((4001, 2)), np.ones(2)):
        assert_refused(rezipped(small, **{"run0/losses.npy": npy(losses)}))


def test_bombs_are_refused_before_they_are_unpacked(small, monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", b" " * (10 * 2**20))
    monkeypatch.setattr(session_file, "MOST_SESSION_BYTES", 2**20)
    opened = []
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: opened.append(1))
    assert "unpacks to 10 MB" in assert_refused(file.getvalue()) and not opened
    assert "has 2 MB" in assert_refused(b"x" * 2**21)


def test_a_session_that_could_not_be_opened_again_is_not_saved(runs, monkeypatch):
    monkeypatch.setattr(session_file, "MOST_SESSION_BYTES", 2**16)
    with pytest.raises(ValueError, match="leave out a run"):
        save(runs)


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04", b"\x1f\x8b", npy(np.ones(3)), b"[" * 10 ** 5],
                         ids=["nothing", "a letter", "the start of a zip", "gzip", "an array", "brackets"])
def test_other_files_are_refused(content):
    assert_refused(content)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("session.json", content)
    assert_refused(file.getvalue())


def test_a_mutated_file_is_refused_or_is_the_same_session(small, runs):
    rng, whole, end, refused = np.random.default_rng(0), read(small), time.monotonic() + 1.5, 0
    for n in range(400):
        content = bytearray(small)
        for at in rng.integers(0, len(small) if n % 2 else 2000, int(rng.integers(1, 4))):
            content[-at - 1] = rng.integers(256)
        if n % 5 == 0:
            content = content[:int(rng.integers(len(content)))]
        try:
            found = read(bytes(content))
        except ValueError as error:
            refused += 1
            assert str(error).count(".") == 0 and len(str(error)) < 200
        else:
            assert found.notes == whole.notes and content_of_stored(found) == content_of_stored(whole)
        if time.monotonic() > end:
            break
    assert refused > 20


def content_of_stored(stored):
    return [(run.name, run.recipe.choices, [m.weights.tobytes() for m in run.moments]) for run in stored.runs]


ODD = (None, True, -1, 0, 2 ** 63, 10 ** 300, .5, NAN, float("inf"), "", "9" * 5000, "![a](https:b)\n", "\ud800", "own",
       ",".join(["784"] * 6), [], [[1]], {}, {"a": 1})


def places(value, path=()):
    """The path of each value in lists and dicts, however deep."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in pairs for found in [(*path, key), *places(inner, (*path, key))]]


def at_path(value, path):
    for key in path:
        value = value[key]
    return value


def mutated(index, rng):
    """Another index: a value or two of it left out, repeated, or in the place of others, or an odd one."""
    for _ in range(rng.choice((1, 1, 2))):
        *path, key = rng.choice(there := places(index))
        around = at_path(index, path)
        other = json.loads(json.dumps(at_path(index, rng.choice(there))))
        many = around[key] * rng.choice((0, 2, 60)) if isinstance(around[key], list) else []
        around[key] = rng.choice((rng.choice(ODD), rng.choice(ODD), other, many))
        if rng.random() < .2:
            del around[key]


def changed(n, text, arrays, rng):
    """Another member of the file: an index with other letters or other values, or an array with another header."""
    if n % 3 == 0:
        at = rng.randrange(len(text))
        return {"session.json": text[:at] + rng.choice('0123456789-{}[]",:.enull') + text[at + rng.randrange(2):]}
    if n % 3 == 1:
        name, at = rng.choice(list(arrays)), rng.randrange(128)
        return {name: arrays[name][:at] + rng.randbytes(1) + arrays[name][at + 1:]}
    mutated(index := json.loads(text), rng)
    return {"session.json": json.dumps(index)}


def read_bounded(content):
    """What is read, or nothing where it was refused in a sentence; in less than a second and 30 MB."""
    began = time.process_time()
    tracemalloc.start()
    try:
        return read(content)
    except ValueError as error:
        assert "\n" not in str(error) and 10 < len(str(error)) < 160
        return Stored()
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 30 * 2 ** 20 and time.process_time() - began < 1


def test_whatever_it_says_it_is_a_session_that_can_be_looked_at_or_one_sentence(runs, drawings, sample):
    content = save([runs[1], runs[4], runs[3]], drawings, "x", every_moment=False)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        arrays = {name: archive.read(name) for name in archive.namelist() if name.endswith(".npy")}
        text = archive.read("session.json").decode()
    rng, end, opened, tried = random.Random(4), time.monotonic() + 2, 0, 0
    while time.monotonic() < end:
        for stored in read_bounded(rezipped(content, **changed(tried, text, arrays, rng))).runs:
            learned = worked_example(stored.recipe.preset) if stored.recipe.preset.example else sample
            run = reopened(stored, learned, "x", False)
            assert history_csv(run) and losses_csv(run) and run.recipe.words() and save([run])
            assert time_left(run) is None or time_left(run) <= run.total * run.seconds
            opened += 1
        tried += 1
    assert tried > 30 and opened > 10, (tried, opened)
