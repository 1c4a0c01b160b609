//! The rules of `check`, and how they run: a page is parsed once, every rule looks at it, findings come out in the
//! order of the text. Adding a rule takes its file and two lines here: its `mod` and its entry in [`RULES`].

use std::fmt;
use std::ops::Range;

use crate::config;
use crate::finding::{Finding, Severity};
use crate::site::{Site, SitePath};

/// The parts of a rule that say what it is: its name, its line and its page.
macro_rules! describe {
    ($name:literal, $summary:literal, $explanation:literal) => {
        fn name(&self) -> &'static str {
            $name
        }

        fn summary(&self) -> &'static str {
            $summary
        }

        fn explanation(&self) -> &'static str {
            $explanation
        }
    };
}

mod fingerprint;
mod addresses;
mod elsewhere;
mod front_matter;
mod harm;
mod left_overs;
mod links;
mod markup;
mod names;
mod neighbourhood;
mod outline;
mod page;
mod proof;
mod prose;
mod quality;
mod references;
mod safety;
mod selection;
mod settings;
mod site_pages;
mod style;
mod suppression;
mod templates;
#[cfg(test)]
mod testing;

pub use elsewhere::{ELSEWHERE, Elsewhere, elsewhere};
pub use fingerprint::Fingerprint;
pub use neighbourhood::Neighbourhood;
pub use outline::Outline;
pub use page::Page;
pub use selection::{Selection, find, rule_name};
pub use site_pages::{ReadPage, SitePages};

