//! What a model is: where requests go, what is asked, what comes back, and what can go wrong.
//!
//! A [`Protocol`] is two pure halves, [`Request`] → body and bytes → [`Reply`]; `http` is the one place that opens a
//! connection. A [`Provider`] is a row of a table: a name, a protocol, an address and the variable that holds its key.
//!
//! ```text
//! "openai/NAME" ─► resolve ─► Choice ─┐
//!                             Request ┴► Protocol::body ─► HTTP ─► Decoder ─► judge ─► Reply | ModelError
//! ```
//!
//! To add a provider that speaks a known protocol, add its row to `model/providers.rs`. To add a protocol, write
//! `model/<protocol>.rs`, declare it below, name it in [`PROTOCOLS`] and give it a sample in `model/testing.rs`; what
//! decoders share is in `model/frames.rs`.

use std::fmt::Debug;

pub mod anthropic;
pub mod ask;
pub mod bounds;
pub mod budget;
pub mod choose;
pub mod classify;
pub mod command;
pub mod endpoint;
pub mod error;
pub mod facts;
mod frames;
pub mod gemini;
pub mod http;
pub mod judge;
pub mod keyless;
pub mod local;
pub mod ndjson;
pub mod ollama;
pub mod openai_chat;
pub mod openai_responses;
pub mod price;
pub mod providers;
pub mod scrub;
pub mod sse;
#[cfg(test)]
mod testing;

pub use ask::{Connection, ask};
pub use bounds::{
    Extent, PromptTooLong, Wanted, max_output_tokens, words_that_fit, worst_case_of_a_job,
    worst_case_of_request,
};
pub use budget::{Budget, Denied, Reservation};
pub use choose::{Choice, ChoiceError, NOTHING_CONFIGURED, UserProvider, resolve};
pub use command::Program;
pub use endpoint::{Endpoint, EndpointError, Key, Server};
pub use error::{ModelError, Payment};
pub use facts::{ModelFacts, OwnPrice, facts};
pub use http::Limits;
pub use local::{Found, Offer};
pub use price::{Price, Rate, Rates, Usd};
pub use providers::{PROVIDERS, Provider};

/// Every protocol that can be spoken, by name.
pub const PROTOCOLS: &[&dyn Protocol] = &[
    &openai_chat::OpenAiChat,
    &openai_responses::OpenAiResponses,
    &anthropic::Anthropic,
    &gemini::Gemini,
    &ollama::Ollama,
];

/// The protocol called `name` in a configuration.
pub fn protocol(name: &str) -> Option<&'static dyn Protocol> {
    PROTOCOLS
        .iter()
        .copied()
        .find(|protocol| protocol.name() == name)
}

/// What a model is asked: one prompt, and how to sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The standing instructions.
    pub system: String,
    /// The task itself.
    pub user: String,
    /// The model's name, as its provider spells it.
    pub model: String,
    /// Sampling temperature; left to the provider where absent.
    pub temperature: Option<f64>,
    /// The most tokens that the reply may have, hidden reasoning included; left to the provider where absent.
    pub max_output_tokens: Option<u32>,
    /// An earlier reply to the same task, and what is wanted now: that it go on, or that it be mended.
    pub follow_up: Option<FollowUp>,
}

/// The second turn of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// What the model said, as far as it came.
    pub reply: String,
    /// What it is asked for now.
    pub ask: String,
    /// How many replies with at most `max_output_tokens` each it was put together from.
    pub replies: u32,
    /// Bytes of it that were there before those: from an earlier run, which may have allowed longer replies.
    pub earlier_bytes: u64,
}

impl Request {
    /// The conversation after the system's instructions: who speaks (`user` or `assistant`), and what is said. Begins
    /// and ends with the user.
    pub fn turns(&self) -> Vec<(&'static str, &str)> {
        let mut turns = vec![("user", self.user.as_str())];
        if let Some(follow_up) = &self.follow_up {
            turns.push(("assistant", &follow_up.reply));
            turns.push(("user", &follow_up.ask));
        }
        turns
    }

    /// The bytes of everything that is said. No tokenizer in use makes more tokens than bytes of a text.
    pub fn bytes(&self) -> u64 {
        let said = self
            .turns()
            .iter()
            .map(|(_, text)| text.len())
            .sum::<usize>();
        (self.system.len() + said) as u64
    }

    /// A rough count of the prompt's tokens: a quarter of its bytes.
    pub fn estimated_input_tokens(&self) -> u64 {
        self.bytes().div_ceil(4)
    }
}

