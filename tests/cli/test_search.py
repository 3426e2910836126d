from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.process import environment, outcome


async def test_results_are_printed_for_a_person(filled: CommandLine) -> None:
    seen = await filled("search", "bert")
    assert (seen.status, seen.err) == (0, "")
    assert "2 results" in seen.out
    assert (
        "BERT: one model, pre-trained once, fine-tuned for everything <https://reading-desk.example/bert>" in seen.out
    )


async def test_no_result_says_what_to_try(filled: CommandLine) -> None:
    seen = await filled("search", "zzyzx")
    assert (seen.status, "Nothing fits “zzyzx”" in seen.out) == (0, True)


async def test_the_json_is_as_the_scorer_wants_it(filled: CommandLine) -> None:
    found = (await filled("search", "bert celular", "--json")).object
    assert found["query"] == "bert celular"
    assert found["interpretation"] == "bert celular"
    assert found["total"] == len(found["results"])
    result, *others = found["results"]
    assert result["complete"]
    assert not any(other["complete"] for other in others)  # they have only one of the words
    assert result["score"] > 0
    assert "BERT" in result["snippet"]
    (item,) = result["items"]
    assert item["document"].endswith("caderno-de-pln.md")
    assert item["language"] == "pt"
    assert "https://arxiv.org/abs/1910.01108" in item["links"]


async def test_the_limit_holds(filled: CommandLine) -> None:
    found = (await filled("search", "bert OR attention OR модель OR model", "--json", "--limit", "2")).object
    assert len(found["results"]) == 2 < found["total"]


async def test_a_batch_answers_every_line_in_order_empty_ones_too(filled: CommandLine) -> None:
    seen = await filled("search", "--batch", "-", stdin='bert\n\n  модель \n"\n\xff(*\n'.encode("latin-1", "replace"))
    answers = [json.loads(line) for line in seen.out.splitlines()]
    assert [answer["query"] for answer in answers][:2] == ["bert", ""]
    assert len(answers) == 5
    assert answers[1]["results"] == []


async def test_a_batch_may_be_a_file(filled: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "queries").write_text("bert\nмодель")
    seen = await filled("search", "--json", "--batch", "queries")
    assert [json.loads(line)["query"] for line in seen.out.splitlines()] == ["bert", "модель"]


@pytest.mark.parametrize("arguments", [[], [""], ["x", "--batch", "-"], ["x", "--limit", "0"], ["--batch", "absent"]])
async def test_a_mistake_ends_with_status_2(run: CommandLine, arguments: list[str]) -> None:
    seen = await run("search", *arguments)
    assert (seen.status, seen.out) == (2, "")
    assert "Usage: " in seen.err


async def test_a_batch_answers_each_line_before_the_next_is_asked(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "search",
        "--batch",
        "-",
        cwd=tmp_path,
        env=environment(tmp_path),
        stdin=-1,
        stdout=-1,
    )
    assert process.stdin
    assert process.stdout
    for query in ("bert", ""):
        process.stdin.write(f"{query}\n".encode())
        async with asyncio.timeout(30):
            answer = await process.stdout.readline()
        assert json.loads(answer)["query"] == query
    process.stdin.close()
    assert await process.wait() == 0


async def test_the_program_prints_every_script_whatever_the_locale(tmp_path: Path) -> None:
    settings = {"LC_ALL": "C"}
    status, out, _err = await outcome(tmp_path, "search", "知识 модель", "--json", settings=settings)
    assert (status, json.loads(out)["query"]) == (0, "知识 модель")


async def test_an_explanation_tells_how_a_query_is_read_and_the_parts_of_each_score(filled: CommandLine) -> None:
    seen = await filled("search", "bert celular", "--explain")
    assert seen.status == 0
    lines = seen.out.splitlines()
    assert lines[0] == "Read as: bert celular"
    assert any(line.startswith("  bert: worth ") for line in lines)
    assert any(line.startswith("Candidates: 1 items with everything") for line in lines)
    assert any(line.startswith("1. ") and "(story " in line for line in lines)
    assert any(" = text " in line and "share 1.000" in line for line in lines)


async def test_an_explanation_says_what_was_asked_instead(filled: CommandLine) -> None:
    seen = await filled("search", "atention", "--explain")
    assert "Instead of: atention (spelling)" in seen.out.splitlines()
    assert "Read as: attention" in seen.out.splitlines()