/// All rules, in the order in which they run and are listed.
pub const RULES: &[&dyn Rule] = &[
    &settings::refused_configuration::RefusedConfiguration,
    &front_matter::missing::MissingFrontMatter,
    &front_matter::broken::BrokenFrontMatter,
    &front_matter::types::WrongType,
    &front_matter::misread_key::MisreadKey,
    &front_matter::title::MissingTitle,
    &front_matter::title_text::TitleText,
    &front_matter::missing_date::MissingDate,
    &front_matter::date::InvalidDate,
    &front_matter::date::FutureDate,
    &front_matter::taxonomies::MisplacedTerms,
    &front_matter::terms_not_a_list::TermsNotAList,
    &front_matter::undeclared_taxonomy::UndeclaredTaxonomy,
    &front_matter::taxonomies::TermsWithoutTemplates,
    &front_matter::colliding_terms::CollidingTerms,
    &front_matter::stub_published::StubWithoutDraft,
    &front_matter::malformed_stub::MalformedStub,
    &front_matter::section_keys::SectionKeys,
    &front_matter::reread_value::RereadValue,
    &front_matter::expired_page::ExpiredPage,
    &front_matter::unusable_term::UnusableTerm,
    &front_matter::missing_template::MissingTemplate,
    &names::same_address::SameAddress,
    &names::index_beside_section::IndexBesideSection,
    &names::dotted_name::DottedName,
    &names::unusable_slug::UnusableSlug,
    &names::not_a_page::NotAPage,
    &names::blank_in_folder::BlankInFolder,
    &names::lone_translation::LoneTranslation,
    &templates::live_shortcode::LiveShortcode,
    &templates::missing_theme::MissingTheme,
    &templates::odd_quotes::OddQuotes,
    &templates::template_in_body::TemplateInBody,
    &templates::foreign_escapes::ForeignEscapes,
    &templates::foreign_shortcode::ForeignShortcode,
    &templates::shown_escapes::ShownEscape,
    &links::empty_link::EmptyLink,
    &links::missing_anchor::MissingAnchor,
    &links::unsafe_destination::UnsafeDestination,
    &links::internal_link::InternalLink,
    &links::missing_ref::MissingRef,
    &links::dead_target::DeadTarget,
    &links::plain_text_link::PlainTextLink,
    &front_matter::missing_sort_key::MissingSortKey,
    &markup::swallowed_angle_bracket::SwallowedAngleBracket,
    &markup::switched_off::SwitchedOff,
    &markup::raw_html::RawHtml,
    &markup::unclosed_comment::UnclosedComment,
    &markup::text_after_comment::TextAfterComment,
    &markup::unclosed_fence::UnclosedFence,
    &markup::duplicate_title_heading::DuplicateTitleHeading,
    &markup::heading_braces::HeadingBraces,
    &markup::fence_info::FenceWords,
    &markup::headings::BrokenHeading,
    &markup::lists::BrokenList,
    &markup::tables::BrokenTable,
    &markup::footnotes::BrokenFootnote,
    &markup::emphasis::LiteralEmphasis,
    &markup::emphasis::AccidentalEmphasis,
    &markup::other_syntax::OtherSyntax,
    &markup::accidental_strikethrough::AccidentalStrikethrough,
    &markup::accidental_emoji::AccidentalEmoji,
    &markup::lost_backslash::LostBackslash,
    &markup::indented_prose::IndentedProse,
    &markup::alt_markup::AltMarkup,
    &markup::math::BrokenMath,
    &markup::code_characters::CodeCharacters,
    &markup::typography::Typography,
    &markup::more_marker::MoreMarker,
    &markup::live_script::LiveScript,
    &markup::live_script::MarkdownInHtml,
    &style::skipped_heading_level::SkippedHeadingLevel,
    &style::repeated_heading::RepeatedHeading,
    &style::emphasis_as_heading::EmphasisAsHeading,
    &style::missing_fence_language::MissingFenceLanguage,
    &style::missing_alt_text::MissingAltText,
    &style::reversed_link::ReversedLink,
    &style::trailing_space::TrailingSpace,
    &style::hard_tab::HardTab,
    &style::repeated_blank_line::RepeatedBlankLine,
    &style::missing_final_newline::MissingFinalNewline,
    &style::crowded::CrowdedHeading,
    &style::crowded::CrowdedFence,
    &style::crowded::CrowdedList,
    &style::crowded::CrowdedTable,
    &style::mixed_heading_style::MixedHeadingStyle,
    &style::wide_heading_mark::WideHeadingMark,
    &style::indented_heading::IndentedHeading,
    &style::heading_punctuation::HeadingPunctuation,
    &style::mixed_list_mark::MixedListMark,
    &style::mixed_list_indent::MixedListIndent,
    &style::wide_list_mark::WideListMark,
    &style::odd_list_number::OddListNumber,
    &style::wide_quote_mark::WideQuoteMark,
    &style::split_quote::SplitQuote,
    &style::mixed_rule_style::MixedRuleStyle,
    &style::mixed_code_style::MixedCodeStyle,
    &style::mixed_fence_style::MixedFenceStyle,
    &style::mixed_emphasis_style::MixedEmphasisStyle,
    &style::mixed_emphasis_style::MixedStrongStyle,
    &style::code_span_space::CodeSpanSpace,
    &style::link_text_space::LinkTextSpace,
    &style::mixed_table_bars::MixedTableBars,
    &style::unused_definition::UnusedDefinition,
    &style::vague_link_text::VagueLinkText,
    &style::dollar_before_command::DollarBeforeCommand,
    &style::long_line::LongLine,
    &left_overs::citation_marks::CitationMarks,
    &left_overs::reply_label::ReplyLabel,
    &left_overs::second_front_matter::SecondFrontMatter,
    &left_overs::fenced_page::FencedPage,
    &left_overs::end_marker::EndMarker,
    &left_overs::think_block::ThinkBlock,
    &left_overs::chat_residue::ChatResidue,
    &safety::path_outside_site::PathOutsideSite,
    &safety::invisible_characters::InvisibleCharacters,
    &safety::control_characters::ControlCharacters,
    &quality::title_length::LongTitle,
    &quality::description_length::LongDescription,
    &quality::description_length::ShortDescription,
    &quality::missing_description::MissingDescription,
    &quality::description_repeats_opening::DescriptionRepeatsOpening,
    &quality::keyword_not_in_title::KeywordNotInTitle,
    &quality::few_words::FewWords,
    &quality::no_headings::NoHeadings,
    &quality::placeholder_link::PlaceholderLink,
    &quality::similar_title::SimilarTitle,
    &quality::similar_title::SimilarTopic,
    &quality::similar_body::SimilarBody,
    &suppression::unknown_rule::UnknownRule,
    &suppression::unused_suppression::UnusedSuppression,
];

