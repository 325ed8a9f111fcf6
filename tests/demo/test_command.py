import json

from click.testing import CliRunner

from payung.cli.main import cli


def run(*words: str):
    return CliRunner().invoke(cli, ["province", *words])


def test_json_names_what_was_written(tmp_path):
    done = run("--out", str(tmp_path), "--workers", "150", "--seed", "3", "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert answer["workers"] == 150
    assert sum(file["kind"] == "list" for file in answer["files"]) == 42
    assert all((tmp_path / file["path"]).is_file() for file in answer["files"])


def test_people_are_told_what_to_do_next(tmp_path):
    done = run("--out", str(tmp_path), "--workers", "100")
    assert done.exit_code == 0
    assert "payung intake" in done.stdout


def test_wrong_options_end_with_two_and_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    for words, option in (
        (("--out", str(tmp_path), "--workers", "99"), "--workers"),
        (("--out", str(tmp_path), "--seed", "-1"), "--seed"),
        (("--out", str(tmp_path), "--today", "22-11-2026"), "--today"),
        (("--out", str(tmp_path / "file")), "--out"),
        (("--out", str(tmp_path / "file" / "below")), "--out"),
    ):
        done = run(*words)
        assert done.exit_code == 2
        assert option in done.stderr


def test_help_has_an_example():
    assert "Example: payung province --out" in " ".join(run("--help").stdout.split())
