//! Peers side by side with amorsize.