/// One thing to look for.
pub trait Rule: fmt::Debug + Sync {
    /// Its name in kebab-case; says what is wrong, for example `empty-link`.
    fn name(&self) -> &'static str;
    /// What it looks for, in one line.
    fn summary(&self) -> &'static str;
    /// Its page for `explain`, in Markdown: what, why (naming generator and version), example, fix.
    fn explanation(&self) -> &'static str;
    /// Other names that it can be called by, such as `MD009`, which is markdownlint's.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether it looks into what the generator takes out of a page before Markdown is read.
    fn reads_shortcodes(&self) -> bool {
        false
    }
    /// Whether it runs where nobody has chosen rules. Rules of taste do not.
    fn runs_by_default(&self) -> bool {
        true
    }
    /// Whether it looks at pages that a person wrote where nobody has chosen it by name. Advice on how to write does not.
    fn covers_hand_written(&self, _wanted: Option<&config::Post>) -> bool {
        true
    }
    /// Whether the generator stops at its errors in the body of a draft too.
    fn stops_at_drafts(&self, _site: &Site) -> bool {
        false
    }
    /// Looks at one page.
    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>);
    /// Looks at all pages of the site together.
    fn check_site(&self, _pages: &SitePages<'_>, _findings: &mut Vec<Finding>) {}
    /// What of a page `check_site` compares with other pages: of two that share none of it, it says nothing that it does not
    /// say of each alone. The page's section is always there to be looked at, and needs no mention.
    fn compares(&self, _page: &Outline, _site: &Site) -> Vec<String> {
        Vec::new()
    }
}

/// Everything that the selected rules have to say about a page and that nothing silences, in the order of the text.
pub fn check(page: &Page<'_>, selection: &Selection) -> Vec<Finding> {
    let mut findings = Vec::new();
    let unrendered = page.unrendered();
    for rule in RULES.iter().filter(|rule| selection.covers(page, **rule)) {
        let before = findings.len();
        rule.check(page, &mut findings);
        if !rule.reads_shortcodes() && !page.taken_out.is_empty() {
            let found = findings.split_off(before);
            let is_seen = |finding: &Finding| {
                let start = finding.span.as_ref().map(|span| span.start);
                !start.is_some_and(|start| page.is_taken_out(start))
            };
            findings.extend(found.into_iter().filter(is_seen));
        }
        if let Some(later) = unrendered.filter(|_| !rule.stops_at_drafts(page.site)) {
            for finding in &mut findings[before..] {
                spare_unrendered(finding, page, later);
            }
        }
    }
    if page.text.contains("\r\n") {
        for fix in findings
            .iter_mut()
            .filter_map(|finding| finding.fix.as_mut())
        {
            fix.keep_carriage_returns(page.text);
        }
    }
    harm::hold_back(page, &mut findings);
    suppression::apply(page, selection, &mut findings);
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .map(|finding| selection.weigh(finding))
        .collect();
    findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
    findings
}

/// Makes a warning of an error in the body of a draft, which is not rendered until the page is published (tested on Zola 0.17.2
/// and 0.22.0 and Hugo 0.168.0), and of other pages that are not rendered. Their front matter is read, and refused, like any
/// other.
fn spare_unrendered(finding: &mut Finding, page: &Page<'_>, later: &str) {
    let is_in_body = |span: &Range<usize>| span.start >= page.body.start;
    if finding.severity != Severity::Error || !finding.span.as_ref().is_some_and(is_in_body) {
        return;
    }
    finding.severity = Severity::Warning;
    finding.help = Some(match finding.help.take() {
        Some(help) => format!("{help}\n{later}"),
        None => later.to_owned(),
    });
}