/// Why a reply ended, in one vocabulary for all protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finish {
    /// The model was done.
    Stop,
    /// It ran into the limit of output tokens.
    Length,
    /// The provider's content filter cut it off.
    Filter,
    /// The model declined.
    Refused,
    /// It asked for a tool, which no request of ours offers.
    ToolCalls,
    /// It paused, and goes on when it is asked to.
    Paused,
    /// Prompt and reply together filled the model's context window.
    WindowFull,
    /// A reason that is not known here, as the provider spelt it.
    Other(String),
    /// None was given.
    Missing,
}

impl Finish {
    /// The word for it in a record.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Stop => "stop",
            Self::Length => "length",
            Self::Filter => "filtered",
            Self::Refused => "refused",
            Self::ToolCalls => "tool-calls",
            Self::Paused => "paused",
            Self::WindowFull => "window-full",
            Self::Other(reason) => reason,
            Self::Missing => "missing",
        }
    }
}

/// Tokens as the provider counted them, in one meaning for all protocols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of the prompt, those written to a cache or read from one included.
    pub input: u64,
    /// Of these, how many were read from the provider's cache, which is cheaper.
    pub cached: u64,
    /// Tokens of the reply, hidden reasoning included.
    pub output: u64,
    /// Of these, how many were hidden reasoning.
    pub reasoning: u64,
    /// Counted while the reply still came, and never again once it had ended: more may be billed.
    pub is_running: bool,
}

impl Usage {
    /// Whether this can be what is billed for a reply with such a text. Some servers say zero where they do not count.
    pub fn is_final_for(&self, text: &str) -> bool {
        !self.is_running && self.input > 0 && (self.output > 0 || text.is_empty())
    }
}

/// What came back: the text exactly as it came, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The text, without hidden reasoning.
    pub text: String,
    /// Why it ended.
    pub finish: Finish,
    /// What it used, if the provider said so.
    pub usage: Option<Usage>,
}

/// Ways in which servers of one protocol differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// Calls the limit of output tokens `max_completion_tokens` and refuses the older `max_tokens`.
    pub max_completion_tokens: bool,
    /// Understands `stream_options`, so that a stream ends with its usage.
    pub stream_options: bool,
    /// Takes a `temperature`. Where it is refused, it is left out.
    pub sampling: bool,
}

impl Quirks {
    /// What most servers understand.
    pub const COMMON: Self = Self {
        max_completion_tokens: false,
        stream_options: true,
        sampling: true,
    };
}

/// One way to speak to a model over HTTP. Implementations hold no state and do no input or output.
pub trait Protocol: Debug + Sync {
    /// The name in a configuration, such as `openai-chat`.
    fn name(&self) -> &'static str;

    /// What is added to the endpoint's address; begins with `/`. Some protocols put the model's name here.
    fn path(&self, request: &Request) -> String;

    /// What is added to the address for the list of models; begins with `/`.
    fn models_path(&self) -> &'static str {
        "/models"
    }

    /// The header that carries the key, and what stands before the key in it.
    fn key_header(&self) -> (&'static str, &'static str);

    /// Further headers of a request, such as a version.
    fn headers(
        &self,
        _request: &Request,
        _quirks: Quirks,
    ) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The JSON body that asks for a streamed reply.
    fn body(&self, request: &Request, quirks: Quirks) -> serde_json::Value;

    /// A fresh decoder for one response with a good status.
    fn decoder(&self) -> Box<dyn Decoder>;
}

/// The pure half that turns the bytes of one response into a reply, as they come.
pub trait Decoder: Send {
    /// Takes the next bytes, cut anywhere. After an error nothing more may be pushed; `text` still holds what came before.
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError>;

    /// The stream ended in good order: an event that was still open is taken if it is whole.
    fn end(&mut self) -> Result<(), ModelError>;

    /// The text so far.
    fn text(&self) -> &str;

    /// How many pieces of data have come. Comments and keep-alives do not count, so a rising number means a live model.
    fn events(&self) -> u64;

    /// The reason of the end has been seen: the reply is there, only its usage may still come.
    fn is_finished(&self) -> bool;

    /// Nothing more can come.
    fn is_done(&self) -> bool;

    /// The reply as far as it came. Whether it is good enough is for [`judge`] to say.
    fn finish(self: Box<Self>) -> Result<Reply, ModelError>;
}
