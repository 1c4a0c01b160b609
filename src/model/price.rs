//! What requests cost: amounts of money, prices of tokens, and the most that a request can cost.
//!
//! Amounts are whole numbers, so that a sum never drifts: a millionth of a millionth of a US dollar is the unit, which
//! is a price of 0.000001 US dollars per million tokens. Floating point is met only where people and programs write or
//! read dollars.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul};

use super::{Request, Usage};

/// Tokens that a provider may add to each message of a request for its role and its borders. Those of the providers in
/// use add 3 to 10.
pub const TOKENS_PER_MESSAGE: u64 = 64;

/// A text may be counted with more tokens when it is read than when it was written, though hardly ever: the tokens that
/// were written need not be those that the same letters are read as. Twice as many leaves room enough.
pub(super) const REREAD: u64 = 2;

/// An amount of money, in millionths of a millionth of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(u128);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    const PER_DOLLAR: f64 = 1e12;

    /// So many US dollars; `None` for what is no amount: negative, infinite, not a number.
    pub fn from_dollars(dollars: f64) -> Option<Self> {
        if !dollars.is_finite() || dollars < 0.0 {
            return None;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is neither negative nor infinite, and a cast from floating point stops at the largest number"
        )]
        Some(Self((dollars * Self::PER_DOLLAR).round() as u128))
    }

    /// The amount in US dollars.
    pub fn dollars(self) -> f64 {
        #[allow(
            clippy::cast_precision_loss,
            reason = "16 digits are enough to show an amount"
        )]
        let amount = self.0 as f64;
        amount / Self::PER_DOLLAR
    }

    /// What is left of it after `other` is taken away; nothing where that is more.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<u64> for Usd {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(u128::from(times)))
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Dollars to four places, without a sign of the currency: `0.0312`. What is more than nothing never shows as nothing.
impl Usd {
    /// The amount in ten thousandths of a US dollar, rounded up: a cap to type that is enough for it.
    pub fn rounded_up(self) -> String {
        let parts = self.0.div_ceil(100_000_000);
        let text = format!("{}.{:04}", parts / 10_000, parts % 10_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Usd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.dollars();
        if *self > Self::ZERO && dollars < 0.000_05 {
            return write!(formatter, "less than 0.0001");
        }
        write!(formatter, "{dollars:.4}")
    }
}

/// The price of one token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u64);

impl Rate {
    /// So many US dollars per million tokens; `None` for what is no price: negative, infinite, not a number, or more
    /// than a hundred thousand dollars.
    pub fn per_million(dollars: f64) -> Option<Self> {
        if !(0.0..=100_000.0).contains(&dollars) {
            return None;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is in the range that was just looked at"
        )]
        Some(Self((dollars * 1e6).round() as u64))
    }

    fn of(self, tokens: u64) -> Usd {
        Usd(u128::from(self.0) * u128::from(tokens))
    }
}

/// Prices of the three kinds of tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// A token of the prompt, the dearer of read and written to the provider's cache.
    pub input: Rate,
    /// A token of the prompt that the provider had in its cache.
    pub cached: Rate,
    /// A token of the reply.
    pub output: Rate,
    /// A token of hidden reasoning.
    pub reasoning: Rate,
}

impl Rates {
    /// The dearer of both, kind by kind.
    fn dearer(self, other: Self) -> Self {
        Self {
            input: self.input.max(other.input),
            cached: self.cached.max(other.cached),
            output: self.output.max(other.output),
            reasoning: self.reasoning.max(other.reasoning),
        }
    }
}

/// What a model costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// What tokens cost.
    pub rates: Rates,
    /// What they cost, all of them, where a prompt has more tokens than this.
    pub long: Option<(u64, Rates)>,
    /// What a request costs besides.
    pub request: Usd,
}

impl Price {
    /// The price of what runs on this machine.
    pub const FREE: Self = Self {
        rates: Rates {
            input: Rate(0),
            cached: Rate(0),
            output: Rate(0),
            reasoning: Rate(0),
        },
        long: None,
        request: Usd::ZERO,
    };

    /// Whether it costs nothing at all.
    pub fn is_free(&self) -> bool {
        *self == Self::FREE
    }
}

/// What a request cost whose tokens were counted.
pub fn cost(price: &Price, usage: &Usage) -> Usd {
    let rates = match price.long {
        Some((above, rates)) if usage.input > above => rates,
        _ => price.rates,
    };
    let cached = usage.cached.min(usage.input);
    let hidden = usage.reasoning.min(usage.output);
    price.request
        + rates.input.of(usage.input - cached)
        + rates.cached.of(cached)
        + rates.output.of(usage.output - hidden)
        + rates.reasoning.of(hidden)
}

/// The most that a request can cost which has at most `input` tokens in its prompt and allows at most `max_output`
/// tokens of reply, hidden reasoning included.
pub fn worst_case(price: &Price, input: u64, max_output: u64) -> Usd {
    let rates = match price.long {
        // It may be shorter than its bound, and so under either price.
        Some((above, rates)) if input > above => rates.dearer(price.rates),
        _ => price.rates,
    };
    price.request
        + rates.input.max(rates.cached).of(input)
        + rates.output.max(rates.reasoning).of(max_output)
}

