"""`mlx.catalog.browse` in a kernel: find, look, take the code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interactive import Kernel
from tests.support import Workbench


@pytest.fixture(scope="module")
def kernel(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel with a catalog of two tables."""
    folder = tmp_path_factory.mktemp("lake")
    (folder / "people").mkdir()
    (folder / "people" / "a.csv").write_text("id,name\n1,<b>Ada</b>\n2,Alan\n")
    (folder / "places").mkdir()
    (folder / "places" / "a.csv").write_text("id,city,size\n1,London,9.1\n2,Warsaw,1.8\n")
    made = Kernel(bench, folder)
    made.printed("import jupyter_mlx as mlx\nmlx.catalog.crawl('.', name='lake')")
    yield made
    made.close()


def test_the_first_hit_is_shown_with_its_rows_and_the_code_that_reads_it(kernel: Kernel) -> None:
    outputs = kernel("browser = mlx.catalog.browse('people')\nbrowser")
    shown = next(output["data"] for output in outputs if output["type"] == "execute_result")
    assert "application/vnd.jupyter.widget-view+json" in shown
    state = kernel.printed("print(browser.status.value, browser.hits.label, browser.page.value)")
    assert "1 found lake.people" in state
    assert "Alan" in state
    assert "&lt;b&gt;Ada" in state
    code = kernel.printed("print(browser.code.value)")
    assert "lake.people" in kernel.printed(code + "\nprint('lake.people')")
    assert "mlx.catalog.table(" in code


def test_another_search_shows_another_table(kernel: Kernel) -> None:
    state = kernel.printed(
        "browser = mlx.catalog.browse()\nbrowser.query.value = 'city'\n"
        "print(browser.status.value, browser.hits.label, 'Warsaw' in browser.page.value)"
    )
    assert "1 found lake.places.city True" in state


def test_nothing_found_says_what_to_do_and_a_wrong_filter_what_is_wrong(kernel: Kernel) -> None:
    state = kernel.printed(
        "browser = mlx.catalog.browse('zzzzqqqq')\nprint(browser.status.value, repr(browser.page.value))"
    )
    assert "Nothing found. Try fewer words" in state
    assert state.rstrip().endswith("''")
    assert "fresh:soon" in kernel.printed("browser.query.value = 'fresh:soon'\nprint(browser.status.value)")
