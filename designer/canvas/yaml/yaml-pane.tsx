import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesigner, useFlow, useUi } from '../designer-context.ts';
import { Icon } from '../../shared/icons.tsx';
import { lineStarts, rangeOf } from './source-map.ts';

const TYPED_AFTER_MS = 300;

const LOOK = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-2)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--soft)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'var(--line) !important',
  },
  '.cm-panels, .cm-tooltip': {
    backgroundColor: 'var(--surface)',
    color: 'var(--ink)',
    borderColor: 'var(--line)',
  },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], fontWeight: '600' },
  { tag: tags.comment, color: 'var(--ink-2)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--state-running)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--state-unknown)' },
]);

/** The document as text beside the canvas: what is typed shows on the canvas, what is drawn shows here, comments stay. */
export function YamlPane() {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | undefined>(undefined);
  const isValid = useFlow((state) => state.isTextValid);
  const label = t('canvas.yaml.label');
  useEffect(() => {
    const parent = host.current;
    if (parent === null) return undefined;
    const view = makeEditor(parent, flow.getState().text, label, (text) =>
      flow.getState().replaceText(text, { isTyping: true }),
    );
    editor.current = view;
    return () => {
      view.destroy();
      editor.current = undefined;
    };
  }, [flow, label]);
  useFollow(editor);
  return (
    <section className="y-pane" aria-label={t('canvas.yaml.title')}>
      <div className="q-head">
        <h3>{t('canvas.yaml.title')}</h3>
        {isValid ? null : (
          <span className="small field-error" role="status">
            {t('canvas.yaml.broken')}
          </span>
        )}
        <div className="grow" />
        <button
          type="button"
          className="tool"
          aria-label={t('canvas.yaml.close')}
          title={t('canvas.yaml.close')}
          onClick={() => ui.getState().set({ isYaml: false })}
        >
          <Icon name="cross" />
        </button>
      </div>
      <div className="y-edit" ref={host} />
    </section>
  );
}

function makeEditor(
  parent: HTMLElement,
  doc: string,
  label: string,
  onText: (text: string) => void,
): EditorView {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new EditorView({
    parent,
    state: EditorState.create({
      doc,
      extensions: [
        lineNumbers(),
        lintGutter(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        bracketMatching(),
        indentOnInput(),
        yaml(),
        syntaxHighlighting(COLOURS),
        keymap.of([...defaultKeymap, ...searchKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          const isTyped = update.transactions.some(
            (each) =>
              (each.docChanged && each.isUserEvent('input')) ||
              each.isUserEvent('delete') ||
              each.isUserEvent('move'),
          );
          if (!update.docChanged || !isTyped) return;
          clearTimeout(timer);
          timer = setTimeout(() => onText(update.view.state.doc.toString()), TYPED_AFTER_MS);
        }),
        LOOK,
      ],
    }),
  });
}

/** Changes of the document, its problems and the selection arrive in the text; the cursor keeps its place. */
function useFollow(editor: React.RefObject<EditorView | undefined>): void {
  const text = useFlow((state) => state.text);
  const problems = useFlow((state) => state.problems);
  const focus = useUi((state) => state.selected.at(-1));
  useEffect(() => {
    const view = editor.current;
    if (view === undefined || view.state.doc.toString() === text) return;
    const before = view.state.doc.toString();
    let from = 0;
    while (from < before.length && from < text.length && before[from] === text[from]) from += 1;
    let end = 0;
    while (
      end < before.length - from &&
      end < text.length - from &&
      before[before.length - 1 - end] === text[text.length - 1 - end]
    )
      end += 1;
    view.dispatch({
      changes: { from, to: before.length - end, insert: text.slice(from, text.length - end) },
    });
  }, [text, editor]);
  useEffect(() => {
    const view = editor.current;
    if (view === undefined) return;
    const shown = view.state.doc.toString();
    const starts = lineStarts(shown);
    const marks = problems.map((problem): Diagnostic => {
      const range = rangeOf(shown, starts, problem);
      return { ...range, severity: problem.severity, message: problem.message };
    });
    view.dispatch(setDiagnostics(view.state, marks));
  }, [problems, editor]);
  useEffect(() => {
    const view = editor.current;
    if (view === undefined || focus === undefined || view.hasFocus) return;
    const shown = view.state.doc.toString();
    const { from } = rangeOf(shown, lineStarts(shown), { pointer: focus, message: '' });
    view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  }, [focus, editor]);
}
