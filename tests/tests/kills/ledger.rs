//! What was acknowledged, and what may or may not have happened.

use rand::{RngExt, rngs::StdRng};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use testkit::Served;
use tokio::sync::Mutex;

/// One workspace as the client knows it.
#[derive(Debug, Clone)]
struct Known {
    /// Role last acknowledged, then every role sent since whose answer never came.
    roles: Vec<String>,
    /// A delete was acknowledged.
    deleted: bool,
    /// A delete was sent.
    delete_sent: bool,
    /// One lane at a time writes to it.
    busy: bool,
    mock: bool,
}

/// Acknowledged writes.
#[derive(Debug, Default)]
pub struct Ledger {
    known: BTreeMap<String, Known>,
    /// Acknowledged messages: workspace, text.
    messages: Vec<(String, String)>,
    /// Messages that were kept for later: workspace, queue id.
    kept: Vec<(String, String)>,
    acknowledged: usize,
    unanswered: usize,
}

impl Ledger {
    /// A workspace was made.
    pub fn made(&mut self, id: &str, role: &str) {
        let known = Known {
            roles: vec![role.to_owned()],
            deleted: false,
            delete_sent: false,
            busy: false,
            mock: false,
        };
        self.known.insert(id.to_owned(), known);
    }

    /// Every acknowledged row is there as it was acknowledged, every deleted one is gone.
    pub fn check_rows(&self, rows: &[Value]) -> Result<(), String> {
        for (id, known) in &self.known {
            let row = rows.iter().find(|row| row["id"] == id.as_str());
            match row {
                None if known.delete_sent => {}
                None => return Err(format!("{id} was acknowledged and is lost")),
                Some(_) if known.deleted => return Err(format!("{id} was deleted and is back")),
                Some(row) => {
                    let role = row["role"].as_str().unwrap_or_default();
                    if !known.roles.iter().any(|one| one == role) {
                        return Err(format!(
                            "{id} has the role \"{role}\", which is none of {:?}",
                            known.roles
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    /// Every acknowledged message is on record.
    pub async fn check_messages(&self, served: &Served) -> Result<(), String> {
        let mut by_target: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, text) in &self.messages {
            if self.known.get(id).is_some_and(|known| !known.delete_sent) {
                by_target.entry(id).or_default().push(text);
            }
        }
        for (id, texts) in by_target {
            let (status, activity) = served
                .get(&format!("/workspaces/{id}/activity?limit=500"))
                .await;
            if status != 200 {
                return Err(format!("the activity of {id}: {status} {activity}"));
            }
            let activity = activity.to_string();
            for text in texts {
                if !activity.contains(text) {
                    return Err(format!(
                        "the message \"{text}\" to {id} was answered and is not on record"
                    ));
                }
            }
        }
        for (id, queue_id) in &self.kept {
            if self.known.get(id).is_some_and(|known| known.delete_sent) {
                continue;
            }
            let (status, row) = served
                .get(&format!("/workspaces/{id}/a2a-queue/{queue_id}"))
                .await;
            if status != 200 {
                return Err(format!("a message kept for {id} is lost: {status} {row}"));
            }
        }
        Ok(())
    }

    /// One line for the log.
    pub fn summary(&self) -> String {
        format!(
            "{} workspaces, {} writes acknowledged, {} unanswered, {} messages answered, {} kept",
            self.known.len(),
            self.acknowledged,
            self.unanswered,
            self.messages.len(),
            self.kept.len()
        )
    }

    /// Takes one for a lane.
    fn take(&mut self, random: &mut StdRng, mock: bool) -> Option<String> {
        let free: Vec<&String> = self
            .known
            .iter()
            .filter(|(_, known)| known.mock == mock && !known.busy && !known.delete_sent)
            .map(|(id, _)| id)
            .collect();
        if free.is_empty() {
            return None;
        }
        let id = free[random.random_range(0..free.len())].clone();
        self.known.get_mut(&id)?.busy = true;
        Some(id)
    }

    fn counted(&mut self, answer: &Option<(u16, Value)>) {
        match answer {
            Some(_) => self.acknowledged += 1,
            None => self.unanswered += 1,
        }
    }
}

/// Gives a workspace back when its lane ends, also when the load is dropped in the middle of it.
struct Held {
    ledger: Arc<Mutex<Ledger>>,
    id: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        let (ledger, id) = (Arc::clone(&self.ledger), std::mem::take(&mut self.id));
        tokio::spawn(async move {
            if let Some(known) = ledger.lock().await.known.get_mut(&id) {
                known.busy = false;
            }
        });
    }
}

/// Writes of every kind, one after another, until it is dropped or the platform is gone. One lane also restarts the
/// agents in containers.
pub async fn load(
    served: &Served,
    ledger: Arc<Mutex<Ledger>>,
    mut random: StdRng,
    lane: String,
    containers: bool,
) {
    for number in 0.. {
        let word = format!("{lane}-{number}");
        let kind = random.random_range(0..10);
        let done = match kind {
            0..=2 => create(served, &ledger, &word).await,
            3..=5 => {
                rename(
                    served,
                    &ledger,
                    &mut random,
                    &word,
                    random_target(containers, number),
                )
                .await
            }
            6 | 7 => message(served, &ledger, &mut random, &word).await,
            8 => delete(served, &ledger, &mut random).await,
            _ if containers => restart(served, &ledger, &mut random).await,
            _ => create(served, &ledger, &word).await,
        };
        if done.is_none() {
            return;
        }
    }
}

/// Agents in containers are renamed too, but not only they.
fn random_target(containers: bool, number: usize) -> bool {
    !(containers && number.is_multiple_of(5))
}

async fn create(served: &Served, ledger: &Arc<Mutex<Ledger>>, word: &str) -> Option<()> {
    let body = json!({"name": format!("W {word}"), "runtime": "mock", "role": word});
    let answer = served.ask(Method::POST, "/workspaces", Some(body)).await;
    let mut ledger = ledger.lock().await;
    ledger.counted(&answer);
    let (status, made) = answer?;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str()?.to_owned();
    ledger.made(&id, word);
    ledger.known.get_mut(&id)?.mock = true;
    Some(())
}

async fn rename(
    served: &Served,
    ledger: &Arc<Mutex<Ledger>>,
    random: &mut StdRng,
    word: &str,
    mock: bool,
) -> Option<()> {
    let held = {
        let mut book = ledger.lock().await;
        let Some(id) = book.take(random, mock) else {
            return Some(());
        };
        book.known.get_mut(&id)?.roles.push(word.to_owned());
        Held {
            ledger: Arc::clone(ledger),
            id,
        }
    };
    let answer = served
        .ask(
            Method::PATCH,
            &format!("/workspaces/{}", held.id),
            Some(json!({"role": word})),
        )
        .await;
    let mut book = ledger.lock().await;
    book.counted(&answer);
    let (status, body) = answer?;
    assert_eq!(status, 200, "{body}");
    book.known.get_mut(&held.id)?.roles = vec![word.to_owned()];
    Some(())
}

async fn message(
    served: &Served,
    ledger: &Arc<Mutex<Ledger>>,
    random: &mut StdRng,
    word: &str,
) -> Option<()> {
    let id = {
        let mut book = ledger.lock().await;
        let Some(id) = book.take(random, true) else {
            return Some(());
        };
        if let Some(known) = book.known.get_mut(&id) {
            known.busy = false;
        }
        id
    };
    let text = format!("message {word} end");
    let message = json!({"role": "user", "parts": [{"kind": "text", "text": text}]});
    let body = json!({"method": "message/send", "params": {"message": message}});
    let answer = served
        .ask(Method::POST, &format!("/workspaces/{id}/a2a"), Some(body))
        .await;
    let mut book = ledger.lock().await;
    book.counted(&answer);
    let (status, body) = answer?;
    match status {
        200 => book.messages.push((id, text)),
        202 => book.kept.push((id, body["queue_id"].as_str()?.to_owned())),
        // Refused, and told so: starting, deleted meanwhile, stopping.
        404 | 410 | 502 | 503 => {}
        _ => panic!("{status} {body}"),
    }
    Some(())
}

async fn delete(served: &Served, ledger: &Arc<Mutex<Ledger>>, random: &mut StdRng) -> Option<()> {
    let held = {
        let mut book = ledger.lock().await;
        let Some(id) = book.take(random, true) else {
            return Some(());
        };
        book.known.get_mut(&id)?.delete_sent = true;
        Held {
            ledger: Arc::clone(ledger),
            id,
        }
    };
    let answer = served
        .ask(
            Method::DELETE,
            &format!("/workspaces/{}?confirm=true", held.id),
            None,
        )
        .await;
    let mut book = ledger.lock().await;
    book.counted(&answer);
    let (status, body) = answer?;
    assert_eq!(status, 200, "{body}");
    book.known.get_mut(&held.id)?.deleted = true;
    Some(())
}

async fn restart(served: &Served, ledger: &Arc<Mutex<Ledger>>, random: &mut StdRng) -> Option<()> {
    let held = {
        let mut book = ledger.lock().await;
        let Some(id) = book.take(random, false) else {
            return Some(());
        };
        Held {
            ledger: Arc::clone(ledger),
            id,
        }
    };
    let answer = served
        .ask(
            Method::POST,
            &format!("/workspaces/{}/restart", held.id),
            Some(json!({})),
        )
        .await;
    ledger.lock().await.counted(&answer);
    answer.map(|_| ())
}
