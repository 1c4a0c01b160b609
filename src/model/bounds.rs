//! How much a reply may be, what is asked for so that it fits, and the most that one post may cost.

use super::Request;
use super::facts::ModelFacts;
use super::price::{Price, REREAD, Usd, bound, input_bound, worst_case};

/// Tokens that are allowed for a reply where nothing else says how many: a post of some 9,800 words.
pub const DEFAULT_OUTPUT: u32 = 16_384;

/// Tokens that are allowed besides for thinking which is not shown. Models use a few thousand of them for a post, at the
/// effort that they take by themselves.
pub const ROOM_TO_THINK: u32 = 16_384;

/// Tokens of a reply that are no words of the post: title, description, tags, labels.
const OTHER_LINES: u32 = 400;

/// A reply with fewer tokens than this is no post: some 360 words.
const LEAST_OUTPUT: u64 = 1_024;

/// Asking to go on, or naming what is to be mended, takes no more bytes than this besides the reply itself.
pub const LONGEST_ASK: usize = 4_096;

/// How many words of a post a token makes, times ten.
///
/// Vendors count four tokens for three words of English. Markdown and code take more of them, tokenizers differ by a
/// third, and so do languages in Latin letters: 0.6 is on the safe side of all that. In other scripts a word, as it is
/// counted here (two characters of Chinese are one), is two to three tokens.
fn words_in_ten_tokens(language: &str) -> u64 {
    if is_latin(language) { 6 } else { 3 }
}

/// Whether a language is written in Latin letters.
fn is_latin(language: &str) -> bool {
    const OTHERS: [&str; 44] = [
        "am", "ar", "as", "be", "bg", "bn", "bo", "ckb", "dv", "dz", "el", "fa", "gu", "he", "hi",
        "hy", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "mk", "ml", "mn", "mr", "my", "ne",
        "or", "pa", "ps", "ru", "sd", "si", "sr", "ta", "te", "th", "ti", "uk", "ur", "zh",
    ];
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    !OTHERS
        .iter()
        .any(|other| other.eq_ignore_ascii_case(primary))
}

/// Tokens that so many words take at most.
fn tokens_of(words: u32, language: &str) -> u64 {
    (u64::from(words) * 10).div_ceil(words_in_ten_tokens(language)) + u64::from(OTHER_LINES)
}

/// The prompt and the context window leave no room for a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the prompt of about {prompt} tokens leaves no room for a post: the model's context window has {context} tokens"
)]
pub struct PromptTooLong {
    /// Tokens of the prompt, by estimate.
    pub prompt: u64,
    /// Tokens of the context window.
    pub context: u64,
}

/// What decides how many tokens a reply may have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// `[model] max_output_tokens`.
    pub configured: Option<u32>,
    /// The words that are asked for.
    pub words: u32,
    /// The language of the post.
    pub language: &'a str,
    /// Tokens of the prompt, by estimate.
    pub prompt_tokens: u64,
    /// Whether a limit has to be sent, as a cap needs one.
    pub must_limit: bool,
}

/// The limit of output tokens to send with a request; `None` leaves it to the provider, which is what happens where
/// neither the user nor the table knows a limit and no cap needs one.
///
/// What the user says counts, up to the model's own limit. Otherwise there is room for twice the words that are asked
/// for, for [`DEFAULT_OUTPUT`] at least and for thinking, and not all that the model could do: providers set the whole
/// limit aside, in money and in tokens a minute, and a cap has to count on it.
///
/// # Errors
/// Where the context window has no room for a post.
pub fn max_output_tokens(
    wanted: &Wanted<'_>,
    facts: &ModelFacts,
) -> Result<Option<u32>, PromptTooLong> {
    let room = match facts.context {
        None => u64::MAX,
        Some(context) => {
            let room = context.saturating_sub(wanted.prompt_tokens);
            let least = wanted.configured.map_or(LEAST_OUTPUT, u64::from);
            if room < least.min(LEAST_OUTPUT) {
                return Err(PromptTooLong {
                    prompt: wanted.prompt_tokens,
                    context,
                });
            }
            room
        }
    };
    let limit = facts.max_output.map_or(room, |it| room.min(u64::from(it)));
    let asked = match wanted.configured {
        Some(configured) => u64::from(configured),
        None if facts.max_output.is_none() && facts.context.is_none() && !wanted.must_limit => {
            return Ok(None);
        }
        None => {
            let text = (2 * tokens_of(wanted.words, wanted.language)).max(DEFAULT_OUTPUT.into());
            text + if facts.reasons {
                u64::from(ROOM_TO_THINK)
            } else {
                0
            }
        }
    };
    Ok(Some(u32::try_from(asked.min(limit)).unwrap_or(u32::MAX)))
}

