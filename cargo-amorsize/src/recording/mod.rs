//! Recording: a command of the user's run in record mode on a copy of the tuned file, and what of the copy is taken over.
//!
//! `program` decides which command that is, `run` runs it, `pace` says whether the machine kept its speed meanwhile, `transfer`
//! brings the measurements into the committed file, and `changes` says what that means for people. Until the last step the
//! committed file is not touched: an interrupted run leaves it as it was.

mod brief;
mod changes;
mod pace;
mod program;
mod run;
mod transfer;

pub(crate) use brief::stand_in;
pub(crate) use changes::{Change, Decided, changes, differences};
pub(crate) use pace::{Pace, TOLERATED_DRIFT};
pub(crate) use program::{Program, Target};
pub(crate) use run::run;
pub(crate) use transfer::{take_over, transfer};
