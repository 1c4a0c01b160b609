//! Rules about the site's configuration.

pub(super) mod refused_configuration;
