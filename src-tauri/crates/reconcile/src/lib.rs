//! Desired and observed state: the status function, one task per workspace, restarts, admission, sleep and wake.
