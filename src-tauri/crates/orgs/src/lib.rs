//! Org folders: register, plan against the database, apply in one transaction, environment layers.
