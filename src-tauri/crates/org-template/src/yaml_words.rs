//! What the YAML parser finds wrong, in words for people who write YAML by hand.

/// What is wrong, and what to do about it. What has no words of its own stays as the parser says it.
pub(crate) fn said(info: &str) -> (String, &'static str) {
    let (what, hint) = match info {
        "while parsing a block collection, did not find expected '-' indicator" => (
            "this line is neither a new list item nor a part of the one above",
            "begin it with `- `, or indent it as the item's other keys are",
        ),
        "while parsing a block mapping, did not find expected key" => (
            "this line is not indented as the keys above it are",
            "keys of one block begin in the same column",
        ),
        "mapping values are not allowed in this context" => (
            "there is a `: ` where no key can begin",
            "put a value that holds `: ` in quotes; indent a key as the keys beside it are",
        ),
        "block sequence entries are not allowed in this context" => (
            "a list item cannot begin here",
            "put the `-` on a line of its own, below the key",
        ),
        "simple key expected" | "simple key expect ':'" => (
            "this line is no `key: value`",
            "a key needs `: ` behind it; a text of several lines needs `|` or quotes",
        ),
        "while parsing a flow sequence, expected ',' or ']'" => (
            "the list that begins with `[` does not end",
            "close it with `]`, with commas between the items",
        ),
        "while parsing a flow mapping, did not find expected ',' or '}'" => (
            "the block that begins with `{` does not end",
            "close it with `}`, with commas between the keys",
        ),
        "while scanning a quoted scalar, found unexpected end of stream" => (
            "the quotes that begin here are never closed",
            "close them; a quote inside single quotes is written twice",
        ),
        "while parsing a quoted scalar, found unknown escape character" => (
            "a backslash in double quotes begins something unknown",
            "write it twice, or use single quotes",
        ),
        "while parsing node, found unknown anchor" => (
            "this `*name` refers to no `&name` anchor above it",
            "put `&name` before the value it repeats, or quote a text that begins with `*`",
        ),
        info if info.starts_with("unexpected character") => (
            "a value cannot begin with this character",
            "put the value in quotes",
        ),
        info if info.split(' ').any(|word| matches!(word, "tab" | "tabs")) => (
            "a tab stands here or begins the next line",
            "indent with spaces",
        ),
        "wrongly indented line in block scalar" => (
            "this line is indented less than the text it belongs to",
            "indent every line of the text alike",
        ),
        other => return (format!("is not valid YAML: {other}"), ""),
    };
    (format!("is not valid YAML: {what}"), hint)
}

#[cfg(test)]
mod tests {
    use crate::{Limits, MemoryFiles, load_from};

    #[test]
    fn common_slips_are_told_in_words_for_people() {
        let start = "name: x\nworkspaces:\n";
        for (rest, place, words) in [
            ("  - name: A\n   role: b\n", "4:", "indent"),
            ("  - name: A\n  role: b\n", "4:", "- "),
            ("  - name: A\n    role: do: it\n", "4:", "quotes"),
            ("  - name: A\n    plugins: [a, b\n", "", "]"),
            ("  - name: A\n    canvas: {x: 1\n", "", "}"),
            ("  - name: A\n    role: \"open\n", "", "never closed"),
            ("  - name: A\n    role: \"a\\q\"\n", "4:", "backslash"),
            ("  - name: *team\n", "3:", "&name"),
            ("  - name: A\n\trole: b\n", "3:", "spaces"),
            ("  - name: A\n    role: @all\n", "4:", "quotes"),
            ("  - name: A\n    no key here\n    role: b\n", "", "key"),
        ] {
            let files = MemoryFiles::new().with("org.yaml", format!("{start}{rest}"));
            let error = load_from(&files, &Limits::default()).unwrap_err();
            let shown = error.problems()[0].to_string();
            assert!(
                shown.contains(words) && shown.starts_with(&format!("org.yaml:{place}")),
                "{rest:?}: {shown}"
            );
            for jargon in ["scalar", "collection", "did not find", "in this context"] {
                assert!(!shown.contains(jargon), "{rest:?}: {shown}");
            }
        }
    }
}
