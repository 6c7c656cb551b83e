"""The explorer in a real browser: what it draws is what PyTorch draws, and each control does what it says."""

import re

import pytest
import torch
from playwright.sync_api import Page, expect

from support.browser import settled
from support.explored import DIGITS, EPOCHS, Explored

from .conftest import Open, alike, drawn, title

Z = [-2.0, -1.37, 0.0, 0.61, 2.0]
DESCRIBED = "as-described, seed 3, at z = "


def spot(page: Page, gan: str) -> tuple[float, float]:
    """Where a GAN stands on the map, in the window."""
    box = page.locator("#map").bounding_box()
    assert box is not None
    x, y = page.evaluate(f"map.spot({gan})")
    return box["x"] + 1 + x, box["y"] + 1 + y  # within the border


def on_curve(z: float, gangan: int = 0) -> str:
    return f"{{kind: 'curve', gangan: {gangan}, z: {z}}}"


def row(number: int, zoo: str = "mlp") -> str:
    return f"{{kind: 'row', zoo: '{zoo}', row: {number}}}"


def z_of(page: Page, panel: str = "a") -> float:
    return float(title(page, panel).rpartition("z = ")[2].replace("−", "-"))


@pytest.mark.parametrize(("arm", "seed"), [("as-described", 3), ("as-described", 4), ("as-published", 3)])
def test_digits_along_z_are_those_of_pytorch(opened: Open, explored: Explored, arm: str, seed: int) -> None:
    page, expected = opened(), explored.digits(arm, seed, Z)
    page.select_option("#arm", arm)
    page.select_option("#seed", str(seed))
    for z, digits in zip(Z, expected, strict=True):
        page.locator("#z").fill(str(z))
        assert alike(drawn(page, "digits-a"), digits)
        assert title(page, "a") == f"{arm}, seed {seed}, at z = {f'{z:+.2f}'.replace('-', '−')}"


def test_digits_of_rows_are_those_of_pytorch(opened: Open, explored: Explored) -> None:
    page = opened()
    for run, epoch in ((0, 1), (1, 3), (2, EPOCHS)):
        page.select_option("#run", str(run))
        page.locator("#epoch").fill(str(epoch))
        assert alike(drawn(page, "digits-a"), explored.digits_of_row("mlp", run, epoch))
        assert title(page, "a") == f"run {run}, trained {epoch} epoch{'' if epoch == 1 else 's'}"


def test_what_the_pointer_is_over_is_drawn_until_it_leaves_and_stays_after_a_click(
    opened: Open, explored: Explored
) -> None:
    page = opened()
    page.mouse.move(*spot(page, row(7)))
    assert alike(drawn(page, "digits-a"), explored.digits_of_row("mlp", 1, 3))
    assert title(page, "a") == "run 1, trained 3 epochs"
    page.mouse.move(5, 5)
    assert title(page, "a") == f"{DESCRIBED}+0.00"
    page.mouse.click(*spot(page, row(7)))
    page.mouse.move(5, 5)
    assert title(page, "a") == "run 1, trained 3 epochs"
    assert page.input_value("#run") == "1"
    assert page.input_value("#epoch") == "3"


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
def test_dragging_along_a_curve_changes_z(opened: Open, explored: Explored, pointer: str) -> None:
    page = opened(has_touch=pointer == "touch")
    page.select_option("#view", "curve")
    settled(page)
    start, end = spot(page, on_curve(0.5)), spot(page, on_curve(1.5))
    if pointer == "mouse":
        page.mouse.move(*start)
        page.mouse.down()
        assert z_of(page) == pytest.approx(0.5, abs=0.05)
        page.mouse.move(*end, steps=4)
        page.mouse.up()
    else:
        session = page.context.new_cdp_session(page)
        for kind, points in (("touchStart", [start]), ("touchMove", [end]), ("touchEnd", [])):
            touches = [{"x": x, "y": y} for x, y in points]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    z = z_of(page)
    assert z == pytest.approx(1.5, abs=0.05)
    assert float(page.input_value("#z")) == pytest.approx(z, abs=0.01)
    exact = page.evaluate("shown.a.z")
    assert alike(drawn(page, "digits-a"), explored.digits("as-described", 3, [exact])[0])


