//! On what terms a model is asked: what it costs, how long its replies may be, which parameters it takes.

use anyhow::bail;

use super::choose::{choose, shown};
use super::need::{MOST_CONTINUED, MOST_REPAIRED};
use crate::command::Environment;
use crate::config::Config;
use crate::model::facts::{self, ModelFacts, OwnPrice};
use crate::model::price::{self, Usd};
use crate::model::{
    Choice, Extent, PromptTooLong, Wanted, max_output_tokens, words_that_fit, worst_case_of_a_job,
};
use crate::prompt::{Prompt, estimate_tokens};
use crate::report::Trouble;

/// A reply of an earlier run that lacks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BegunReply {
    /// Bytes of it that are sent back.
    pub(super) bytes: u64,
    /// How often it may be gone on from yet.
    pub(super) continuations: u32,
    /// How often it may be repaired yet.
    pub(super) repairs: u32,
}

/// What earlier runs left of the reply to a stub.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Earlier {
    #[default]
    Nothing,
    /// The next request follows it up.
    Begun(BegunReply),
    /// It is no record yet, so the next request may follow it up or not.
    Perhaps(BegunReply),
}

/// On what terms a model is asked.
#[derive(Debug, Clone, Default)]
pub(in crate::command) struct Terms {
    facts: ModelFacts,
    configured: Option<u32>,
    temperature: Option<f64>,
    paid_attempts: u32,
    cap: Option<Usd>,
    cap_is_the_users: bool,
}

impl Terms {
    /// The terms of a run.
    ///
    /// # Errors
    /// A cap with a model whose price is not known: it could not be kept.
    pub(super) fn new(choice: &Choice, config: &Config) -> anyhow::Result<Self> {
        let terms = Self::of(facts::facts(choice, &own_prices(config)), config);
        if let (Some(cap), None) = (config.model.max_cost, terms.facts.price) {
            let name = shown(choice);
            bail!(
                "the price of {name} is not known, so a cap of {cap} US dollars cannot be kept; say in your own \
                 configuration (`postwright/config.toml` in the platform's configuration folder) what it costs per million \
                 tokens, or leave the cap out:\n\n[price.\"{name}\"]\ninput = …\noutput = …"
            );
        }
        Ok(terms)
    }

    /// The terms as far as they can be told without asking anybody: for showing a prompt.
    pub(in crate::command) fn foreseen(config: &Config, environment: &mut Environment) -> Self {
        let own = own_prices(config);
        if let Ok(Some(choice)) = choose(config, true, environment) {
            return Self::of(facts::facts(&choice, &own), config);
        }
        // A key that is missing changes nothing in the prompt.
        let name = config
            .model
            .choice
            .as_deref()
            .and_then(|it| it.split_once('/'));
        let known = name.map(|(provider, model)| facts::lookup(provider, model, &own));
        Self::of(known.unwrap_or_default(), config)
    }

    fn of(facts: ModelFacts, config: &Config) -> Self {
        Self {
            facts,
            configured: config.model.max_output_tokens,
            temperature: config.model.temperature,
            paid_attempts: config.model.max_paid_attempts,
            cap: config.model.max_cost.and_then(Usd::from_dollars),
            cap_is_the_users: config.model.max_cost_is_the_users,
        }
    }

    /// What is known of the model.
    pub(super) fn facts(&self) -> ModelFacts {
        self.facts
    }

    /// The most that the run may cost.
    pub(super) fn cap(&self) -> Option<Usd> {
        self.cap
    }

    /// Whether the user said what the run may cost, which is as good as a yes. A project cannot say it for them.
    pub(super) fn is_capped_by_the_user(&self) -> bool {
        self.cap.is_some() && self.cap_is_the_users
    }

    /// The temperature to send: the user's, unless the model refuses any.
    pub(super) fn temperature(&self) -> Option<f64> {
        self.temperature.filter(|_| !self.facts.fixed_sampling)
    }

    /// What is to be said once a run, before anything is asked.
    pub(super) fn note(&self, choice: &Choice) -> Option<String> {
        (self.temperature.is_some() && self.facts.fixed_sampling).then(|| {
            format!(
                "{} takes no temperature, so `[model] temperature` is not sent",
                shown(choice)
            )
        })
    }

    /// The limit of output tokens to send for a post of so many words; nothing where it is left to the provider.
    pub(in crate::command) fn limit(
        &self,
        words: u32,
        language: &str,
        prompt: &Prompt,
    ) -> Result<Option<u32>, PromptTooLong> {
        let wanted = Wanted {
            configured: self.configured,
            words,
            language,
            prompt_tokens: generous_tokens(prompt),
            must_limit: self.cap.is_some() && self.facts.price.is_some_and(|it| !it.is_free()),
        };
        max_output_tokens(&wanted, &self.facts)
    }

