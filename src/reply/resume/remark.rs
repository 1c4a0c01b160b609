//! A line in which a model says that it goes on, before it does: it is no line of the post.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Phrases by their section.
static PHRASES: LazyLock<HashMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut sections: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut section = "";
    let lines = include_str!("remarks.txt").lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            Some(name) => section = name,
            None => sections.entry(section).or_default().push(line),
        }
    }
    sections
});

fn phrases(section: &str) -> impl Iterator<Item = &'static str> {
    PHRASES.get(section).into_iter().flatten().copied()
}

/// A remark is shorter than this, in characters.
const LONGEST: usize = 120;
/// Marks that a remark ends with. Of those that may end any sentence, too, a remark has to tell more.
const ENDS: [char; 9] = [':', '：', '…', '.', '。', '!', '！', '．', '؛'];
/// Marks behind a word of politeness.
const BREAKS: [char; 11] = [',', '!', '.', ':', '，', '、', '！', '。', '：', '،', '–'];

/// Whether a line alone speaks of going on, such as `Continuing from where I left off:`. Only whole phrases tell: a post may
/// well begin a paragraph with `Continuous integration`.
pub(super) fn is_remark(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']).trim();
    let is_block = line.starts_with(['#', '-', '|', '>', '`']);
    if is_block || !line.ends_with(ENDS) || line.chars().count() >= LONGEST {
        return false;
    }
    let line = line.to_lowercase().replace('’', "'");
    let said = phrases("polite")
        .find_map(|word| line.strip_prefix(word)?.strip_prefix(BREAKS))
        .map_or(line.as_str(), str::trim_start);
    let whole = said.trim_end_matches(ENDS).trim_end();
    phrases("whole").any(|phrase| whole == phrase)
        || phrases("begins").any(|phrase| begins(said, phrase))
        || line.ends_with([':', '：', '…']) && phrases("holds").any(|it| said.contains(it))
}

/// Whether a line begins with a phrase, whose last word is whole.
fn begins(line: &str, phrase: &str) -> bool {
    let rest = line.strip_prefix(phrase);
    let is_spaced = phrase
        .chars()
        .next_back()
        .is_some_and(|last| !is_unspaced(last));
    rest.is_some_and(|rest| !is_spaced || !rest.starts_with(char::is_alphanumeric))
}

/// Whether a character is of a script that puts no blanks between words.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_told_from_lines_of_a_post() {
        for line in [
            "Sure, continuing from where I stopped:",
            "Continuing…",
            "**Continued:**",
            "Of course! Here’s the rest of the article:",
            "I'll continue.",
            "This is where I was cut off:",
            "Gerne, hier ist der Rest des Artikels:",
            "Ich fahre dort fort, wo ich aufgehört habe.",
            "Fortsetzung:",
            "Claro, continúo desde donde me quedé:",
            "Bien sûr, voici la suite de l’article :",
            "Je reprends là où je me suis arrêté.",
            "Certo, riprendo da dove mi ero interrotto:",
            "Natuurlijk, ik ga verder waar ik gebleven was:",
            "Com certeza! Continuando de onde parei:",
            "はい、続きを書きます。",
            "承知しました。以下、続きです：",
            "好的，继续上文：",
            "好的，以下是文章的剩余部分：",
            "بالطبع، سأكمل من حيث توقفت:",
            "تكملة المقال:",
        ] {
            assert!(is_remark(line), "{line}");
        }
        for line in [
            "Here is the rest of the code:",
            "Here's the rest of the configuration:",
            "I will continue with the firewall.",
            "Let me continue with a second example:",
            "Continuous integration runs the tests:",
            "wget -c takes up the file where it left off:",
            "Continuing where the first part ended:",
            "中断したところから続けるには、次のコマンドを実行します：",
            "要从中断的地方继续，请运行以下命令：",
            "O wget retoma o arquivo de onde parou:",
            "The next day I took up the trail where I left off.",
            "Sure:",
            "Hier ist der Rest des Programms:",
            "Fortsetzungen sind selten gut.",
            "Ich mache weiter mit dem Teig:",
            "Aquí está el resto del código:",
            "Voici la suite des commandes :",
            "Suite bureautique :",
            "Ecco il resto del codice:",
            "Il giorno dopo ripresi il cammino da dove mi ero fermato.",
            "Hier is de rest van de code:",
            "Aqui está o resto do código:",
            "続きを読むには次のように入力します：",
            "继续使用旧版本的方法如下：",
            "好的开始是成功的一半。",
            "تكملة الخطوات:",
            "# Fortsetzung:",
        ] {
            assert!(!is_remark(line), "{line}");
        }
    }

    #[test]
    fn every_phrase_is_one_that_can_be_met() {
        for section in ["polite", "whole", "begins", "holds"] {
            let of_section: Vec<&str> = phrases(section).collect();
            assert!(of_section.len() >= 15, "[{section}]");
            for phrase in &of_section {
                assert_eq!(phrase.to_lowercase(), **phrase);
                let count = of_section.iter().filter(|it| *it == phrase).count();
                assert_eq!(count, 1, "[{section}] {phrase}");
            }
        }
        assert_eq!(PHRASES.len(), 4);
    }
}