def test_training_is_played_to_its_end(opened: Open) -> None:
    page = opened()
    page.select_option("#run", "2")
    settled(page)
    page.evaluate(
        """() => {
            globalThis.texts = { said: [], play: [] };
            for (const id in texts) {
                new MutationObserver(() => texts[id].push(by(id).textContent)).observe(by(id), { childList: true });
            }
        }"""
    )
    page.click("#play")
    expect(page.locator("#title-a")).to_have_text(f"A: run 2, trained {EPOCHS} epochs")
    expect(page.locator("#play")).to_have_text("Play training")
    texts = page.evaluate("texts")
    assert texts["play"] == ["Stop", "Play training"]
    assert [text.partition(".")[0] for text in texts["said"]] == [
        f"A: run 2, trained {epochs} epoch{'' if epochs == 1 else 's'}" for epochs in range(1, EPOCHS + 1)
    ]


def test_two_gans_stand_side_by_side(opened: Open, explored: Explored) -> None:
    page = opened()
    assert title(page, "b") == f"run 0, trained {EPOCHS} epochs"
    page.get_by_label("B", exact=True).check()
    page.locator("#z").fill("1")
    assert title(page, "b") == f"{DESCRIBED}+1.00"
    assert title(page, "a") == f"{DESCRIBED}+0.00"
    # what is near to a GAN can be put beside it
    page.locator("#panel-a").get_by_role("button", name="show in B").click()
    assert title(page, "b") == "run 0, trained 2 epochs"
    assert alike(drawn(page, "digits-b"), explored.digits_of_row("mlp", 0, 2))
    # a panel that is clicked is the one to show in
    page.locator("#title-b").click()
    page.locator("#z").fill("-1")
    assert z_of(page, "b") == -1


def test_a_digit_is_shown_across_all_z(opened: Open, explored: Explored) -> None:
    page = opened()
    box = page.locator("#digits-b").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 1.5 / 8, box["y"] + box["height"] * 0.75)  # second line, second digit
    assert page.input_value("#digit") == "10"
    z = torch.linspace(-2, 2, 33)
    settled(page)
    expect(page.locator("#across")).to_have_attribute("aria-busy", "false")
    assert alike(drawn(page, "across", 33), explored.digits("as-described", 3, z.tolist())[:, 9])
    box = page.locator("#across").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 4.5 / 33, box["y"] + box["height"] / 2)
    assert z_of(page, "b") == -1.5
    page.get_by_label("Noise vector", exact=True).fill("3")
    settled(page)
    expect(page.locator("#across")).to_have_attribute("aria-busy", "false")
    assert alike(drawn(page, "across", 33), explored.digits("as-described", 3, z.tolist())[:, 2])


def test_scores_and_the_nearest_row_stand_beside_digits(opened: Open) -> None:
    page = opened()
    page.locator("#z").fill("0.9")  # z = 1 was scored
    settled(page)
    facts = page.inner_text("#panel-a dl")
    assert "Fréchet distance 650, better than 80 % of the rows" in facts  # 12 of 15 are worse
    assert "run 0 after 3 epochs, 3.50 away" in facts
    assert "at z = +1.00, the nearest z that was" in facts
    assert "the rows of all runs, for 4 epochs" in facts
    assert "Fréchet distance 600, better than 80 % of the rows" in page.inner_text("#panel-b dl")
    page.get_by_text("Settings of what is shown").click()
    assert '"learning_rate": 0.0002' in page.inner_text("#settings")


def test_dots_take_the_colours_of_epochs_or_of_quality(opened: Open) -> None:
    page = opened()

    def colours() -> list[list[int]]:
        settled(page)
        return page.evaluate(
            """[6, 9].map((row) => {
                const [x, y] = map.spot({ kind: "row", zoo: "mlp", row });
                const one = new OffscreenCanvas(1, 1).getContext("2d");
                one.drawImage(by("map"), -Math.round(x), -Math.round(y));
                return [...one.getImageData(0, 0, 1, 1).data];
            })"""
        )

    early, late = colours()
    assert early[0] < late[0]  # the scale goes from violet to yellow
    assert page.inner_text(".scale").split() == ["1", str(EPOCHS)]
    page.select_option("#colour", "distance")
    early, late = colours()
    assert early[0] > late[0]
    assert page.inner_text(".scale").split() == ["best", "598", "worst", "1000"]


