//! Who calls, and what that opens: three modes, closed by default (contract 01 section 2.13, binding).

mod address;
mod classes;
mod gate;
mod origin;
mod remembered;

pub(crate) use address::{AddressCredential, ReachedAt, take_address};
pub(crate) use classes::{
    Admin, Admitted, AgentOf, AnyCredential, Caller, OfWorkspace, OfWorkspaceOrChild, OwnToken,
    admin_refusal, asked_for, discovery_caller, forbidden, workspace_id,
};
pub use gate::Who;
pub(crate) use gate::{Gate, Identity, Source, TICKET_SECONDS, identify};
pub(crate) use origin::check_origin;