/// How many words fit into a reply of at most so many tokens. Half of them, and no more than [`ROOM_TO_THINK`], are kept
/// for thinking where a model does.
pub fn words_that_fit(max_output: u32, language: &str, reasons: bool) -> u32 {
    let thinking = if reasons {
        ROOM_TO_THINK.min(max_output / 2)
    } else {
        0
    };
    let text = max_output.saturating_sub(thinking + OTHER_LINES);
    let words = u64::from(text) * words_in_ten_tokens(language) / 10;
    // A number that is asked for reads better without false precision.
    let step = if words >= 1_000 { 100 } else { 10 };
    u32::try_from(words / step * step)
        .unwrap_or(u32::MAX)
        .max(50)
}

/// What the run may do for one post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Bytes of the prompt, system and user together.
    pub prompt_bytes: u64,
    /// The most tokens of each reply.
    pub max_output: u64,
    /// How many requests may have been paid for in vain, and one more: `max_paid_attempts`.
    pub paid_attempts: u32,
    /// How often a cut reply is continued.
    pub continuations: u32,
    /// How often a faulty one is repaired.
    pub repairs: u32,
    /// The context window, where it is known.
    pub context: Option<u64>,
    /// Bytes of a reply of an earlier run that the first request follows up; `None` where that asks for the post itself.
    pub earlier_bytes: Option<u64>,
}

impl Extent {
    /// Requests that follow up an earlier reply.
    fn follow_ups(&self) -> u32 {
        self.continuations.saturating_add(self.repairs)
    }

    /// Requests that bring something, at most.
    fn steps(&self) -> u32 {
        let first = u32::from(self.earlier_bytes.is_none());
        self.follow_ups().saturating_add(first).max(1)
    }

    /// Requests that may be paid for, at most.
    pub fn requests(&self) -> u32 {
        let in_vain = self.paid_attempts.saturating_sub(1);
        self.steps().saturating_add(in_vain)
    }

    /// Tokens of prompts and of replies, at most, over all requests.
    pub fn tokens(&self) -> (u64, u64) {
        let input = self.inputs().fold(0_u64, u64::saturating_add);
        let output = self.max_output.saturating_mul(self.requests().into());
        (input, output)
    }

    /// The most tokens that each request's prompt has, the first request's first: each follow-up carries one reply more
    /// than the one before, in whatever order they come, and those in vain may all be the longest.
    fn inputs(&self) -> impl Iterator<Item = u64> {
        let fits = |tokens: u64| self.context.map_or(tokens, |context| tokens.min(context));
        let first = bound(self.prompt_bytes, 2);
        let later = bound(self.prompt_bytes + LONGEST_ASK as u64, 4);
        let nth = move |n: u32| {
            let replies = self.max_output.saturating_mul(REREAD * u64::from(n));
            let is_first = n == 0 && self.earlier_bytes.is_none();
            let tokens = if is_first { first } else { later };
            let earlier = self.earlier_bytes.unwrap_or(0);
            fits(tokens.saturating_add(replies).saturating_add(earlier))
        };
        let last = self.steps() - 1;
        let longest = nth(last);
        let in_vain = self.paid_attempts.saturating_sub(1) as usize;
        (0..=last)
            .map(nth)
            .chain(std::iter::repeat_n(longest, in_vain))
    }
}

/// The most that one request can cost, to be set aside before it is sent. `None` where no price is known, or nothing
/// limits its reply.
pub fn worst_case_of_request(facts: &ModelFacts, request: &Request) -> Option<Usd> {
    let price = facts.price?;
    if price.is_free() {
        return Some(Usd::ZERO);
    }
    let input = input_bound(request);
    let input = facts.context.map_or(input, |context| input.min(context));
    Some(worst_case(&price, input, request.max_output_tokens?.into()))
}

/// The most that a run can pay for one post: the first request, continuations and repairs, and those that may have been
/// paid for in vain, every one with a reply as long as it may be.
pub fn worst_case_of_a_job(price: &Price, extent: &Extent) -> Usd {
    extent
        .inputs()
        .map(|input| worst_case(price, input, extent.max_output))
        .sum()
}

#[cfg(test)]
mod tests;
