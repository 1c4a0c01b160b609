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
