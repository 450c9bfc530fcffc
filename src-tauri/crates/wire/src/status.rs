//! The ten statuses a workspace can show, and what is wanted of it.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in declaration order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word on the wire and in storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        // By hand: a derive inside this macro does not see the words behind the names.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .enum_values(Some([$($word),+]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = UnknownWord;
            fn try_from(word: String) -> Result<Self, UnknownWord> {
                match word.as_str() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord { kind: stringify!($name), word }),
                }
            }
        }
    };
}
pub(crate) use words;

/// A word outside a closed value set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    /// The value set.
    pub kind: &'static str,
    /// The word that was met.
    pub word: String,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"{}\" is no {}", self.word, self.kind)
    }
}

impl std::error::Error for UnknownWord {}

words! {
    /// What a person or client sees of a workspace (contract 01 section 3.1).
    Status {
        /// Being created, started or restarted; waiting for the first sign of life.
        Provisioning = "provisioning",
        /// Registered or heartbeating.
        Online = "online",
        /// Alive but failing.
        Degraded = "degraded",
        /// Container gone or no sign of life.
        Offline = "offline",
        /// Provisioning failed; the reason is in `last_sample_error`.
        Failed = "failed",
        /// Stopped by a person; only resume or a person's restart wakes it.
        Paused = "paused",
        /// Being put to sleep.
        Hibernating = "hibernating",
        /// Asleep; the next message wakes it.
        Hibernated = "hibernated",
        /// External workspace without an agent.
        AwaitingAgent = "awaiting_agent",
        /// Deleted; terminal.
        Removed = "removed",
    }
}

words! {
    /// What should be (design law 2). Only this is changed by create, restart, pause, delete, hibernate.
    Desired {
        /// A container (or the built-in mock) should run.
        Running = "running",
        /// No container should run; the volumes stay. The sleep kind says why.
        Stopped = "stopped",
        /// Nothing should be left but what retention keeps.
        Absent = "absent",
    }
}

words! {
    /// Why a workspace is stopped.
    SleepKind {
        /// A person paused it.
        Paused = "paused",
        /// It was idle; a message wakes it.
        Hibernated = "hibernated",
    }
}

words! {
    /// How messages reach an agent (contract 01 section 4.1).
    DeliveryMode {
        /// The platform dials the agent's URL.
        Push = "push",
        /// The agent fetches its messages.
        Poll = "poll",
    }
}

words! {
    /// Access to the host directory mounted at `/workspace` (contract 04 section 4.7).
    WorkspaceAccess {
        /// Not mounted.
        None = "none",
        /// Mounted read-only.
        ReadOnly = "read_only",
        /// Mounted writable.
        ReadWrite = "read_write",
    }
}
