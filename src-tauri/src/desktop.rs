//! The running app: one stack, at most one window on it, a tray icon, and how all of that ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use platform::shell::QuitAgents;
use tauri::AppHandle;
use tokio::sync::Notify;

use crate::dialogs::{self, Answer};
use crate::navigation::Bound;
use crate::stack::{QuitPolicy, Stack, StackError};
use crate::tray::{self, Choice};
use crate::{notice, window};

/// The running app. One of it lives in the process, shared by window, tray, signals and the platform's shell routes.
pub struct Desktop {
    pub(crate) app: AppHandle,
    pub(crate) stack: Stack,
    /// Where the window may go.
    pub(crate) bound: Arc<Bound>,
    /// The owner of the data folder has ended and no other came.
    pub(crate) is_ended: AtomicBool,
    /// The person wants the stack in this process. Heard only while nobody runs it.
    pub(crate) start_here: Notify,
    /// Does somebody show our tray icon?
    tray: AtomicBool,
    /// Was the person told, in this run, that a closed window leaves the stack running?
    told_about_closing: AtomicBool,
    /// Is a quit under way? A second one must not ask again.
    quitting: AtomicBool,
}

impl Desktop {
    /// The app around a stack that already answers.
    pub fn new(app: AppHandle, stack: Stack) -> Arc<Self> {
        Arc::new(Self {
            app,
            stack,
            bound: Arc::default(),
            is_ended: AtomicBool::new(false),
            start_here: Notify::new(),
            tray: AtomicBool::new(false),
            told_about_closing: AtomicBool::new(false),
            quitting: AtomicBool::new(false),
        })
    }

    /// Puts the icon into the tray, where there is one. Main thread only.
    ///
    /// A window on somebody else's stack has no tray icon: when it is closed, nothing of ours is left to return to.
    pub fn put_into_tray(self: &Arc<Self>) {
        if self.stack.is_of_another() {
            return;
        }
        let desktop = Arc::clone(self);
        let shown = tray::build(&self.app, move |_, choice| {
            let desktop = Arc::clone(&desktop);
            tauri::async_runtime::spawn(async move {
                match choice {
                    Choice::Open => desktop.show().await,
                    Choice::Quit => desktop.quit(None).await,
                }
            });
        });
        self.tray.store(shown, Ordering::Relaxed);
    }

    /// Is our icon in a tray that somebody shows?
    pub fn has_tray(&self) -> bool {
        self.tray.load(Ordering::Relaxed)
    }

    /// Brings the window to the front, or opens it. Where the stack's process has ended, starting the app once more is
    /// a word to start it here.
    pub async fn show(self: &Arc<Self>) {
        let is_open = window::raise(&self.app);
        if is_open || self.is_joined() && self.is_ended.load(Ordering::Acquire) {
            return self.wish_start_here();
        }
        let link = match self.stack.link().await {
            Ok(link) => link,
            Err(error) => {
                return self
                    .complain("The window could not be opened", &error)
                    .await;
            }
        };
        let desktop = Arc::clone(self);
        let opened = self.app.run_on_main_thread(move || {
            // Two requests may have come at once.
            if window::raise(&desktop.app) {
                return;
            }
            let asking = Arc::clone(&desktop);
            let opened = window::open(
                &desktop.app,
                link,
                &desktop.stack.window_folder(),
                Arc::clone(&desktop.bound),
                move || asking.wish_start_here(),
            );
            if let Err(error) = opened {
                tracing::error!(%error, "the window could not be opened");
            }
        });
        if let Err(error) = opened {
            tracing::error!(%error, "the window could not be opened: the app is ending");
        }
    }

    /// The last window was closed. The stack goes on; without a tray the person is told how to come back.
    /// Answers whether the app must stay.
    pub fn window_closed(self: &Arc<Self>) -> bool {
        if self.stack.is_of_another() {
            return false;
        }
        let ending = self.quitting.load(Ordering::Acquire);
        if !ending && !self.has_tray() && !self.told_about_closing.swap(true, Ordering::Relaxed) {
            let desktop = Arc::clone(self);
            // The message bus is waited for, and this is the thread of the windows.
            std::thread::spawn(move || {
                let told = notice::show(
                    "Molecule Desktop keeps running",
                    "Your agents go on. This desktop shows no tray icon, so start Molecule Desktop again to open its \
                     window.",
                    move || desktop.show_later(),
                );
                if let Err(error) = told {
                    tracing::warn!(%error, "the window was closed and the stack goes on, and no notification could say so");
                }
            });
        }
        true
    }

    /// Like [`Desktop::show`], from where nothing can be awaited.
    pub fn show_later(self: &Arc<Self>) {
        let desktop = Arc::clone(self);
        tauri::async_runtime::spawn(async move { desktop.show().await });
    }

    /// Ends the app. `agents` says what becomes of the agents; without it the remembered choice counts, and without
    /// that the person is asked and the answer remembered. Returns early when the person cancels.
    pub async fn quit(self: &Arc<Self>, agents: Option<QuitAgents>) {
        if self.quitting.swap(true, Ordering::AcqRel) {
            return;
        }
        if self.stack.is_of_another() {
            return self.app.exit(0);
        }
        let agents = match agents {
            Some(agents) => Some(agents),
            None => match self.stack.quit_policy().await {
                QuitPolicy::Stop => Some(QuitAgents::Stop),
                QuitPolicy::Keep => Some(QuitAgents::Keep),
                QuitPolicy::Ask => self.ask_about_agents().await,
            },
        };
        let Some(agents) = agents else {
            self.quitting.store(false, Ordering::Release);
            return;
        };
        self.end(agents).await;
    }

    /// Ends the app because the system says so (a signal, the end of the login session): nobody can be asked, and
    /// agents are only stopped when the person has chosen that.
    pub async fn quit_unasked(self: &Arc<Self>) {
        let agents = match self.stack.quit_policy().await {
            QuitPolicy::Stop => QuitAgents::Stop,
            QuitPolicy::Keep | QuitPolicy::Ask => QuitAgents::Keep,
        };
        self.quit(Some(agents)).await;
    }

    /// Ends the app when a command asks for it (`molecule-stack down`): it said already what becomes of the agents.
    pub async fn quit_when_asked(self: &Arc<Self>) {
        if let Some(agents) = self.stack.stop_asked().await {
            self.quit(Some(agents)).await;
        }
    }

    /// Is this a window on the stack of another process?
    pub fn is_joined(&self) -> bool {
        self.stack.is_of_another()
    }

    async fn end(&self, agents: QuitAgents) {
        window::close(&self.app);
        self.stack.stop(agents).await;
        self.app.exit(0);
    }

    async fn ask_about_agents(&self) -> Option<QuitAgents> {
        let answer = dialogs::ask(
            &self.app,
            "Quit Molecule Desktop",
            "Stop the agents too, or let them run on? Your answer is remembered; Settings changes it.",
            ["Stop agents", "Let them run", "Cancel"],
        )
        .await;
        let agents = match answer {
            Ok(Answer::First) => QuitAgents::Stop,
            Ok(Answer::Second) => QuitAgents::Keep,
            Ok(Answer::Cancel) | Err(_) => return None,
        };
        if let Err(error) = self.stack.remember_quit_policy(agents).await {
            tracing::warn!(%error, "the answer to the quit question could not be remembered");
        }
        Some(agents)
    }

    pub(crate) async fn complain(&self, what: &str, error: &StackError) {
        tracing::error!(%error, "{what}");
        if dialogs::error(&self.app, what, &error.to_string())
            .await
            .is_err()
        {
            tracing::warn!("the error could not be shown: the app is ending");
        }
    }
}
