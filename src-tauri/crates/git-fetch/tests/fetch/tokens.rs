//! The token reaches its host and nothing else.

use super::*;
use git_fetch::testing::Server;
use git_fetch::{GitError, Token, TokenStyle};
use std::time::Duration;

const SECRET: &str = "tok-5f3c9a1be77d";

fn token(host: &str) -> Token {
    Token::new(host, SECRET, TokenStyle::Token).unwrap()
}

#[tokio::test]
async fn d13_a_private_repository_is_fetched_with_the_token_and_keeps_none_of_it() {
    let place = Place::new();
    let commit = place.forge.commit("acme/private", &[("f", "1")]);
    let server = Server::demanding(&place.forge, &format!("token {SECRET}")).await;
    let git = fetcher(server.transports(HOST)).with_token(token(HOST));
    let fetched = git
        .get(&place.cache, &repo("acme/private"), &at("main"))
        .await
        .unwrap();
    assert_eq!(fetched.commit, commit);
    let everything = place.everything();
    assert!(
        everything.contains("upload-pack") || everything.contains("refs/fetched"),
        "the search sees git's folder"
    );
    assert!(!everything.contains(SECRET));
    assert!(!format!("{git:?}").contains(SECRET));
}

#[tokio::test]
async fn other_hosts_want_it_in_another_form() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    // base64 of x-access-token:tok-5f3c9a1be77d
    let header = "Basic eC1hY2Nlc3MtdG9rZW46dG9rLTVmM2M5YTFiZTc3ZA==";
    let server = Server::demanding(&place.forge, header).await;
    let basic = Token::new(HOST, SECRET, TokenStyle::Basic).unwrap();
    let git = fetcher(server.transports(HOST)).with_token(basic);
    git.get(&place.cache, &repo("a/b"), &at("main"))
        .await
        .unwrap();
}

#[tokio::test]
async fn without_or_with_a_wrong_token_the_refusal_is_clear_and_silent_about_it() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    let server = Server::demanding(&place.forge, "token right").await;
    for git in [
        fetcher(server.transports(HOST)),
        fetcher(server.transports(HOST)).with_token(token(HOST)),
        // A token of another host is not sent here.
        fetcher(server.transports(HOST)).with_token(token("other.example")),
    ] {
        let error = git
            .get(&place.cache, &repo("a/b"), &at("main"))
            .await
            .unwrap_err();
        assert!(matches!(error, GitError::Denied { .. }), "{error}");
        assert!(!error.to_string().contains(SECRET), "{error}");
    }
}

#[test]
fn unusable_tokens_are_none() {
    for bad in ["", "  ", "a\nX-Evil: 1", "a\0b"] {
        assert!(Token::new(HOST, bad, TokenStyle::Token).is_none());
    }
}

/// Anybody on the computer may read another process's arguments.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_43_the_process_list_shows_no_token() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    let server = Server::slow(&place.forge, Duration::from_secs(3)).await;
    let git = fetcher(server.transports(HOST)).with_token(token(HOST));
    let url = server.url();
    let asking = tokio::spawn(async move { git.resolve(&repo("a/b"), &at("main")).await });
    let mut seen = 0;
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        for entry in std::fs::read_dir("/proc").unwrap().flatten() {
            let Ok(line) = std::fs::read(entry.path().join("cmdline")) else {
                continue;
            };
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            if line.contains(&url) {
                seen += 1;
                assert!(!line.contains(SECRET), "{line}");
            }
        }
    }
    asking.await.unwrap().unwrap();
    assert!(seen > 0, "git was seen at work");
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_server_says_back_is_masked() {
    let place = Place::new();
    place.forge.commit("a/b", &[("f", "1")]);
    // A server that repeats what it was sent, as some do in their messages.
    let echo = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = echo.local_addr().unwrap().port();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        while let Ok((mut stream, _)) = echo.accept().await {
            let mut asked = [0u8; 8192];
            let count = stream.read(&mut asked).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&asked[..count]).into_owned();
            let sent = text
                .lines()
                .find(|line| line.starts_with("Authorization"))
                .unwrap_or("nothing")
                .to_owned();
            let reply = format!(
                "HTTP/1.1 500 Bad\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{sent}",
                sent.len()
            );
            let _ = stream.write_all(reply.as_bytes()).await;
        }
    });
    let transports = git_fetch::Transports::for_tests(&[git_fetch::Scheme::Http]).rewrite(
        &format!("https://{HOST}/"),
        &format!("http://127.0.0.1:{port}/"),
    );
    let git = fetcher(transports).with_token(token(HOST));
    let error = git
        .resolve(&repo("a/b"), &at("main"))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("***") && !error.contains(SECRET), "{error}");
}
