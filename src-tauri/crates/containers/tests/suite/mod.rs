//! One list of cases for all engines.

/// Makes a test of each case; `$subject` is a macro-visible async function `with(case)` of the test file.
#[macro_export]
macro_rules! suite {
    ($($case:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                with(|subject| Box::pin(async move { conformance::$case(&subject).await })).await;
            }
        )*
    };
}

/// Every case of the suite.
#[macro_export]
macro_rules! whole_suite {
    () => {
        suite! {
            the_engine_says_what_it_is
            the_network_is_made_once
            images_come_without_a_registry
            missing_images_are_typed
            files_are_there_before_the_start
            files_come_back_exactly
            missing_files_are_typed
            paths_are_looked_at
            folders_are_listed
            volumes_outlive_containers
            names_are_never_stolen
            volumes_are_labelled_and_never_stolen
            lists_show_only_our_own
            programs_end_with_their_code
            a_container_is_asked_to_end_before_it_is_killed
            what_is_gone_counts_as_done
            published_ports_are_loopback_and_distinct
            start_failures_are_typed
            commands_run_inside
            standard_streams_are_held_from_outside
            events_tell_all_after_the_call
            memory_exhaustion_is_told
            output_is_followed_to_its_end
        }
    };
}
