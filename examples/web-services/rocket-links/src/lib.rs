//! Analysis of batches of links, served by rocket.
