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
mod tests {
    use super::super::facts::lookup;
    use super::super::price::{Rate, Rates};
    use super::*;

    fn wanted() -> Wanted<'static> {
        Wanted {
            configured: None,
            words: 1_800,
            language: "en",
            prompt_tokens: 1_500,
            must_limit: false,
        }
    }

    fn facts(context: Option<u64>, max_output: Option<u32>) -> ModelFacts {
        ModelFacts {
            context,
            max_output,
            ..ModelFacts::default()
        }
    }

    fn chosen(wanted: Wanted<'_>, facts: ModelFacts) -> Option<u32> {
        max_output_tokens(&wanted, &facts).unwrap()
    }

    #[test]
    fn nothing_is_sent_where_nothing_is_known_and_no_cap_is_set() {
        assert_eq!(chosen(wanted(), ModelFacts::default()), None);
        let capped = Wanted {
            must_limit: true,
            ..wanted()
        };
        assert_eq!(chosen(capped, ModelFacts::default()), Some(DEFAULT_OUTPUT));
    }

    #[test]
    fn a_limit_leaves_room_for_the_words_and_for_thinking() {
        let known = |name| lookup("openai", name, &[]);
        assert_eq!(chosen(wanted(), known("gpt-4.1")), Some(16_384));
        assert_eq!(chosen(wanted(), known("gpt-5-mini")), Some(32_768));
        let long = Wanted {
            words: 6_000,
            ..wanted()
        };
        assert_eq!(chosen(long, known("gpt-4.1")), Some(20_800));
        let chinese = Wanted {
            language: "zh-CN",
            ..long
        };
        assert_eq!(chosen(chinese, known("gpt-4.1")), Some(32_768));
    }

    #[test]
    fn the_users_word_counts_up_to_what_the_model_can() {
        let configured = |tokens| Wanted {
            configured: Some(tokens),
            ..wanted()
        };
        let model = facts(None, Some(8_000));
        assert_eq!(chosen(configured(500), model), Some(500));
        assert_eq!(chosen(configured(9_000), model), Some(8_000));
        assert_eq!(chosen(configured(9_000), facts(None, None)), Some(9_000));
    }

    #[test]
    fn prompt_and_reply_fit_the_context_together() {
        assert_eq!(chosen(wanted(), facts(Some(8_192), None)), Some(6_692));
        let wide = Wanted {
            prompt_tokens: 7_300,
            ..wanted()
        };
        let small = facts(Some(8_192), None);
        let error = max_output_tokens(&wide, &small).unwrap_err();
        assert_eq!((error.prompt, error.context), (7_300, 8_192));
        // Whoever asks for less gets it.
        let short = Wanted {
            configured: Some(800),
            ..wide
        };
        assert_eq!(chosen(short, small), Some(800));
    }

    #[test]
    fn words_fit_the_reply_and_leave_room_to_think() {
        assert_eq!(words_that_fit(16_384, "en", false), 9_500);
        assert_eq!(words_that_fit(4_096, "en", false), 2_200);
        assert_eq!(words_that_fit(4_096, "ja", false), 1_100);
        assert_eq!(words_that_fit(4_096, "en", true), 980);
        assert_eq!(words_that_fit(32_768, "en", true), 9_500);
        assert_eq!(words_that_fit(100, "en", false), 50);
    }

    /// What is asked for by itself has to fit the limit that is chosen for it.
    #[test]
    fn a_chosen_limit_never_bounds_the_words_it_was_chosen_for() {
        for words in [300, 1_800, 9_000, 40_000] {
            for language in ["en", "de", "zh", "ru"] {
                for reasons in [false, true] {
                    let model = ModelFacts {
                        reasons,
                        ..facts(Some(10_000_000), Some(1_000_000))
                    };
                    let asked = Wanted {
                        words,
                        language,
                        ..wanted()
                    };
                    let limit = chosen(asked, model).unwrap();
                    assert!(words_that_fit(limit, language, reasons) >= words);
                }
            }
        }
    }

    fn extent() -> Extent {
        Extent {
            prompt_bytes: 1_000,
            max_output: 100,
            paid_attempts: 2,
            continuations: 2,
            repairs: 1,
            context: None,
            earlier_bytes: None,
        }
    }

    /// A millionth of a dollar a token of the prompt, a thousandth a token of the reply.
    fn price() -> Price {
        let rates = Rates {
            input: Rate::per_million(1.0).unwrap(),
            output: Rate::per_million(1_000.0).unwrap(),
            ..Rates::default()
        };
        Price {
            rates,
            ..Price::FREE
        }
    }

    fn millionths(amount: f64) -> Usd {
        Usd::from_dollars(amount / 1e6).unwrap()
    }

    #[test]
    fn the_worst_case_of_a_job_counts_every_request_it_may_make() {
        let all = extent();
        assert_eq!(all.requests(), 5);
        // 1000 + 2 × 64; then 1000 + 4096 + 4 × 64 and 200, 400, 600 tokens of replies, and the last of them again.
        let input = 1_128 + 4 * 5_352 + 200 + 400 + 600 + 600;
        assert_eq!(all.tokens(), (input, 500));
        let expected = millionths(f64::from(u32::try_from(input).unwrap()) + 500_000.0);
        assert_eq!(worst_case_of_a_job(&price(), &all), expected);
    }

    #[test]
    fn without_follow_ups_only_the_first_request_is_left() {
        let one = Extent {
            paid_attempts: 1,
            continuations: 0,
            repairs: 0,
            ..extent()
        };
        assert_eq!((one.requests(), one.tokens()), (1, (1_128, 100)));
        assert_eq!(worst_case_of_a_job(&price(), &one), millionths(101_128.0));
        assert_eq!(worst_case_of_a_job(&Price::FREE, &one), Usd::ZERO);
    }

    #[test]
    fn a_reply_of_an_earlier_run_is_sent_back_each_time() {
        let begun = Extent {
            continuations: 1,
            earlier_bytes: Some(10_000),
            ..extent()
        };
        // Two follow-ups and one in vain: 1000 + 4096 + 4 × 64 and 10000, and 200 tokens of a reply from the second on.
        let input = 3 * (5_352 + 10_000) + 200 + 200;
        assert_eq!((begun.requests(), begun.tokens()), (3, (input, 300)));
    }

    #[test]
    fn no_prompt_is_longer_than_the_context() {
        let narrow = Extent {
            context: Some(2_000),
            ..extent()
        };
        assert_eq!(narrow.tokens().0, 1_128 + 4 * 2_000);
    }
}
