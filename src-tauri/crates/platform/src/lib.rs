//! Wires the rooms into one running platform; holds no logic of theirs.
