//! Requests as the clients' HTTP libraries write them.

use serde_json::Value;
use testkit::Served;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Who writes the request: the head lines its library adds by itself, and how it spells JSON.
#[derive(Debug, Clone, Copy)]
pub enum Library {
    /// Python `requests`: JSON with blanks.
    Requests,
    /// Python `httpx`: compact JSON.
    Httpx,
    /// Go `net/http`.
    Go,
    /// `fetch` of Node and Bun.
    Fetch,
}

impl Library {
    fn head(self) -> &'static str {
        match self {
            Self::Requests => {
                "User-Agent: python-requests/2.32.3\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n"
            }
            Self::Httpx => {
                "Accept: */*\r\nAccept-Encoding: gzip, deflate\r\nUser-Agent: python-httpx/0.27.2\r\n"
            }
            Self::Go => "User-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n",
            Self::Fetch => {
                "accept: */*\r\naccept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\naccept-encoding: gzip, deflate\r\n"
            }
        }
    }

    fn json(self, body: &Value) -> String {
        let compact = body.to_string();
        match self {
            Self::Requests => blanks(&compact),
            Self::Httpx | Self::Go | Self::Fetch => compact,
        }
    }
}

/// `json.dumps` puts a blank behind each comma and colon outside of texts.
fn blanks(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() + 16);
    let (mut inside, mut escaped) = (false, false);
    for letter in compact.chars() {
        out.push(letter);
        match letter {
            '"' if !escaped => inside = !inside,
            ',' | ':' if !inside => out.push(' '),
            _ => {}
        }
        escaped = inside && letter == '\\' && !escaped;
    }
    out
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub text: String,
    pub json: Value,
}

/// Sends one request and reads the whole answer.
pub async fn send(
    served: &Served,
    library: Library,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Reply {
    let port = served.owner.port;
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
    text += library.head();
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += "Connection: close\r\n";
    match body {
        Some(body) => {
            let body = library.json(body);
            text += &format!(
                "Content-Length: {}\r\nContent-Type: application/json\r\n\r\n{body}",
                body.len()
            );
        }
        None => text += "\r\n",
    }
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    assert!(
        !head.to_lowercase().contains("transfer-encoding"),
        "a plain body: {head}"
    );
    Reply {
        status,
        text: text.to_owned(),
        json: serde_json::from_str(text).unwrap_or(Value::Null),
    }
}

/// The value of an `Authorization` header.
pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
