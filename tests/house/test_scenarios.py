"""The fault scenarios that the product has to survive: each has a test that names its number. And: what is missing is found."""

import pathlib
import re

TOP = pathlib.Path(__file__).resolve().parents[2]

# All but 54, a configuration that is changed while everything runs.
PROVED = [*range(1, 54), 55, 56]

MARKER = re.compile(r"@pytest\.mark\.scenario\(([^)]*)\)")
TAG = re.compile(r"\[scenario-(\d+)\]")
DIALOGUE = re.compile(r"^# .*?\bScenarios? ([\d, and]+)\.", re.MULTILINE)


def named(marked, tagged, dialogues):
    """The numbers that the lab's cases, the tests in C++ and the golden dialogues name."""
    texts = MARKER.findall(marked) + TAG.findall(tagged) + DIALOGUE.findall(dialogues)
    return {int(number) for text in texts for number in re.findall(r"\d+", text)}


def missing(numbers):
    return [number for number in PROVED if number not in numbers]


def source(pattern):
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((TOP / "tests").glob(pattern)))


def test_every_scenario_has_a_test_that_names_it():
    without = missing(named(source("lab/test_*.py"), source("**/*_test.cpp"), source("golden/*/*.txt")))
    assert not without, f"no test names scenario {', '.join(map(str, without))}"


def test_a_scenario_without_a_test_is_found():
    lab = "\n".join(f"@pytest.mark.scenario({number}, 2)" for number in PROVED if number not in (9, 16, 44))
    tagged = 'TEST_CASE("the time of day", "[scenario-16]") {'
    assert missing(named(lab, tagged, "# Scenario 44. One departure is allowed\nstart\n")) == [9]
