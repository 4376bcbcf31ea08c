from pathlib import Path

from courrier.clock.rules import SHIPPED, read_law

GUIDE = Path(__file__).parents[2] / "docs" / "delais.md"


def test_the_guide_for_administrators_names_every_rule_and_its_article() -> None:
    law, text = read_law(SHIPPED, 0), GUIDE.read_text(encoding="utf-8")
    for each in (*law.rules.values(), *law.extensions.values()):
        assert f"`{each.code}` {each.name}" in text
        assert each.article in text