    /// How many words fit into a reply with this limit.
    pub(in crate::command) fn room(&self, limit: u32, language: &str) -> u32 {
        words_that_fit(limit, language, self.facts.reasons)
    }

    /// The most requests that one post may take, and the most that they cost together; nothing where no price is known
    /// or replies have no limit.
    pub(super) fn worst_case(
        &self,
        prompt: &Prompt,
        limit: Option<u32>,
        earlier: &Earlier,
    ) -> (u32, Option<Usd>) {
        let anew = Extent {
            prompt_bytes: (prompt.system.len() + prompt.user.len()) as u64,
            max_output: limit.unwrap_or(0).into(),
            paid_attempts: self.paid_attempts,
            continuations: MOST_CONTINUED,
            repairs: MOST_REPAIRED,
            context: self.facts.context,
            earlier_bytes: None,
        };
        let goes_on = |begun: &BegunReply| Extent {
            continuations: begun.continuations,
            repairs: begun.repairs,
            earlier_bytes: Some(begun.bytes),
            ..anew
        };
        let extents: Vec<Extent> = match earlier {
            Earlier::Nothing => vec![anew],
            Earlier::Begun(begun) => vec![goes_on(begun)],
            Earlier::Perhaps(begun) => vec![anew, goes_on(begun)],
        };
        let cost = |extent: &Extent| match self.facts.price {
            Some(price) if price.is_free() => Some(Usd::ZERO),
            Some(price) if limit.is_some() => Some(worst_case_of_a_job(&price, extent)),
            _ => None,
        };
        let requests = extents.iter().map(Extent::requests).max();
        let worst = extents.iter().map(cost).max();
        (requests.unwrap_or(0), worst.flatten())
    }
}

/// Why a stub is not asked for whose prompt is too long, and what to do.
pub(super) fn too_long(error: &PromptTooLong) -> Trouble {
    Trouble::new(
        "prompt-too-long",
        format!("nothing was asked: {error}"),
        "shorten the stub's notes or the list of categories, or choose a model with a larger context window",
    )
}

/// What users say of models.
fn own_prices(config: &Config) -> Vec<OwnPrice<'_>> {
    config
        .prices
        .iter()
        .map(|(model, price)| OwnPrice {
            model,
            input: price.input,
            cached_input: price.cached_input,
            output: price.output,
            context: price.context,
            max_output: price.max_output,
        })
        .collect()
}