def test_an_arm_on_another_zoo_brings_its_map_and_runs(opened: Open, explored: Explored) -> None:
    page = opened()
    assert page.locator("#seed option").all_inner_texts() == ["3", "4"]
    assert page.locator("#run option").all_inner_texts() == ["0", "1", "2"]
    page.select_option("#arm", "as-published")
    settled(page)
    assert page.locator("#seed option").all_inner_texts() == ["3"]
    assert page.locator("#run option").all_inner_texts() == ["0"]
    page.locator("#epoch").fill("2")
    assert alike(drawn(page, "digits-a"), explored.digits_of_row("published", 0, 2))
    assert page.evaluate("map.zooName") == "published"


def test_all_is_reached_by_keys(opened: Open) -> None:
    page = opened()
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.name"))
    assert {"map", "colour", "view", "arm", "seed", "z", "run", "epoch", "play", "active", "digit"} <= reached
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    assert z_of(page) == 0.05
    page.keyboard.press("ArrowDown")
    assert title(page, "a") == "as-described, seed 4, at z = +0.05"
    page.mouse.click(*spot(page, row(7)))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert title(page, "a") == "run 0, trained 2 epochs"
    page.focus("#z")
    page.keyboard.press("End")
    assert z_of(page) == 2


def test_a_screen_reader_is_told_what_is_what(opened: Open) -> None:
    page = opened()
    for label in ("Map of GANs", "Arm", "Seed", "Latent z", "Run", "Epochs", "Colour of dots", "View", "Noise vector"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    assert page.get_by_role("img", name=f"{DIGITS} digits drawn by the GAN {DESCRIBED}+0.00").is_visible()
    assert page.get_by_role("img", name="The digit of noise vector 1 by the GANs of as-described").is_visible()
    page.locator("#z").fill("-2")
    settled(page)
    assert page.inner_text("#said") == f"A: {DESCRIBED}−2.00. Fréchet distance 910, better than 20 % of the rows"
    assert page.get_attribute("#z", "aria-valuetext") == "−2.00"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_screen_in_the_dark_and_in_the_light(opened: Open, explored: Explored, scheme: str) -> None:
    page = opened(viewport={"width": 360, "height": 740}, color_scheme=scheme, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ink, paper = (
        sum(map(int, re.findall(r"\d+", page.evaluate(f"getComputedStyle(document.body).{what}"))[:3]))
        for what in ("color", "backgroundColor")
    )
    assert (ink > paper) == (scheme == "dark")
    assert abs(ink - paper) > 3 * 150
    assert alike(drawn(page, "digits-a"), explored.digits("as-described", 3, [0.0])[0])
    page.touchscreen.tap(*spot(page, row(7)))
    assert title(page, "a") == "run 1, trained 3 epochs"


def test_of_rows_that_it_does_not_hold_it_shows_scores_and_the_nearest_it_holds(
    opened: Open, explored: Explored
) -> None:
    least = explored.page(explored.megabytes(0.62))
    held = {name: {*zoo["held"]} for name, zoo in least.values["facts"]["zoos"].items()}
    assert held["mlp"] >= {0, 2, 4, 9, 14}  # each run's last, and those of Fig. 2 of the first run
    assert held["published"] >= {0, 2, 4}
    assert 6 not in held["mlp"]
    page = opened(explored.written(least, "least.html"))
    assert f"{sum(map(len, held.values()))} of 20 rows" in page.inner_text("#held-note")
    page.select_option("#run", "1")
    page.locator("#epoch").fill("2")
    assert title(page, "a") == "run 1, trained 2 epochs"
    assert "Fréchet distance 899" in page.inner_text("#panel-a dl")
    nearest = min((row for row in range(5, 10) if row in held["mlp"]), key=lambda row: abs(row - 6)) - 4
    assert f"of the same run after {nearest} epoch" in page.inner_text("#panel-a dl")
    assert alike(drawn(page, "digits-a"), explored.digits_of_row("mlp", 1, nearest))
