/** A text that can be edited, with the colours of its language. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import type { Language } from "../core/files";

const LOADS: Record<Language, () => Promise<Extension>> = {
  plain: async () => [],
  markdown: async () => (await import("@codemirror/lang-markdown")).markdown(),
  yaml: async () => (await import("@codemirror/lang-yaml")).yaml(),
  json: async () => (await import("@codemirror/lang-json")).json(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true }),
  typescript: async () =>
    (await import("@codemirror/lang-javascript")).javascript({ jsx: true, typescript: true }),
};

const LOOK = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", color: "var(--ink)", backgroundColor: "var(--raised)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "19px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    backgroundColor: "var(--raised)",
    color: "var(--ink-muted)",
    border: "none",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--sunken)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--accent-soft)" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--accent)" },
  ".cm-matchingBracket": { outline: "1px solid var(--line-strong)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel.cm-search": { fontFamily: "var(--font-sans)" },
  ".cm-textfield": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "4px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "4px",
  },
});

/** Few colours: what is said, what is named, and what is only remarked. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--accent)" },
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName), tags.tagName],
    color: "var(--status-working)",
  },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--status-running)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--status-asleep)" },
  { tag: [tags.comment, tags.meta], color: "var(--ink-muted)", fontStyle: "italic" },
  { tag: tags.heading, fontWeight: "600", color: "var(--ink)" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.invalid, color: "var(--status-failed)" },
]);

interface Props {
  label: string;
  /** Read once: a new document wants a new `key`. */
  text: string;
  language: Language;
  isReadOnly?: boolean;
  onChange?: (text: string) => void;
  /** Ctrl or Cmd S. */
  onSave?: () => void;
}

export function Editor({ label, text, language, isReadOnly = false, onChange, onSave }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const told = useRef({ onChange, onSave });
  told.current = { onChange, onSave };
  const colours = useRef(new Compartment());
  const locked = useRef(new Compartment());

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor keeps what it was opened with
  useEffect(() => {
    if (!box.current) return;
    const editor = new EditorView({
      parent: box.current,
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        search({ top: true }),
        EditorView.lineWrapping,
        syntaxHighlighting(COLOURS),
        LOOK,
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        keymap.of([
          {
            key: "Mod-s",
            preventDefault: true,
            run: () => {
              told.current.onSave?.();
              return true;
            },
          },
          // Esc and then Tab leaves the text, for those who have no mouse.
          indentWithTab,
          ...defaultKeymap,
          ...historyKeymap,
          ...searchKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) told.current.onChange?.(update.state.doc.toString());
        }),
        colours.current.of([]),
        locked.current.of(EditorState.readOnly.of(isReadOnly)),
      ],
    });
    view.current = editor;
    let isThere = true;
    LOADS[language]().then(
      (extension) => isThere && editor.dispatch({ effects: colours.current.reconfigure(extension) }),
      () => undefined,
    );
    return () => {
      isThere = false;
      view.current = null;
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: locked.current.reconfigure(EditorState.readOnly.of(isReadOnly)),
    });
  }, [isReadOnly]);

  return <div ref={box} className="h-full min-h-0 overflow-hidden" />;
}
