//! What a generator makes of single things on a page: template syntax, keys, fences, addresses.

use std::ops::Range;

use crate::finding::{Edit, Severity};

/// Template syntax in a body that the generator does not take for text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its bytes in the body; of a pair, those of the opening half.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TemplateKind,
    /// The edits that make it text; none where there is no simple way.
    pub literal: Vec<Edit>,
}

/// What a piece of template syntax is to the generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateKind {
    /// A call of a shortcode.
    Call {
        /// The shortcode's name.
        name: String,
        /// Whether it has a closing tag, or closes itself.
        closed: bool,
    },
    /// The build stops here, for this reason.
    Malformed(String),
    /// A closing tag that names one shortcode and closes another, the innermost that is open.
    Crossed {
        /// The name in the tag.
        name: String,
        /// The name of the shortcode that it closes.
        closes: String,
    },
    /// An expression or a statement of a template language.
    Code(Code),
    /// A call of the component of this name, which a template of the site or the body itself defines.
    Component(String),
    /// A comment of a template language: the text in it is not on the page.
    Comment,
}

/// What becomes of an expression or a statement of a template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// It runs, and uses what is there, so that the author may have meant it.
    Meant,
    /// It runs, and names nothing: what it prints is hardly what was meant, as `2` for `{{ 1 + 1 }}`.
    Bare,
    /// The build stops at it, since what it names is not there.
    Unknown,
}

/// What an address can be made of.
#[derive(Debug, Clone, Copy)]
pub struct AddressParts<'a> {
    /// The file's path below the content tree.
    pub below: &'a str,
    /// The page's language.
    pub language: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its own slug.
    pub slug: Option<&'a str>,
    /// Its day.
    pub day: Option<jiff::civil::Date>,
    /// The address that it has where no pattern is for it.
    pub usual: &'a str,
}

/// What becomes of the words behind an opening code fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FenceInfo {
    /// The generator reads them as they are meant.
    Fine,
    /// The code is shown without the language's colours.
    LanguageLost,
    /// The build stops.
    Refused,
}

/// A key of front matter that the generator takes for something else, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTrouble {
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence: what the generator makes of it.
    pub message: &'static str,
}

/// A key of front matter whose value stops the generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedKey {
    /// The key.
    pub key: &'static str,
    /// What is wrong with its value, in the words of the parser.
    pub reason: String,
}
