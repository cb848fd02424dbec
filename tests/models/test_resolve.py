# SPDX-FileCopyrightText: 2026 The codescan authors
# SPDX-License-Identifier: Apache-2.0
"""From what a user types to a model, or to one clear error in seconds."""

import builtins
import json
from types import SimpleNamespace

import pytest

from codescan.errors import MissingExtraError, ModelError, UsageError
from codescan.models import load_model
from codescan.models.loading import hub
from codescan.models.loading.aliases import aliases, closest
from codescan.models.loading.locate import is_hub_name
from codescan.models.loading.resolve import SCHEMES, options
from codescan.registry import AXES

REQUIRED = [
    "starcoder",
    "starcoder2-7b",
    "starcoder2-15b",
    "starcoderbase",
    "starcoderbase-1b",
    "codellama",
    "codellama-7b",
    "codellama-13b",
    "codellama-34b",
    "deepseek-coder",
    "deepseek-coder-1.3b",
    "deepseek-coder-6.7b",
    "qwen2.5-coder",
    "qwen2.5-coder-0.5b",
    "qwen2.5-coder-32b",
    "codegen",
    "codegen-350m",
    "codegen-2b",
    "codegen-16b",
    "santacoder",
    "smollm2",
    "gemma-3-270m",
    "codegemma",
    "granite-code",
    "llama-3.1-8b",
    "pythia",
    "olmo-2",
    "phi-2",
]


def test_the_table_is_whole_and_sound():
    assert set(REQUIRED) <= set(aliases())
    for name, alias in aliases().items():
        assert name == name.lower()
        assert is_hub_name(alias.hub), name
        assert alias.license, name
        if alias.packaged is not None:
            digests = [alias.packaged.sha256, *(p.sha256 for p in alias.packaged.parts)]
            assert all(len(d) == 64 and int(d, 16) for d in digests)
            assert all("==" in p.requirement for p in alias.packaged.parts)
    assert aliases()["starcoder"].hub == "bigcode/starcoder2-3b"


def test_schemes_and_registry_name_the_same_classes():
    assert set(SCHEMES.values()) == set(AXES["models"].values())


def test_an_unknown_name_gives_the_closest():
    with pytest.raises(ModelError, match="starcodr") as caught:
        load_model("starcodr")
    assert "starcoder" in caught.value.hint
    assert closest("SMOLLM", aliases())[0].startswith("smollm2")


@pytest.mark.parametrize(
    "reference", ["./nowhere", "/no/such/folder", "~/nowhere", "nothing.gguf", "a/b/c"]
)
def test_a_path_that_is_not_there_is_reported_to_be_one(reference):
    with pytest.raises(ModelError, match="no model at"):
        load_model(reference)


def test_a_folder_loads_by_its_path(tiny_folder):
    model = load_model(str(tiny_folder), device="cpu", batch_size=2, dtype=None)
    assert model.name == tiny_folder.name


def test_options_are_those_of_the_backend(tiny_folder):
    assert "dtype" in options("starcoder")
    assert "base_url" in options("openai:x")
    with pytest.raises(UsageError, match="dtyp") as caught:
        load_model(str(tiny_folder), dtyp="float32")
    assert "dtype" in caught.value.hint
    with pytest.raises(UsageError, match="device"):
        load_model("replay:x.jsonl", device="cpu")


@pytest.mark.parametrize("reference", ["", "  ", "openai:", "replay:"])
def test_an_empty_reference_is_a_usage_error(reference):
    with pytest.raises(UsageError):
        load_model(reference)


@pytest.mark.parametrize(
    ("option", "value"), [("device", "cuda:99"), ("device", "tpu"), ("dtype", "int7")]
)
def test_senseless_devices_and_dtypes_are_usage_errors(tiny_folder, option, value):
    with pytest.raises(UsageError, match=value):
        load_model(str(tiny_folder), **{option: value})


@pytest.mark.parametrize("library", ["torch", "transformers"])
def test_a_missing_extra_is_named(tiny_folder, monkeypatch, library):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if (
            name.partition(".")[0] == library
            and args
            and args[0].get("__name__", "").startswith("codescan")
        ):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError) as caught:
        load_model(str(tiny_folder))
    assert "codescan[models]" in caught.value.hint