/// More tokens than this a request's prompt cannot have: its bytes, since no tokenizer in use makes more tokens than
/// bytes of a text, and something for every message.
///
/// Where the request carries an earlier reply that came under the limit of tokens which it has itself, that counts with no more than twice as many
/// as the limit allowed: reading it again may split it otherwise than it was written. That is what
/// [`worst_case_of_a_job`](super::worst_case_of_a_job) counts with too, so that a follow-up fits into what was foreseen.
pub fn input_bound(request: &Request) -> u64 {
    let messages = request.turns().len() as u64 + 1;
    let surplus = match (&request.follow_up, request.max_output_tokens) {
        (Some(follow_up), Some(limit)) => {
            let tokens = u64::from(follow_up.replies) * u64::from(limit);
            let most = tokens
                .saturating_mul(REREAD)
                .saturating_add(follow_up.earlier_bytes);
            (follow_up.reply.len() as u64).saturating_sub(most)
        }
        _ => 0,
    };
    bound(request.bytes().saturating_sub(surplus), messages)
}

pub(super) fn bound(bytes: u64, messages: u64) -> u64 {
    bytes.saturating_add(messages.saturating_mul(TOKENS_PER_MESSAGE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::FollowUp;
    use super::*;

    fn rate(dollars: f64) -> Rate {
        Rate::per_million(dollars).unwrap()
    }

    fn price() -> Price {
        let rates = Rates {
            input: rate(1.25),
            cached: rate(0.125),
            output: rate(10.0),
            reasoning: rate(10.0),
        };
        let long = Rates {
            input: rate(2.5),
            cached: rate(0.25),
            output: rate(15.0),
            reasoning: rate(15.0),
        };
        Price {
            rates,
            long: Some((200_000, long)),
            request: Usd::from_dollars(0.005).unwrap(),
        }
    }

    fn dollars(amount: f64) -> Usd {
        Usd::from_dollars(amount).unwrap()
    }

    #[test]
    fn each_kind_of_token_has_its_price() {
        let usage = Usage {
            input: 1_000_000,
            cached: 400_000,
            output: 100_000,
            reasoning: 40_000,
            is_running: false,
        };
        let price = Price {
            long: None,
            rates: Rates {
                reasoning: rate(5.0),
                ..price().rates
            },
            ..price()
        };
        // 0.005 + 0.6 × 1.25 + 0.4 × 0.125 + 0.06 × 10 + 0.04 × 5
        assert_eq!(cost(&price, &usage), dollars(1.605));
        assert_eq!(cost(&Price::FREE, &usage), Usd::ZERO);
    }

    #[test]
    fn a_long_prompt_is_dearer_from_its_first_token() {
        let usage = |input| Usage {
            input,
            ..Usage::default()
        };
        assert_eq!(cost(&price(), &usage(200_000)), dollars(0.255));
        assert_eq!(cost(&price(), &usage(200_001)), dollars(0.505_002_5));
    }

    #[test]
    fn counts_that_contradict_each_other_do_no_harm() {
        let usage = Usage {
            input: 10,
            cached: 20,
            output: 5,
            reasoning: u64::MAX,
            is_running: false,
        };
        assert_eq!(cost(&price(), &usage), dollars(0.005_051_25));
    }

    #[test]
    fn what_is_no_amount_is_none() {
        for wrong in [-0.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Usd::from_dollars(wrong), None);
            assert_eq!(Rate::per_million(wrong), None);
        }
        assert_eq!(Rate::per_million(1e9), None);
        assert_eq!(Usd::from_dollars(-0.0), Some(Usd::ZERO));
    }

    #[test]
    fn amounts_are_shown_to_four_places() {
        assert_eq!(dollars(0.0312).to_string(), "0.0312");
        assert_eq!(dollars(12.0).to_string(), "12.0000");
        assert_eq!(Usd::ZERO.to_string(), "0.0000");
        assert_eq!(dollars(0.000_001).to_string(), "less than 0.0001");
    }

    #[test]
    fn every_message_counts_for_the_bound() {
        let mut request = Request {
            system: "ab".to_owned(),
            user: "ä".to_owned(),
            model: String::new(),
            temperature: None,
            max_output_tokens: None,
            follow_up: None,
        };
        assert_eq!(input_bound(&request), 4 + 2 * TOKENS_PER_MESSAGE);
        request.follow_up = Some(FollowUp {
            reply: "1234567".to_owned(),
            ask: "8".to_owned(),
            replies: 2,
            earlier_bytes: 0,
        });
        let mut bound = |limit| {
            request.max_output_tokens = limit;
            input_bound(&request) - 4 * TOKENS_PER_MESSAGE
        };
        assert_eq!(bound(None), 12);
        assert_eq!(bound(Some(1)), 5 + 4);
        assert_eq!(bound(Some(u32::MAX)), 12);
    }

    proptest! {
        /// Whatever a server counts within the limits, it costs no more than the worst case.
        #[test]
        fn no_usage_costs_more_than_the_worst_case(
            bound in 0_u64..600_000,
            max_output in 0_u64..600_000,
            shares in prop::array::uniform4(0.0_f64..=1.0),
            is_tiered: bool,
        ) {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                reason = "a share of a small number"
            )]
            let share = |whole: u64, share: f64| ((whole as f64 * share) as u64).min(whole);
            let input = share(bound, shares[0]);
            let output = share(max_output, shares[1]);
            let usage = Usage {
                input,
                cached: share(input, shares[2]),
                output,
                reasoning: share(output, shares[3]), is_running: false };
            let mut price = price();
            if !is_tiered {
                price.long = None;
            }
            prop_assert!(cost(&price, &usage) <= worst_case(&price, bound, max_output));
        }
    }
}