/// What the selected rules have to say about all pages together, by page and place. Comes after [`check()`] of all pages
/// with the same selection, so that it knows which globs of the configuration silenced nothing.
pub fn check_site(pages: &SitePages<'_>, selection: &Selection) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| selection.runs(**rule)) {
        let start = findings.len();
        rule.check_site(pages, &mut findings);
        if !rule.covers_hand_written(None) && !selection.names(*rule) {
            let said = findings.split_off(start);
            let is_ours = |path: &SitePath| {
                let page = pages.pages.get(path);
                page.is_some_and(|page| page.is_generated || page.is_stub)
            };
            findings.extend(said.into_iter().filter(|finding| is_ours(&finding.path)));
        }
    }
    suppression::apply_to_site(pages, selection, &mut findings);
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .map(|finding| selection.weigh(finding))
        .collect();
    let start = |finding: &Finding| finding.span.as_ref().map_or(0, |span| span.start);
    findings.sort_by(|a, b| (&a.path, start(a)).cmp(&(&b.path, start(b))));
    findings
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_kebab_case_and_unique() {
        let mut seen = BTreeSet::new();
        for rule in RULES {
            for alias in rule.aliases().iter().copied() {
                assert!(seen.insert(alias), "{alias} is there twice");
            }
            let name = rule.name();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{name}"
            );
            assert!(seen.insert(name), "{name} is there twice");
            assert!(rule.explanation().len() > 80, "{name} explains too little");
        }
    }

    #[test]
    fn fixes_end_lines_as_the_page_does() {
        for (world, body) in [
            (testing::hugo(), "a<br>b and **c **d\n"),
            (testing::zola("0.22.0"), "Text\n\n```\n{% end %}\n```\n"),
            (
                testing::zola("0.17.2"),
                "Text\n| a | b |\n|---|---|\n| c | d |\n",
            ),
        ] {
            let text = format!("{}{body}", testing::FRONT);
            let fixed = testing::repaired(&world, &text);
            assert_ne!(fixed, text);
            let with_returns = testing::repaired(&world, &text.replace('\n', "\r\n"));
            assert_eq!(with_returns, fixed.replace('\n', "\r\n"));
        }
    }

    /// The worst finding in a page of these lines, and whether its help speaks of drafts.
    fn worst(world: &testing::World, keys: &str, body: &str, published: bool) -> (Severity, bool) {
        let text = format!("+++\ndate = 2026-01-01\n{keys}+++\n{body}\n");
        let mut worst = (Severity::Info, false);
        world.with_text(&text, |mut page| {
            if published {
                page = page.as_published();
            }
            for finding in check(&page, &Selection::default()) {
                let help = finding.help.unwrap_or_default();
                worst = worst.max((finding.severity, help.contains("is a draft")));
            }
        });
        worst
    }

    #[test]
    fn errors_in_the_body_of_a_draft_are_warnings_until_it_is_published() {
        use Severity::{Error, Warning};
        let draft = "title = \"A\"\ndraft = true\n";
        let zola = testing::zola("0.22.0");
        let call = "{{ unknown() }}";
        assert_eq!(worst(&zola, "title = \"A\"\n", call, false), (Error, false));
        assert_eq!(worst(&zola, draft, call, false), (Warning, true));
        assert_eq!(worst(&zola, draft, call, true), (Error, false));
        let broken = "title = 3\ndraft = true\n";
        assert_eq!(worst(&zola, broken, "Text.", false), (Error, false));

        // Hugo looks for the shortcodes of drafts, but not for the pages they name.
        let hugo = testing::hugo();
        assert_eq!(
            worst(&hugo, draft, "{{< unknown >}}", false),
            (Error, false)
        );
        let fence = "```go {a=}\nx\n```";
        assert_eq!(worst(&hugo, "title = \"A\"\n", fence, false).0, Error);
        assert_eq!(worst(&hugo, draft, fence, false), (Warning, true));
    }
}