DAMAGE = {
    "no config": (lambda d: (d / "config.json").unlink(), "no config.json"),
    "no weights": (lambda d: (d / "model.safetensors").unlink(), "no weights"),
    "only pickle": (
        lambda d: (d / "model.safetensors").rename(d / "pytorch_model.bin"),
        "pickled weights",
    ),
    "cut off": (
        lambda d: (d / "model.safetensors").write_bytes(
            (d / "model.safetensors").read_bytes()[:5000]
        ),
        "cannot be loaded",
    ),
    "other shape": (lambda d: edit(d, hidden_size=64), "weights of other shapes"),
    "more layers": (lambda d: edit(d, num_hidden_layers=3), "incomplete"),
    "unknown kind": (lambda d: edit(d, model_type="nothing"), "does not know"),
    "own code": (
        lambda d: edit(
            d, model_type="x", auto_map={"AutoConfig": "m.M", "AutoModelForCausalLM": "m.M"}
        ),
        "Python code of its own",
    ),
}


def edit(folder, **changes):
    config = folder / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **changes}))


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_folder_is_one_clear_error(tiny_folder, tmp_path, damage):
    import shutil

    folder = tmp_path / "broken"
    shutil.copytree(tiny_folder, folder)
    spoil, words = DAMAGE[damage]
    spoil(folder)
    (folder / "m.py").write_text("raise SystemExit('code of the model was run')")
    with pytest.raises(ModelError, match=words) as caught:
        load_model(str(folder), device="cpu")
    assert caught.value.hint


def test_a_file_that_is_no_gguf_is_one_clear_error(tmp_path):
    (tmp_path / "x.gguf").write_bytes(b"\0" * 100)
    (tmp_path / "x.bin").write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="not a GGUF"):
        load_model(str(tmp_path / "x.gguf"))
    with pytest.raises(ModelError, match="neither a model folder"):
        load_model(str(tmp_path / "x.bin"))


def test_loading_is_quiet(tiny_folder, capfd):
    load_model(str(tiny_folder), device="cpu")
    assert capfd.readouterr() == ("", "")


class Hub:
    """Stands in for huggingface_hub.HfApi."""

    answer = None

    def model_info(self, _repository, **options):
        assert options["timeout"] <= 10
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def fake_hub(monkeypatch, tmp_path):
    import huggingface_hub

    fetched = {}

    def download(repository, **options):
        if options.get("local_files_only"):
            raise FileNotFoundError(repository)
        fetched.update(options)
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "HfApi", Hub)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    monkeypatch.setattr(Hub, "answer", None)
    return fetched


def listing(*names):
    return SimpleNamespace(siblings=[SimpleNamespace(rfilename=n) for n in names], sha="c0ffee")


@pytest.mark.usefixtures("fake_hub")
def test_no_hub_is_one_clear_error_in_seconds(monkeypatch):
    monkeypatch.setattr(Hub, "answer", ConnectionError("Name or service not known"))
    with pytest.raises(ModelError) as caught:
        load_model("starcoder")
    assert "bigcode/starcoder2-3b" in caught.value.message
    assert "huggingface.co" in caught.value.message
    assert "--model /path/to/folder" in caught.value.hint


def test_offline_mode_is_one_clear_error_without_a_request(monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="cannot be reached"):
        load_model("bigcode/starcoder2-3b")


def test_only_safe_files_are_fetched(fake_hub, monkeypatch):
    monkeypatch.setattr(Hub, "answer", listing("config.json", "model.safetensors", "a.bin", "m.py"))
    hub.snapshot("owner/model")
    assert "*.safetensors" in fake_hub["allow_patterns"]
    assert not {"*.bin", "*.py"} & set(fake_hub["allow_patterns"])
    assert fake_hub["revision"] == "c0ffee"


def test_pickled_weights_are_fetched_on_demand_only(fake_hub, monkeypatch):
    monkeypatch.setattr(Hub, "answer", listing("config.json", "pytorch_model.bin"))
    with pytest.raises(ModelError, match="pickled"):
        hub.snapshot("owner/model")
    hub.snapshot("owner/model", allow_pickle=True)
    assert "*.bin" in fake_hub["allow_patterns"]
    monkeypatch.setattr(Hub, "answer", listing("model.gguf"))
    with pytest.raises(ModelError, match="no weights"):
        hub.snapshot("owner/model")
