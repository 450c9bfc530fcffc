//! Schedules carried out (contract 02 section 10.3, nos. 77, 82, 83 and 84).
//!
//! One loop knows when the next schedule is due. What is due begins a run: in one write the run, its message in the
//! queue and the time it is due next. From there on the message is one like any other, carried by the queue: it wakes a
//! role that sleeps, waits for one that is busy or starting, and goes to one that is free at once. Its end ends the run
//! in the same write. So a kill at any moment neither loses a run nor begins one twice.
//!
//! Two rules differ from other messages. A run that an agent may have begun is never sent again, for it costs and acts;
//! and no more than a few runs are under way in the whole platform at a time.

mod end;
mod fire;
mod look;
mod place;
mod time;
mod verdict;

pub(crate) use end::{end_interrupted, end_run, replied};
pub(crate) use place::{Place, ScheduledState};
pub(crate) use verdict::Verdict;
