//! A cap on what a run may cost, kept before each request: what it may cost at worst is set aside before it is sent.

use super::price::Usd;

/// What a run has spent, what is set aside for requests under way, and the cap on both.
#[derive(Debug)]
pub struct Budget {
    cap: Option<Usd>,
    /// Paid, as counted.
    spent: Usd,
    /// Perhaps paid, at the worst case.
    possibly: Usd,
    /// Set aside for requests under way.
    open: Usd,
}

/// Money set aside for one request. It has to be given back to the budget with what the request cost; one that is lost
/// stays set aside.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "money is set aside until the reservation is given back"]
pub struct Reservation {
    worst: Usd,
}

impl Reservation {
    /// The most that the request can cost.
    pub fn worst(&self) -> Usd {
        self.worst
    }
}

/// There is too little left for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What is left of the cap.
    pub left: Usd,
    /// Whether there would be enough if all that is under way cost nothing: then it is worth waiting for one of those
    /// requests to end.
    pub in_flight: bool,
}

impl Budget {
    /// A budget with this cap; without one everything is allowed, and counted.
    pub fn new(cap: Option<Usd>) -> Self {
        Self {
            cap,
            spent: Usd::ZERO,
            possibly: Usd::ZERO,
            open: Usd::ZERO,
        }
    }

    /// Sets aside what a request costs at worst.
    ///
    /// # Errors
    /// Where that is more than is left. Nothing is set aside then.
    pub fn reserve(&mut self, worst: Usd) -> Result<Reservation, Denied> {
        if let Some(cap) = self.cap {
            let gone = self.spent + self.possibly;
            if gone + self.open + worst > cap {
                return Err(Denied {
                    left: cap.saturating_sub(gone + self.open),
                    in_flight: self.open > Usd::ZERO && gone + worst <= cap,
                });
            }
        }
        self.open += worst;
        Ok(Reservation { worst })
    }

    /// The request ended and cost this much; nothing where it surely was not paid.
    pub fn settle(&mut self, reservation: Reservation, actual: Usd) {
        self.open = self.open.saturating_sub(reservation.worst);
        self.spent += actual;
    }

    /// The request may have been paid, and what it used was not told: it counts with its worst case to the end.
    pub fn keep(&mut self, reservation: Reservation) {
        self.open = self.open.saturating_sub(reservation.worst);
        self.possibly += reservation.worst;
    }

    /// What was paid.
    pub fn spent(&self) -> Usd {
        self.spent
    }

    /// The most that was paid besides, for requests that nobody knows of whether they were.
    pub fn possibly_spent(&self) -> Usd {
        self.possibly
    }

    /// What is left for further requests; `None` without a cap.
    pub fn left(&self) -> Option<Usd> {
        let gone = self.spent + self.possibly + self.open;
        self.cap.map(|cap| cap.saturating_sub(gone))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usd(millionths: u32) -> Usd {
        Usd::from_dollars(f64::from(millionths) / 1e6).unwrap()
    }

    #[test]
    fn the_worst_case_is_set_aside_until_the_end_is_known() {
        let mut budget = Budget::new(Some(usd(10)));
        let first = budget.reserve(usd(6)).unwrap();
        let denied = budget.reserve(usd(6)).unwrap_err();
        assert_eq!((denied.left, denied.in_flight), (usd(4), true));
        budget.settle(first, usd(2));
        let second = budget.reserve(usd(6)).unwrap();
        budget.keep(second);
        assert_eq!((budget.spent(), budget.possibly_spent()), (usd(2), usd(6)));
        let denied = budget.reserve(usd(3)).unwrap_err();
        assert_eq!((denied.left, denied.in_flight), (usd(2), false));
        assert!(budget.reserve(usd(2)).is_ok());
    }

    #[test]
    fn waiting_is_of_no_use_for_what_never_fits() {
        let mut budget = Budget::new(Some(usd(10)));
        let _open = budget.reserve(usd(1)).unwrap();
        assert!(!budget.reserve(usd(11)).unwrap_err().in_flight);
    }

    #[test]
    fn a_cap_of_nothing_allows_what_costs_nothing() {
        let mut budget = Budget::new(Some(Usd::ZERO));
        let free = budget.reserve(Usd::ZERO).unwrap();
        budget.settle(free, Usd::ZERO);
        assert!(budget.reserve(usd(1)).is_err());
    }

    #[test]
    fn without_a_cap_everything_is_counted() {
        let mut budget = Budget::new(None);
        let first = budget.reserve(usd(4_000_000)).unwrap();
        budget.settle(first, usd(3_000_000));
        assert_eq!((budget.spent(), budget.left()), (usd(3_000_000), None));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Reserve(u32),
        /// Which of the open ones, and what share of its worst case it cost, in thousandths.
        Settle(prop::sample::Index, u32),
        Keep(prop::sample::Index),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0_u32..2_000_000).prop_map(Step::Reserve),
            (any::<prop::sample::Index>(), 0_u32..=1_000)
                .prop_map(|(which, share)| Step::Settle(which, share)),
            any::<prop::sample::Index>().prop_map(Step::Keep),
        ]
    }

    proptest! {
        /// In whatever order requests begin and end, what is spent and what may have been stays within the cap, as does
        /// what may still come of those under way.
        #[test]
        fn nothing_goes_beyond_the_cap(cap in 0_u32..5_000_000, steps in prop::collection::vec(step(), 0..200)) {
            let cap = usd(cap);
            let mut budget = Budget::new(Some(cap));
            let mut open: Vec<(Reservation, u32)> = Vec::new();
            let mut paid = Usd::ZERO;
            for step in steps {
                match step {
                    Step::Reserve(worst) => {
                        let before = budget.left();
                        match budget.reserve(usd(worst)) {
                            Ok(reservation) => open.push((reservation, worst)),
                            Err(denied) => {
                                prop_assert!(denied.left < usd(worst));
                                prop_assert_eq!(Some(denied.left), before);
                            }
                        }
                    }
                    Step::Settle(which, share) if !open.is_empty() => {
                        let (reservation, worst) = open.swap_remove(which.index(open.len()));
                        let actual = usd(u32::try_from(u64::from(worst) * u64::from(share) / 1_000).unwrap());
                        paid += actual;
                        budget.settle(reservation, actual);
                    }
                    Step::Keep(which) if !open.is_empty() => {
                        let (reservation, worst) = open.swap_remove(which.index(open.len()));
                        paid += usd(worst);
                        budget.keep(reservation);
                    }
                    Step::Settle(..) | Step::Keep(_) => {}
                }
                let to_come: Usd = open.iter().map(|(_, worst)| usd(*worst)).sum();
                prop_assert!(paid + to_come <= cap);
                prop_assert_eq!(budget.spent() + budget.possibly_spent(), paid);
                prop_assert_eq!(budget.left(), Some(cap.saturating_sub(paid + to_come)));
            }
        }
    }
}
