//! Talk: the A2A proxy, the queue, activity, chat, the mock runtime.