/// Tokens of a prompt, by an estimate that is rather too high: a tenth more, and what each message takes besides.
fn generous_tokens(prompt: &Prompt) -> u64 {
    let tokens = estimate_tokens(&prompt.system) + estimate_tokens(&prompt.user);
    tokens + tokens / 10 + 2 * price::TOKENS_PER_MESSAGE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Author, Flags, RawConfig, parse, resolve};
    use crate::model::{Endpoint, FollowUp, Request, worst_case_of_request};

    fn config(text: &str) -> Config {
        let user = parse(text, "config.toml", Author::User, |_| Err(String::new())).unwrap();
        resolve(RawConfig::default(), user, Flags::default()).unwrap()
    }

    fn choice(url: &str, model: &str) -> Choice {
        Choice {
            endpoint: Endpoint::new("mine", "openai-chat", url, None).unwrap(),
            model: model.to_owned(),
        }
    }

    const OPENAI: &str = "https://api.openai.com/v1";

    fn prompt() -> Prompt {
        Prompt {
            system: "s".repeat(3_000),
            user: "u".repeat(1_000),
        }
    }

    #[test]
    fn a_cap_needs_a_price() {
        let capped = config("[model]\nmax_cost = 5\n");
        let unknown = choice(OPENAI, "gpt-nobody-knows");
        let message = Terms::new(&unknown, &capped).unwrap_err().to_string();
        assert!(message.starts_with("the price of mine/gpt-nobody-knows is not known"));
        assert!(message.contains("[price.\"mine/gpt-nobody-knows\"]"));
        let own =
            config("[model]\nmax_cost = 5\n[price.\"mine/gpt-nobody*\"]\ninput = 1\noutput = 2\n");
        assert!(Terms::new(&unknown, &own).is_ok());
        assert!(Terms::new(&choice(OPENAI, "gpt-4.1"), &capped).is_ok());
        assert!(Terms::new(&choice("http://127.0.0.1:1/v1", "x"), &capped).is_ok());
        assert!(Terms::new(&unknown, &config("")).is_ok());
    }

    #[test]
    fn a_temperature_is_not_sent_to_a_model_that_refuses_it() {
        let warm = config("[model]\ntemperature = 0.7\n");
        let of = |model| {
            let choice = choice(OPENAI, model);
            let terms = Terms::new(&choice, &warm).unwrap();
            (terms.temperature(), terms.note(&choice).is_some())
        };
        assert_eq!(of("gpt-4.1"), (Some(0.7), false));
        assert_eq!(of("gpt-5-mini"), (None, true));
        let silent = Terms::new(&choice(OPENAI, "gpt-5-mini"), &config("")).unwrap();
        assert_eq!(silent.note(&choice(OPENAI, "gpt-5-mini")), None);
    }

    #[test]
    fn a_capped_run_always_has_a_limit() {
        let text = "[model]\nmax_cost = 5\n[price.\"mine/m\"]\ninput = 1\noutput = 2\n";
        let terms = Terms::new(&choice("https://e.org/v1", "m"), &config(text)).unwrap();
        let limit = terms.limit(1_800, "en", &prompt()).unwrap();
        assert_eq!(limit, Some(16_384));
        let (requests, worst) = terms.worst_case(&prompt(), limit, &Earlier::Nothing);
        assert_eq!(requests, 5);
        assert!(worst.is_some_and(|it| it > Usd::ZERO));
        let free = Terms::new(&choice("http://127.0.0.1:1/v1", "m2"), &config(text)).unwrap();
        assert_eq!(free.limit(1_800, "en", &prompt()).unwrap(), None);
        assert_eq!(
            free.worst_case(&prompt(), None, &Earlier::Nothing),
            (5, Some(Usd::ZERO))
        );
    }

    proptest! {
        /// What is foreseen for a post covers what is set aside for all its requests, whatever an earlier run left, and
        /// however each of them ends.
        #[test]
        fn the_requests_of_a_post_fit_into_its_worst_case(
            left in prop_oneof![
                Just(None),
                (1_u64..400_000, 0..=MOST_CONTINUED, 0..=MOST_REPAIRED).prop_map(Some),
            ],
            is_sure in any::<bool>(),
            ends in proptest::collection::vec(0..4_u8, 12),
            model in prop_oneof![Just("gpt-4.1"), Just("small"), Just("gpt-5-mini")],
            configured in prop_oneof![Just(None), (1_u32..40_000).prop_map(Some)],
            paid_attempts in 1_u32..4,
        ) {
            let text = configured.map_or_else(String::new, |it| format!("max_output_tokens = {it}\n"));
            let small = "[price.\"mine/small\"]\ninput = 1\noutput = 2\ncontext = 16000\n";
            let config = config(&format!("[model]\nmax_paid_attempts = {paid_attempts}\n{text}{small}"));
            let terms = Terms::new(&choice(OPENAI, model), &config).unwrap();
            let limit = terms.limit(1_800, "en", &prompt()).unwrap();
            // Nothing follows up a reply for which nothing more may be asked.
            let left = left.filter(|(_, continuations, repairs)| continuations + repairs > 0);
            let begun = left.map(|(bytes, continuations, repairs)| BegunReply { bytes, continuations, repairs });
            let earlier = match begun {
                None => Earlier::Nothing,
                Some(begun) if is_sure => Earlier::Begun(begun),
                Some(begun) => Earlier::Perhaps(begun),
            };
            let (most, foreseen) = terms.worst_case(&prompt(), limit, &earlier);
            let mut rounds = begun.map_or(MOST_CONTINUED + MOST_REPAIRED, |it| it.continuations + it.repairs);
            let Prompt { system, user } = prompt();
            let mut request = Request {
                system,
                user,
                model: model.to_owned(),
                temperature: None,
                max_output_tokens: limit,
                follow_up: None,
            };
            let bytes = begun.map_or(0, |it| it.bytes);
            let mut reply = "w".repeat(usize::try_from(bytes).unwrap());
            let follow = |reply: &str, replies| Some(FollowUp {
                reply: reply.to_owned(),
                ask: "a".repeat(crate::model::bounds::LONGEST_ASK),
                replies,
                earlier_bytes: bytes,
            });
            if begun.is_some() {
                request.follow_up = follow(&reply, 0);
                rounds -= 1;
            }
            let (mut set_aside, mut requests, mut in_vain, mut replies) = (Usd::ZERO, 0, 0, 0);
            for end in ends {
                set_aside += worst_case_of_request(&terms.facts, &request).unwrap();
                requests += 1;
                // In vain; cut, kept and perhaps paid; cut and paid; to be repaired.
                in_vain += u32::from(end < 2);
                if end > 0 {
                    if rounds == 0 {
                        break;
                    }
                    rounds -= 1;
                    replies += 1;
                    reply.push_str(&"wörd ".repeat(limit.unwrap() as usize));
                    request.follow_up = follow(&reply, replies);
                }
                if in_vain >= paid_attempts {
                    break;
                }
            }
            prop_assert!(requests <= most, "{requests} of {most}");
            prop_assert!(Some(set_aside) <= foreseen, "{set_aside} of {foreseen:?}");
        }
    }
}
