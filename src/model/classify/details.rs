//! What Google's APIs add to an error: reasons, quotas, and how long to wait.

use std::time::Duration;

use serde_json::Value;

use super::retry_after::seconds;

/// The reasons, and the wait asked for, in the details that Google's APIs add to an error.
pub(super) fn read(details: &[Value]) -> (String, Option<Duration>) {
    let mut reasons = String::new();
    let mut wait = None;
    for detail in details {
        if let Some(reason) = detail.get("reason").and_then(Value::as_str) {
            reasons.push(' ');
            reasons.push_str(&reason.to_lowercase());
        }
        let delay = detail.get("retryDelay").and_then(Value::as_str);
        wait = delay
            .and_then(|it| seconds(it.strip_suffix('s')?, 1.0))
            .or(wait);
        let violations = detail.get("violations").and_then(Value::as_array);
        for violation in violations.into_iter().flatten() {
            // What a day may have comes back tomorrow, whatever delay is named.
            if violation
                .get("quotaId")
                .and_then(Value::as_str)
                .is_some_and(|id| id.contains("PerDay"))
            {
                reasons.push_str(" quota_of_the_day");
            }
        }
    }
    (reasons, wait)
}
