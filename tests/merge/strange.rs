//! Pages that are hardly any, in three versions.

use postwright::merge::{Outcome, Versions, merge};

use super::super::rules;
use super::dice::Dice;

#[test]
fn strange_bytes_are_no_reason_to_panic() {
    const PARTS: [&str; 34] = [
        "+++",
        "---",
        "{",
        "}",
        "a = 1",
        "b: 2",
        "\"c\": 3",
        "title = \"é\"",
        "[extra]",
        "[extra.postwright]",
        "extra:",
        "  postwright:",
        "    written: x",
        "d = [1, # one",
        "]",
        "# c",
        "***",
        "===",
        "```",
        "<!--",
        "-->",
        "- item",
        "> q",
        "    code",
        "[a]: /x",
        "[a] [^1]",
        "[^1]: n",
        "text",
        "\u{a0}",
        "\0",
        "\u{feff}",
        "日本",
        "  ",
        "",
    ];
    const ENDS: [&str; 5] = ["\n", "\n", "\r\n", "\r", "\n\n"];
    let mut dice = Dice::new(7);
    let mut merged = 0;
    for number in 0..3_000 {
        let text = |dice: &mut Dice| -> String {
            let start = *dice.pick(&["+++\na = 1\n+++\n", "---\na: 1\n---\n", "{\"a\": 1}\n", ""]);
            let parts = (0..dice.below(9))
                .map(|_| (*dice.pick(&PARTS)).to_owned() + dice.pick::<&str>(&ENDS));
            start.to_owned() + &parts.collect::<String>()
        };
        let (base, mut edited, mut new) = (text(&mut dice), text(&mut dice), text(&mut dice));
        if dice.chance(50) {
            edited = base.clone() + &edited;
        }
        match dice.below(3) {
            0 => new = base.replace('1', "9"),
            1 => new = base.clone() + &new,
            _ => {}
        }
        let generator = if number % 2 == 0 { "zola" } else { "hugo" };
        let versions = Versions {
            base: &base,
            edited: &edited,
            new: &new,
        };
        merged += u32::from(matches!(
            merge(versions, &rules(generator)),
            Outcome::Merged(_)
        ));
    }
    assert!(merged > 100, "only {merged} were merged");
}
