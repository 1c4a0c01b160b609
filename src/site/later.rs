//! A fact about a site that costs much to find out.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A fact that takes reading many files, found out when somebody first asks for it. Copies share what was found out.
#[derive(Clone, Default)]
pub struct Later<T = bool> {
    ask: Option<Arc<dyn Fn() -> T + Send + Sync>>,
    answer: Arc<OnceLock<T>>,
}

impl<T: Default> Later<T> {
    /// A fact that `ask` finds out.
    pub fn new(ask: impl Fn() -> T + Send + Sync + 'static) -> Self {
        Self {
            ask: Some(Arc::new(ask)),
            answer: Arc::default(),
        }
    }

    /// The fact; `false`, or nothing, where there is nothing to ask.
    pub fn get(&self) -> &T {
        self.answer
            .get_or_init(|| self.ask.as_ref().map_or_else(T::default, |ask| ask()))
    }
}

impl<T: fmt::Debug> fmt::Debug for Later<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Later").field(&self.answer.get()).finish()
    }
}

impl<T: Default + PartialEq> PartialEq for Later<T> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Default + Eq> Eq for Later<T> {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn it_asks_once_and_only_when_it_is_asked() {
        let asked = Arc::new(AtomicU32::new(0));
        let counter = asked.clone();
        let later = Later::new(move || counter.fetch_add(1, Ordering::Relaxed) == 0);
        let copy = later.clone();
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        assert!(*later.get() && *copy.get() && later == copy);
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert!(!Later::<bool>::default().get());
    }
}
