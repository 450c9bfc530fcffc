//! The engine comes, goes, and tells what happens (contract 04 D50, D71).

use crate::{
    connect::{Connected, connect},
    jobs::Done,
    source::{EngineCondition, EngineStatus},
    supervisor::Supervisor,
};
use containers::{EngineError, EngineEvent};
use serde_json::json;
use std::time::Duration;
use store::{NewEvent, StoreError};
use wire::kind;

impl Supervisor {
    /// Something came that [`crate::Reconciler::settled`] could not have known of.
    fn stirred(&self) {
        self.shared.pulse.send_modify(|pulse| pulse.idle = false);
    }

    /// Starts one look, unless one is under way, an engine answers, or none is wanted.
    pub(crate) fn look_for_engine(&mut self) {
        if self.looking || self.shared.deps.engines.is_off() || self.shared.link().is_some() {
            return;
        }
        self.looking = true;
        self.next_look = None;
        let engines = self.shared.deps.engines.clone();
        self.jobs
            .spawn(async move { Done::Engine(connect(engines.as_ref()).await.map(Box::new)) });
    }

    pub(crate) async fn engine_found(&mut self, result: Result<Box<Connected>, EngineError>) {
        self.looking = false;
        self.looked = true;
        let connected = match result {
            Ok(connected) => *connected,
            Err(error) => {
                self.tell_engine(EngineStatus::failed(&error)).await;
                self.next_look = Some(self.shared.awake() + self.pauses.next());
                self.pump().await;
                return;
            }
        };
        self.pauses.begin_anew();
        let status = EngineStatus::ready(&connected.info);
        self.shared.connected(&connected);
        let adopted = !connected.containers.is_empty();
        let first = !std::mem::replace(&mut self.connected_before, true);
        self.drop_old_helpers(&connected.containers, first);
        self.events = Some(connected.events);
        self.tell_engine(status).await;
        if adopted {
            self.open_the_way_back().await;
        }
        self.begin_anew();
        self.look_at_all().await;
        self.drop_expired();
    }

    /// Containers of an earlier run go on speaking to the platform: the address they know has to be listened on before
    /// any start asks for it, or every healthy agent goes quiet.
    async fn open_the_way_back(&mut self) {
        let Some(link) = self.shared.link() else {
            return;
        };
        match crate::start::network(&self.shared, &link, true).await {
            Ok(reach) => {
                let address = (self.shared.deps.platform_url)(&reach);
                self.shared.compare_addresses(&address);
            }
            Err(failure) => tracing::warn!(
                ?failure,
                "the way from containers to the platform is not known yet; the next start asks again"
            ),
        }
    }

    pub(crate) async fn engine_lost(&mut self, error: EngineError) {
        self.stirred();
        self.events = None;
        self.fetching.clear();
        {
            let mut state = self.shared.state();
            if state.link.take().is_none() {
                return;
            }
            state.network = None;
            state.relay = None;
            state.images.clear();
        }
        tracing::warn!(%error, "the container engine went away");
        self.pauses.begin_anew();
        self.next_look = Some(self.shared.awake() + self.pauses.next());
        self.tell_engine(EngineStatus::failed(&error)).await;
        self.look_at_all().await;
    }

    async fn tell_engine(&mut self, status: EngineStatus) {
        let before = self.shared.status.send_replace(status.clone());
        if before.state == status.state && before.detail == status.detail {
            return;
        }
        let payload =
            json!({"state": status.state.as_str(), "kind": status.kind, "detail": status.detail});
        let event = NewEvent::global(kind::ENGINE_STATE, payload);
        let told: Result<i64, StoreError> = self
            .shared
            .deps
            .store
            .write(move |write| Box::pin(async move { write.event(event).await }))
            .await;
        if let Err(error) = told {
            tracing::error!(%error, "the state of the engine could not be told");
        }
        debug_assert!(
            status.state != EngineCondition::Off,
            "an engine that is off is never looked for"
        );
    }

    /// When to look for an engine again: only while something waits for one.
    pub(crate) fn next_look(&self) -> Option<Duration> {
        let waits = || {
            let state = self.shared.state();
            state.entries.values().any(|entry| entry.waits_for_engine())
        };
        self.next_look.filter(|_| !self.looking && waits())
    }

    /// An event of the engine.
    pub(crate) async fn happened(&mut self, event: EngineEvent) {
        self.stirred();
        if let Some(id) = self.shared.noted(&event) {
            self.look_at(&id).await;
        }
    }
}
