import { useTranslation } from 'react-i18next';
import { changeSentences, type FlowChange } from '../../engine/diff/index.ts';
import { parseFlowDocument } from '../../engine/document.ts';
import { type OutlineBlock, type OutlineLane, outlineOf } from '../../engine/edit/index.ts';
import './reviews.css';

/** What changed, in plain words. With `onChoose` a sentence leads to its step, `isOld` to one of the earlier version. */
export function ChangeList({
  changes,
  isFirst,
  onChoose,
}: {
  readonly changes: readonly FlowChange[];
  readonly isFirst: boolean;
  readonly onChoose?: (pointer: string, isOld: boolean) => void;
}) {
  const { t, i18n } = useTranslation();
  if (isFirst) return <p>{t('reviews.firstVersion')}</p>;
  if (changes.length === 0) return <p>{t('reviews.noChanges')}</p>;
  const language = i18n.language.startsWith('zh') ? 'zh' : 'en';
  return (
    <ol className="change-list">
      {changes.flatMap((change) =>
        changeSentences(change, language).map((sentence) => (
          <li key={sentence} data-change={change.kind}>
            {onChoose === undefined || change.kind === 'flow' ? (
              sentence
            ) : (
              <button
                type="button"
                className="change-step"
                onClick={() => onChoose(change.pointer, change.kind === 'removed')}
              >
                {sentence}
              </button>
            )}
          </li>
        )),
      )}
    </ol>
  );
}

type Mark = 'added' | 'removed' | 'changed' | 'moved' | 'same';

/** The steps of both versions beside each other as trees of cards, with a mark on what was added, removed, moved or changed. */
export function ChangedSteps({
  source,
  baseSource,
  changes,
}: {
  readonly source: string;
  readonly baseSource: string | null;
  readonly changes: readonly FlowChange[];
}) {
  const after = new Map<string, Mark>();
  const before = new Map<string, Mark>();
  for (const change of changes) {
    if (change.kind === 'removed') before.set(change.pointer, 'removed');
    else if (change.kind === 'moved') {
      after.set(change.pointer, 'moved');
      before.set(change.fromPointer, 'moved');
    } else if (change.kind !== 'flow')
      after.set(change.pointer, change.kind === 'added' ? 'added' : 'changed');
  }
  const isFirst = baseSource === null;
  return (
    <div className="versions">
      {isFirst ? null : <Steps source={baseSource} marks={before} rest="same" />}
      <Steps source={source} marks={after} rest={isFirst ? 'added' : 'same'} />
    </div>
  );
}

function Steps({
  source,
  marks,
  rest,
}: {
  readonly source: string;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly rest: Mark;
}) {
  const { document } = parseFlowDocument(source);
  if (document === undefined) return null;
  return (
    <div className="version">
      <Lane lane={outlineOf(document)} marks={marks} rest={rest} />
    </div>
  );
}

interface Marks {
  readonly marks: ReadonlyMap<string, Mark>;
  readonly rest: Mark;
}

function Lane({ lane, marks, rest }: Marks & { readonly lane: OutlineLane }) {
  return (
    <ul className="outline">
      {lane.blocks.map((block) => (
        <Block key={block.pointer} block={block} marks={marks} rest={rest} />
      ))}
    </ul>
  );
}

function Block({ block, marks, rest }: Marks & { readonly block: OutlineBlock }) {
  const mark = marks.get(block.pointer) ?? rest;
  // What stands in an added or removed block was added or removed with it.
  const inner = mark === 'added' || mark === 'removed' ? mark : rest;
  const call = typeof block.task['call'] === 'string' ? block.task['call'] : (block.kind ?? '');
  return (
    <li>
      <div className="outline-card" data-mark={mark}>
        <span>{block.title ?? block.name}</span>
        <span className="quiet mono">{call}</span>
      </div>
      {block.lanes.map((lane) => (
        <div key={lane.pointer} className="outline-lane">
          {lane.name === '' ? null : <span className="quiet">{lane.when ?? lane.name}</span>}
          <Lane lane={lane} marks={marks} rest={inner} />
        </div>
      ))}
    </li>
  );
}
