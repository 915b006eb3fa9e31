//! Batch pricing and fraud scoring of orders, served by axum.
