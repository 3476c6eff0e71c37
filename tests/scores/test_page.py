"""The page of scores: every value of the table is on it once, links lead to what exists, and files are replaced."""

import re
from pathlib import Path

import pytest
from scores.made_up_runs import MEANS, run_of, summary_of

from rnncompare.__main__ import main
from rnncompare.scores import cells
from rnncompare.scores.finished import all_finished
from rnncompare.scores.page import TITLE
from rnncompare.scores.ranks import RULES
from rnncompare.scores.writing import write_scores
from rnncompare.study.config_file import read
from rnncompare.study.config_keys import Config
from rnncompare.tabulation import tables

STYLE = Path(__file__).parents[2] / "docs/static/wide_tables.css"


def write(folder: Path) -> Path:
    """Write the page of two runs in a folder; return its path."""
    other = {"results": "results/b", "studies": {"s": {"comparison": {"preparation": {"window": [0, 0.4]}}}}}
    summary = summary_of(MEANS, trained_on={"mine": "m1: 0.5 of units"})
    runs = [run_of(folder / "a", summary=summary), run_of(folder / "b", config=other)]
    write_scores(all_finished(runs), folder / "docs/page.md")
    return folder / "docs/page.md"


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> tuple[Path, str]:
    """The page of two runs, which tests do not change, and its text."""
    path = write(tmp_path_factory.mktemp("written"))
    return path, path.read_text()


