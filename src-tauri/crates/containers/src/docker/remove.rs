//! Removing a container, also one that the engine left half removed.

use super::{Docker, answer, create::says};
use crate::EngineError;
use bollard::{errors::Error, query_parameters::RemoveContainerOptions};
use std::time::Duration;

/// How often a removal that another caller began is looked at until it is through: ten seconds in all.
const REMOVAL_LOOKS: u32 = 100;
/// How often a removal is asked for that the engine did not finish.
const REMOVAL_TRIES: u32 = 4;

impl Docker {
    pub(super) async fn remove_container(&self, id: &str) -> Result<(), EngineError> {
        // `v` removes the nameless volumes an image may declare; named ones stay.
        let options = RemoveContainerOptions {
            force: true,
            v: true,
            link: false,
        };
        let mut left = REMOVAL_TRIES;
        loop {
            left -= 1;
            match self.api.remove_container(id, Some(options.clone())).await {
                Ok(()) => return Ok(()),
                Err(error) if answer::is_status(&error, 404) => return Ok(()),
                Err(error) if answer::is_status(&error, 409) => {
                    return self.wait_gone(id, error).await;
                }
                // Somebody still read in it; the engine keeps it as dead until it is asked again.
                Err(error) if left > 0 && says(&error, &["failed to remove root filesystem"]) => {
                    tracing::info!(id, cause = ?answer::cause(&error), "a container was not removed whole; once more");
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
                Err(error) => return Err(self.failed(&format!("Removing {id}"), error)),
            }
        }
    }

    /// Somebody else's removal of the same container is under way.
    async fn wait_gone(&self, id: &str, error: Error) -> Result<(), EngineError> {
        for _ in 0..REMOVAL_LOOKS {
            if self.observe(id).await?.is_none() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(self.failed(&format!("Removing {id}"), error))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Endpoint, Installation};
    use std::{
        io::{Read, Write},
        net::TcpListener,
        sync::{
            Arc,
            atomic::{AtomicU32, Ordering},
        },
    };
    use tokio::sync::Mutex;
    use uuid::Uuid;

    /// An engine that refuses so many removals in these words, and the number of those it was asked for.
    fn engine(refusals: u32, words: &'static str) -> (Docker, Arc<AtomicU32>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicU32::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut byte = [0];
                while !request.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                    request.push(byte[0]);
                }
                let answer = if count.fetch_add(1, Ordering::SeqCst) < refusals {
                    let body = format!("{{\"message\":\"{words}\"}}");
                    format!(
                        "HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/json\r\n\
                         content-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    )
                } else {
                    "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_owned()
                };
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        let docker = Docker {
            api: bollard::Docker::connect_with_host(&endpoint).unwrap(),
            endpoint: Endpoint(endpoint),
            installation: Installation::new(Uuid::nil()),
            is_podman: false,
            network_lock: Mutex::new(()),
        };
        (docker, asked)
    }

    const HALF: &str =
        "container x: driver overlay2 failed to remove root filesystem: directory not empty";

    #[tokio::test]
    async fn what_was_removed_half_is_removed_again() {
        let (docker, asked) = engine(2, HALF);
        docker.remove_container("x").await.unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn it_is_not_asked_for_ever_and_other_refusals_are_told_at_once() {
        let (docker, asked) = engine(u32::MAX, HALF);
        docker.remove_container("x").await.unwrap_err();
        assert_eq!(asked.load(Ordering::SeqCst), REMOVAL_TRIES);
        let (docker, asked) = engine(u32::MAX, "no room");
        docker.remove_container("x").await.unwrap_err();
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}
