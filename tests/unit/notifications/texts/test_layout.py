"""How an alert's text is laid out."""

import pytest

from ses_reputation.notifications.texts.advice import Advice
from ses_reputation.notifications.texts.layout import WIDTH, command, make_alert, make_subject, rows, steps
from ses_reputation.notifications.texts.render import TextParts

LOOK = (
    "See whether the event destination is still there: `aws sesv2 get-configuration-set-event-destinations "
    "--configuration-set-name newsletter --region us-east-1`."
)


def test_a_longer_command_in_a_step_gets_lines_of_its_own_to_copy() -> None:
    assert steps(map(Advice.read, [LOOK, "Wait."])) == [
        "  1. See whether the event destination is still there:",
        "       aws sesv2 get-configuration-set-event-destinations \\",
        "           --configuration-set-name newsletter --region us-east-1",
        "  2. Wait.",
    ]


def test_a_sentence_goes_on_after_its_command() -> None:
    assert steps([Advice.read(f"{LOOK[:-1]} shows it.")])[-1] == "     shows it."


def test_a_step_that_begins_with_a_command_has_its_number() -> None:
    begins = "`aws sesv2 get-configuration-set-event-destinations --region us-east-1` shows it."
    assert steps([Advice.read(begins)]) == [
        "  1.",
        "       aws sesv2 get-configuration-set-event-destinations --region us-east-1",
        "     shows it.",
    ]


def test_a_short_command_stays_in_its_sentence() -> None:
    assert steps([Advice.read("See what is in quarantine (`ses-reputation quarantine list`).")]) == [
        "  1. See what is in quarantine (ses-reputation quarantine list)."
    ]


def test_labels_and_texts_stand_in_two_columns() -> None:
    assert rows([("since", "noon"), ("made of", "a " * 40)]) == [
        "  since    noon",
        "  made of  a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a",
        "           a a a a a a",
    ]
    assert rows([]) == []


def test_a_longer_label_does_not_push_the_others_texts_aside() -> None:
    pairs = [("since", "noon"), ("configuration set newsletter", "178 of 178 hard bounces " * 3)]
    assert rows(pairs) == [
        "  since  noon",
        "  configuration set newsletter: 178 of 178 hard bounces 178 of 178 hard",
        "    bounces 178 of 178 hard bounces",
    ]


def test_a_subject_is_cut_between_words_and_a_name_without_end_anywhere() -> None:
    words = make_subject("word " * 30)
    assert words == ("word " * 19).strip() + "..."
    assert make_subject(f"Found: {'x' * 200} and more") == f"Found: {'x' * 89}..."


@pytest.mark.parametrize(
    ("subject", "cut", "headline"),
    [
        ("Watch: bounces at 3.00 %", "Watch: bounces at 3.00 %", ""),
        ("word " * 30, "word " * 18 + "word...", ("word " * 30).strip()),
        # SNS takes ASCII alone (API reference, Publish).
        ("Found: set Räder", "Found: set R?der", "Found: set Räder"),
    ],
)
def test_what_sns_takes_only_a_part_of_is_kept_whole_beside_it(subject: str, cut: str, headline: str) -> None:
    alert = make_alert(TextParts(subject=subject))

    assert (alert.subject, alert.headline) == (cut, headline)


def test_steps_are_numbered_and_their_lines_aligned() -> None:
    lines = steps([Advice.read("word " * 20)] * 10)

    assert [line for line in lines if line[2].isdigit()] == [line for line in lines if "." in line]
    assert lines[1].startswith("     word")
    assert lines[-1].startswith("      word")


@pytest.mark.parametrize("length", [10, 60, 90])
def test_a_command_is_continued_where_a_line_ends(length: int) -> None:
    lines = command("ses-reputation standing explain", f"--identity {'x' * length}", "--stack ses-reputation")

    assert " ".join(line.strip(" \\") for line in lines).split()[3:5] == ["--identity", "x" * length]
    assert all(line.endswith("\\") for line in lines[:-1])
    assert all(len(line) <= WIDTH or "xxx" in line for line in lines)
