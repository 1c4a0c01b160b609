//! Whether what came back is a reply. Providers and SDKs take a stream that was cut cleanly for a success; here a reply
//! counts when its provider said why it ended, or when its own end marker proves that it is whole.

use super::{Finish, ModelError, Payment, Reply};

/// Takes a reply or says what is wrong with it. `complete` tells whether a text proves itself whole.
pub fn judge(reply: Reply, complete: &dyn Fn(&str) -> bool) -> Result<Reply, ModelError> {
    let blank = reply.text.trim().is_empty();
    let error = match &reply.finish {
        Finish::Stop if blank => no_text(),
        Finish::Stop => return Ok(reply),
        Finish::Length
        | Finish::Paused
        | Finish::WindowFull
        | Finish::Other(_)
        | Finish::Missing
            if complete(&reply.text) =>
        {
            return Ok(reply);
        }
        Finish::Length => ModelError::new(
            "cut-reply",
            Payment::Paid,
            "the reply was cut off at the limit of output tokens",
        )
        .help("raise `max_output_tokens`, or ask for fewer words"),
        Finish::Paused => ModelError::new(
            "cut-reply",
            Payment::Paid,
            "the model paused before its reply was whole",
        ),
        Finish::WindowFull => ModelError::new(
            "prompt-too-long",
            Payment::Paid,
            "the reply was cut off where the model's context window was full",
        )
        .help("shorten the brief, ask for fewer words, or use a model with a larger window"),
        Finish::Filter => ModelError::new(
            "filtered",
            Payment::Paid,
            "the provider's content filter cut the reply off",
        )
        .help("word the topic or the brief differently, or use another model"),
        Finish::Refused => ModelError::new(
            "refused",
            Payment::Paid,
            if blank {
                "the model declined, and did not say why".to_owned()
            } else {
                format!("the model declined: {}", reply.text)
            },
        )
        .help("word the topic or the brief differently, or use another model"),
        Finish::ToolCalls => ModelError::new(
            "tool-calls",
            Payment::Paid,
            "the model called a tool instead of writing, though none was offered",
        )
        .help("use another model"),
        Finish::Missing if blank => {
            ModelError::new("empty-reply", Payment::Maybe, "the reply is empty").again()
        }
        Finish::Missing => cut("the reply broke off before its end"),
        Finish::Other(reason) => cut(&format!(
            "the reply ended for a reason that is not known (`{reason}`) and without its end marker"
        )),
    };
    Err(ModelError {
        finish: Some(reply.finish),
        usage: reply.usage,
        ..error.with_partial(&reply.text)
    })
}

/// A reply that came in part.
pub fn cut(message: &str) -> ModelError {
    ModelError::new("cut-reply", Payment::Maybe, message).again()
}

fn no_text() -> ModelError {
    ModelError::new(
        "no-text",
        Payment::Paid,
        "the model ended its reply without any text",
    )
    .help("try another model; small ones sometimes spend it all on reasoning")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reason_or_an_end_marker_makes_a_reply() {
        let complete = |text: &str| text.ends_with("END");
        let kind = |text: &str, finish: Finish| {
            let reply = Reply {
                text: text.to_owned(),
                finish,
                usage: None,
            };
            match judge(reply, &complete) {
                Ok(_) => "ok",
                Err(error) => error.kind,
            }
        };
        let other = || Finish::Other("eos".to_owned());
        for (text, finish, expected) in [
            ("a", Finish::Stop, "ok"),
            (" ", Finish::Stop, "no-text"),
            ("a", Finish::Missing, "cut-reply"),
            ("", Finish::Missing, "empty-reply"),
            ("a END", Finish::Missing, "ok"),
            ("a", other(), "cut-reply"),
            ("a END", other(), "ok"),
            ("a", Finish::Length, "cut-reply"),
            ("a END", Finish::Length, "ok"),
            ("a", Finish::Paused, "cut-reply"),
            ("a END", Finish::Paused, "ok"),
            ("a", Finish::WindowFull, "prompt-too-long"),
            ("a END", Finish::WindowFull, "ok"),
            ("", Finish::Refused, "refused"),
            ("a END", Finish::Filter, "filtered"),
            ("a END", Finish::Refused, "refused"),
            ("a END", Finish::ToolCalls, "tool-calls"),
        ] {
            assert_eq!(kind(text, finish.clone()), expected, "{text:?} {finish:?}");
        }
    }
}