def rows_of(text: str, first: str) -> list[list[str]]:
    """The cells of the rows whose first cell begins with a text."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith(f"| {first}<br>")]
    assert lines, f"found no row of {first}"
    return lines


def test_a_cell_has_the_score_its_interval_and_its_range_of_ranks(written):
    table, text = tables.read(written[0].with_suffix("") / "scores.csv"), written[1]
    shown = [row for row in rows_of(text, "trained") if "rank" in row[-1]]
    assert len(shown) == 2  # one for each way in which the recording was compared
    for cells_of, run in zip(shown, ("results/a", "results/b"), strict=True):
        own = table[(table.run == run) & (table.model == "trained")]
        for cell, (_, row) in zip(cells_of[3:], own.iterrows(), strict=True):
            numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", cell)]
            assert numbers == pytest.approx([row["mean"], row["low"], row["high"]], abs=0.0051)
            best, worst, of = re.search(r"rank (\d+)(?:-(\d+))? of (\d+)", cell).groups()
            assert [int(best), int(worst or best), int(of)] == [row.rank_best, row.rank_worst, row.of]


def test_a_source_that_is_not_ranked_says_why(written):
    first, *_ = rows_of(written[1], "mine")
    assert first[1] == "network trained elsewhere; trained on m1: 0.5 of units; not ranked: trained on this recording"
    assert "rank" not in "".join(first[2:])
    assert "rank" not in "".join(rows_of(written[1], "halves")[0])


def test_every_link_and_image_of_the_page_leads_to_a_file_or_a_heading(written):
    path, text = written
    links = re.findall(r"\]\(([^)]+)\)", text)
    anchors = {cells.anchor(heading.replace("`", "")) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    assert {link for link in links if link.startswith("#")} <= {f"#{anchor}" for anchor in anchors}
    assert all((path.parent / link).is_file() for link in links if not link.startswith("#"))
    assert "](page/results_a_s_similarity_by_measure.png)" in text
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    assert len(headings) == len(set(headings))  # or an anchor would have a number


def test_all_rows_of_a_table_have_as_many_cells_as_its_head(written):
    blocks = re.findall(r"(?:^\|.*\n)+", written[1], re.MULTILINE)
    assert len(blocks) == 1 + 2 * 2 + 2  # overview; scores and margins of two comparisons; two studies
    for block in blocks:
        assert len({len(re.split(r"(?<!\\) \| ", line)) for line in block.splitlines()}) == 1


def test_the_page_states_every_rule_and_how_a_model_enters(written):
    text = written[1]
    assert all(f"- **{name}** {rule}\n" in text for name, rule in RULES.items())
    assert 'mine: {activities: "runs/mine_*.npz"}' in text and "`docs/scores.md` explains it" in text


def test_the_config_beside_the_page_is_that_of_the_run(written):
    folder = written[0].with_suffix("")
    assert read(folder / "results_b.yaml")["studies"]["s"]["comparison"]["preparation"]["window"] == [0, 0.4]
    assert Config.model_validate(read(folder / "results_a.yaml")).studies["s"].baseline == "ring"


def test_the_same_runs_give_the_same_bytes_and_older_files_are_replaced(tmp_path):
    page = write(tmp_path)
    folder = page.with_suffix("")
    before = {path.name: path.read_bytes() for path in [page, *folder.iterdir()]}
    write_scores(all_finished([tmp_path / "a", tmp_path / "b"]), page)
    assert {path.name: path.read_bytes() for path in [page, *folder.iterdir()]} == before
    write_scores(all_finished([tmp_path / "b"]), page)
    names = {path.name for path in folder.iterdir()}
    assert names == {name for name in before if "results_a" not in name} - {"page.md"}


def test_a_folder_with_other_files_is_left_as_it_is(tmp_path):
    page = write(tmp_path)
    folder = page.with_suffix("")
    (folder / "notes.txt").write_text("mine")
    before = {path.name for path in folder.iterdir()}
    with pytest.raises(ValueError, match=r"found notes\.txt, wanted a folder with nothing but files of a page"):
        write_scores(all_finished([tmp_path / "b"]), page)
    assert {path.name for path in folder.iterdir()} == before


def test_a_page_beside_the_explanation_links_to_it(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/scores.md").write_text("# Explanation\n")
    run = run_of(tmp_path / "a")
    write_scores(all_finished([run]), tmp_path / "docs/page.md")
    assert "(scores.md) explains it" in (tmp_path / "docs/page.md").read_text()


def test_the_command_writes_the_page_and_says_what_each_run_contributed(tmp_path, capsys):
    run = run_of(tmp_path / "a")
    assert main(["scores", str(run), "--out", str(tmp_path / "p.md")]) == 0
    assert f"{run}: 6 sources compared with m1" in capsys.readouterr().out and (tmp_path / "p.md").is_file()
    assert main(["scores", str(run), "--out", str(tmp_path / "p.html")]) == 1
    assert "wanted a Markdown page" in capsys.readouterr().err


def test_the_style_of_the_site_is_that_of_the_sections_of_the_page(written):
    styled = set(re.findall(r"section#([\w-]+)", STYLE.read_text(encoding="utf-8")))
    headings = re.findall(r"^#+ (.+)$", written[1], re.MULTILINE)
    assert (
        styled == {cells.anchor(TITLE), "studies"} <= {cells.anchor(heading.replace("`", "")) for heading in headings}
    )


def test_names_cannot_end_a_cell_or_begin_a_style():
    assert cells.plain("a|b_c*`<") == r"a\|b\_c\*\`\<"


@pytest.mark.parametrize("value, shown", [(0.123, "+0.12"), (-0.123, "-0.12"), (-0.001, "+0.00"), (0.0, "+0.00")])
def test_a_margin_of_zero_has_no_minus(value, shown):
    assert cells.signed(value) == shown


def test_a_corrected_p_is_shown_where_it_is_not_below_the_level():
    row = {
        "mean": 0.5,
        "low": 0.4,
        "high": 0.6,
        "full_length": float("nan"),
        "not_ranked": "",
        "differs": "",
        "rank_best": 2.0,
    }
    row |= {"rank_worst": 2.0, "of": 3.0, "p_corrected": 0.04}
    assert cells.score(row) == "0.50 [0.40, 0.60]<br>rank 2 of 3"
    assert cells.score(row | {"p_corrected": 0.21}) == "0.50 [0.40, 0.60]<br>p 0.21<br>rank 2 of 3"
    unranked = row | {"rank_best": float("nan"), "not_ranked": "4 components, others 10"}
    assert cells.score(unranked).endswith("]<br>4 components, others 10")
    assert cells.score(unranked, excused="4 components, others 10") == "0.50 [0.40, 0.60]"
    both = unranked | {"differs": "4 components, others 10"}
    assert cells.score(both) == cells.score(both | {"not_ranked": "reference"}) == cells.score(unranked)


def test_a_margin_states_animals_of_models_and_what_is_not_comparable():
    row = {"margin": 0.2, "margin_low": 0.1, "margin_high": 0.3, "animals": 3, "same_direction": 2, "differs": ""}
    row |= {"role": "model"}
    assert cells.margin(row) == "+0.20 [+0.10, +0.30]<br>2 of 3 animals"
    assert cells.margin(row | {"role": "reference", "differs": "9 times, others 81"}).endswith(
        "]<br>9 times, others 81"
    )
    assert cells.margin(row | {"margin": float("nan")}) == ""
