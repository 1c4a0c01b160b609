//! Where requests go and which key they carry: a server's address, or a program on this machine.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::command::Program;
use super::{Protocol, Quirks, providers};

/// A key: it can be sent, and not printed. There is no `Display` and no `Serialize`; `Debug` shows only where it is from.
#[derive(Clone)]
pub struct Key {
    secret: SecretString,
    variable: String,
}

impl Key {
    /// Takes the value of an environment variable. Blanks around it are dropped; a key that could not stand in a header
    /// is refused without being shown.
    pub fn new(variable: &str, value: &str) -> Result<Self, EndpointError> {
        let value = value.trim();
        if value.is_empty() {
            return Err(EndpointError::EmptyKey(variable.to_owned()));
        }
        if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(EndpointError::BadKey(variable.to_owned()));
        }
        Ok(Self {
            secret: SecretString::from(value.to_owned()),
            variable: variable.to_owned(),
        })
    }

    /// The variable that the key came from.
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// The key itself: for the header, and for taking it out of what comes back.
    pub(super) fn expose(&self) -> &str {
        self.secret.expose_secret()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Key(from {})", self.variable)
    }
}

/// What may be asked for a reply.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// A server, over HTTP.
    Server(Server),
    /// A program, through its standard input and output.
    Program(Program),
}

impl Endpoint {
    /// A server at `url`; see [`Server::new`].
    pub fn new(
        provider: &str,
        protocol: &str,
        url: &str,
        key: Option<Key>,
    ) -> Result<Self, EndpointError> {
        Server::new(provider, protocol, url, key).map(Self::Server)
    }

    /// The provider's name, as in `--model PROVIDER/NAME`.
    pub fn provider(&self) -> &str {
        match self {
            Self::Server(server) => &server.provider,
            Self::Program(program) => program.provider(),
        }
    }

    /// The name of the protocol.
    pub fn protocol(&self) -> &'static str {
        match self {
            Self::Server(server) => server.protocol(),
            Self::Program(_) => super::command::PROTOCOL,
        }
    }

    /// Whether requests surely stay on this machine, and so cost nothing. Whom a program asks is not known.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Server(server) => server.is_loopback(),
            Self::Program(_) => false,
        }
    }

    /// The address or the command line, fit for a message: it holds no secret of ours. Not escaped.
    pub fn place(&self) -> String {
        match self {
            Self::Server(server) => server.url().to_owned(),
            Self::Program(program) => program.line(),
        }
    }

    /// The variable that the key came from, if there is a key.
    pub fn key_variable(&self) -> Option<&str> {
        match self {
            Self::Server(server) => server.key_variable(),
            Self::Program(program) => program.key().map(Key::variable),
        }
    }
}

/// An address that may be asked, with the protocol it speaks and the key it gets.
#[derive(Clone, Debug)]
pub struct Server {
    /// The provider's name, as in `--model PROVIDER/NAME`.
    pub provider: String,
    pub(super) url: Url,
    pub(super) protocol: &'static dyn Protocol,
    pub(super) key: Option<Key>,
}

impl Server {
    /// Checks an address: `https`, or `http` to this machine only, and no user, password, query or fragment in it.
    pub fn new(
        provider: &str,
        protocol: &str,
        url: &str,
        key: Option<Key>,
    ) -> Result<Self, EndpointError> {
        let protocol =
            super::protocol(protocol).ok_or_else(|| EndpointError::unknown_protocol(protocol))?;
        Ok(Self {
            provider: provider.to_owned(),
            url: checked(url)?,
            protocol,
            key,
        })
    }

    /// Whether requests stay on this machine: 127.0.0.0/8, `[::1]` or `localhost`.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The address, fit for a message: it holds no secret.
    pub fn url(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The host and port, for messages.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port_or_known_default() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The name of the protocol.
    pub fn protocol(&self) -> &'static str {
        self.protocol.name()
    }

    /// The variable that the key came from, if there is a key.
    pub fn key_variable(&self) -> Option<&str> {
        self.key.as_ref().map(Key::variable)
    }

    /// Whether it has the host of this address.
    pub(super) fn is_at(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| url.host() == self.url.host())
    }

    /// Habits of the server at this address, by the built-in row for its host.
    pub(super) fn quirks(&self) -> Quirks {
        providers::PROVIDERS
            .iter()
            .find(|row| Url::parse(row.url).is_ok_and(|url| url.origin() == self.url.origin()))
            .map_or(Quirks::COMMON, |row| row.quirks)
    }
}

