//! A window on the stack of another process goes where that stack goes: when its process ends and another one takes the
//! data folder, the window is led there with a new ticket; when none does, the person can have it started here.
//!
//! Nothing is started unasked: whoever ended the stack (`molecule-stack down`) may have wanted just that.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::desktop::Desktop;
use crate::window;

/// How long a successor may take before the page is told that there is none. A restart takes less.
const GRACE: Duration = Duration::from_secs(3);

impl Desktop {
    /// Follows until the stack runs in this process.
    pub async fn follow(self: Arc<Self>) {
        while self.stack.is_of_another() {
            if let Err(error) = self.stack.ended().await {
                return tracing::error!(%error, "the end of the stack's process cannot be noticed; this window does not follow it");
            }
            tracing::info!("the process that ran the stack has ended");
            // Made before anybody can wish: a wish that comes before it is waited for is heard.
            let wish = self.start_here.notified();
            self.is_ended.store(true, Ordering::Release);
            let told = async {
                tokio::time::sleep(GRACE).await;
                window::tell_ended(&self.app);
                std::future::pending::<()>().await;
            };
            let goes_on = tokio::select! {
                () = self.stack.join_next() => true,
                () = wish => self.take_over().await,
                () = told => false,
            };
            self.is_ended.store(false, Ordering::Release);
            if goes_on {
                self.lead_window().await;
            }
        }
        tracing::info!("the stack runs in this process now");
        let desktop = Arc::clone(&self);
        if self
            .app
            .run_on_main_thread(move || desktop.put_into_tray())
            .is_err()
        {
            return;
        }
        self.quit_when_asked().await;
    }

    /// The person's word to start the stack in this process. Heard while nobody runs it; anything else that a page may
    /// want by it is nothing.
    pub fn wish_start_here(&self) {
        if self.is_ended.load(Ordering::Acquire) {
            self.start_here.notify_waiters();
        }
    }

    async fn take_over(&self) -> bool {
        let Err(error) = self.stack.take_over().await else {
            return true;
        };
        self.complain("The platform could not be started", &error)
            .await;
        false
    }

    async fn lead_window(self: &Arc<Self>) {
        match self.stack.link().await {
            Ok(link) => {
                window::lead(&self.app, link, &self.bound);
            }
            // It ended again already; its next successor is followed.
            Err(error) => tracing::warn!(%error, "the window got no link to the new platform"),
        }
    }
}