/// An address or a key that cannot be used. What is wrong with it is the user's to mend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not an address at all.
    #[error("`{0}` is not an address: {1}")]
    Syntax(String, String),
    /// A scheme other than http and https.
    #[error("`{0}` is not an http address")]
    Scheme(String),
    /// Plain http to another machine.
    #[error(
        "`{0}` would send the prompt and the key unencrypted; plain http goes only to this machine"
    )]
    Plain(String),
    /// A user or password inside the address (the address is not repeated: it may hold a secret).
    #[error("the address holds a user name or password; name the key's variable with `key_env`")]
    UserInfo,
    /// A query or fragment inside the address.
    #[error(
        "the address has a query or a fragment; only the base is wanted, such as https://api.example.org/v1"
    )]
    Query,
    /// A protocol that is not known.
    #[error("there is no protocol `{name}`; known: {known}")]
    Protocol {
        /// What was written.
        name: String,
        /// What could have been.
        known: String,
    },
    /// The variable is set to nothing.
    #[error("{0} is set, but empty")]
    EmptyKey(String),
    /// The key has blanks, control or non-ASCII characters in it.
    #[error("{0} holds characters that no key has (a line feed, a blank or a non-ASCII letter)")]
    BadKey(String),
    /// No address where one is needed.
    #[error("it has no `url`; write for example `url = \"http://127.0.0.1:8080/v1\"`")]
    NoUrl,
    /// An address and a command, or one of them with the other's protocol.
    #[error(
        "it mixes an address with a command; the protocol `command` takes `command` and no `url`, all others the reverse"
    )]
    UrlAndCommand,
    /// A command without a program.
    #[error("it has no `command`; write for example `command = [\"llm\", \"-m\", \"{{model}}\"]`")]
    NoProgram,
    /// The model's name would choose the program.
    #[error(
        "its `command` takes the program from the model's name; only arguments may hold `{{model}}`"
    )]
    ModelAsProgram,
    /// A name that could be more than a name to the program that gets it.
    #[error(
        "the model's name `{0}` cannot be given to a command: letters, digits and `-._:/@+` are taken, and no `-` at the start"
    )]
    BadModel(String),
}

impl EndpointError {
    fn unknown_protocol(name: &str) -> Self {
        let known: Vec<&str> = super::PROTOCOLS
            .iter()
            .map(|protocol| protocol.name())
            .chain([super::command::PROTOCOL])
            .collect();
        Self::Protocol {
            name: crate::text::shorten(&crate::text::escape(name), 60).into_owned(),
            known: known.join(", "),
        }
    }
}

fn checked(text: &str) -> Result<Url, EndpointError> {
    let shown = || crate::text::shorten(&crate::text::escape(text), 200).into_owned();
    let url = match Url::parse(text.trim()) {
        Ok(url) => url,
        // An address that does not parse may still hold a password.
        Err(_) if text.contains('@') => return Err(EndpointError::UserInfo),
        // Nor is what may be a key in its query shown.
        Err(error) => {
            let base = text.split(['?', '#']).next().unwrap_or_default();
            let base = crate::text::shorten(&crate::text::escape(base), 200).into_owned();
            return Err(EndpointError::Syntax(base, error.to_string()));
        }
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EndpointError::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(EndpointError::Query);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(EndpointError::Plain(shown())),
        _ => Err(EndpointError::Scheme(shown())),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::new("p", "openai-chat", url, None)
    }

    #[test]
    fn plain_http_goes_only_to_this_machine() {
        for url in [
            "http://127.0.0.1:8080/v1",
            "http://127.9.9.9/v1",
            "http://[::1]:1/v1",
            "http://localhost:11434/v1",
            "http://LOCALHOST/v1",
        ] {
            assert!(endpoint(url).is_ok_and(|it| it.is_loopback()), "{url}");
        }
        for url in [
            "http://example.org/v1",
            "http://localhost.evil.com/v1",
            "http://127.0.0.1.evil.com/",
            "http://128.0.0.1/",
            "http://0.0.0.0/",
            "http://[::2]/",
            "http://[::ffff:10.0.0.1]/",
        ] {
            assert!(
                matches!(endpoint(url), Err(EndpointError::Plain(_))),
                "{url}"
            );
        }
        assert!(
            !endpoint("https://localhost.evil.com/v1")
                .unwrap()
                .is_loopback()
        );
    }

    #[test]
    fn an_address_holds_nothing_but_a_base() {
        for url in [
            "http://127.0.0.1@evil/",
            "https://user:hunter2@example.org/v1",
            "http://:x@localhost/",
            "https://u:hunter2@exa mple/",
        ] {
            let error = endpoint(url).unwrap_err();
            assert_eq!(error, EndpointError::UserInfo, "{url}");
            assert!(!error.to_string().contains("hunter2"));
        }
        for url in ["https://a.example/v1?key=x", "https://a.example/v1#x"] {
            assert_eq!(endpoint(url).unwrap_err(), EndpointError::Query);
        }
        for url in ["file:///etc/passwd", "ftp://localhost/", "localhost:80/v1"] {
            assert!(
                matches!(endpoint(url), Err(EndpointError::Scheme(_))),
                "{url}"
            );
        }
        assert!(matches!(
            endpoint("nonsense"),
            Err(EndpointError::Syntax(..))
        ));
        assert!(matches!(
            Endpoint::new("p", "smoke", "https://a.example", None),
            Err(EndpointError::Protocol { .. })
        ));
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = Key::new("MY_KEY", " sk-canary-1 \n").unwrap();
        let endpoint = Endpoint::new("p", "openai-chat", "https://a.example", Some(key)).unwrap();
        assert!(!format!("{endpoint:?}").contains("canary"));
        for bad in ["sk-canary\nx", "sk canary", "sk-canäry"] {
            let error = Key::new("MY_KEY", bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("can"), "{error}");
        }
        assert!(Key::new("MY_KEY", "  ").is_err());
    }
}
