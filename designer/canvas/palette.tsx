import { useReactFlow, useStore as useFlowStore } from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { definitions } from '../../steps/index.ts';
import { insertItem } from './commands.ts';
import { useDesigner, useUi } from './designer-context.ts';
import { startDrag } from './drag.ts';
import type { Slot } from './layout.ts';
import { BLOCKS, findItems, type PaletteGroup, type PaletteItem, stepItems } from './palette-items.ts';
import { StepIcon } from './step-icons.tsx';
import { wordOf } from './words.ts';

const RECENT_KEY = 'afterbell.recent-steps';
const MOST_RECENT = 5;
const GROUPS: readonly PaletteGroup[] = [
  'approval',
  'calendar',
  'network',
  'reconciliation',
  'healing',
  'outreach',
  'access',
  'watch',
  'general',
  'logic',
];
const ITEMS: readonly PaletteItem[] = [...stepItems(definitions), ...BLOCKS];

function recentKeys(): string[] {
  return (localStorage.getItem(RECENT_KEY) ?? '').split(',').filter(Boolean);
}

function remember(item: PaletteItem): void {
  const keys = [item.key, ...recentKeys().filter((key) => key !== item.key)].slice(0, MOST_RECENT);
  localStorage.setItem(RECENT_KEY, keys.join(','));
}

interface Section {
  readonly key: PaletteGroup | 'recent';
  readonly items: readonly PaletteItem[];
}

/** Entries under their headings; while something is looked for, the best come first without headings. */
function sectionsOf(text: string): readonly Section[] {
  const recent = recentKeys().flatMap((key) => ITEMS.filter((item) => item.key === key));
  return [
    { key: 'recent' as const, items: recent },
    ...GROUPS.map((group) => ({ key: group, items: ITEMS.filter((item) => item.group === group) })),
  ].filter(({ items }) => items.length > 0 && text === '');
}

/** Search first: type, arrows, Enter; or click; or drag onto a line of the canvas. */
export function PaletteList({
  onChoose,
  onClose,
}: {
  readonly onChoose: (item: PaletteItem) => void;
  readonly onClose?: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const sections = useMemo(() => sectionsOf(text.trim()), [text]);
  const flat = text.trim() === '' ? sections.flatMap(({ items }) => items) : findItems(ITEMS, text.trim());
  const list = useRef<HTMLDivElement>(null);
  const choose = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    remember(item);
    setText('');
    onChoose(item);
  };
  useEffect(() => {
    list.current?.querySelector('[data-active="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div className="p-list">
      <div className="p-search">
        <input
          className="c-input"
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={`palette-${active}`}
          aria-label={t('canvas.palette.title')}
          placeholder={t('canvas.palette.search')}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (step !== 0) {
              event.preventDefault();
              setActive((at) => Math.max(0, Math.min(flat.length - 1, at + step)));
            } else if (event.key === 'Enter') {
              event.preventDefault();
              choose(flat[active]);
            } else if (event.key === 'Escape') onClose?.();
            event.stopPropagation();
          }}
        />
      </div>
      <div
        className="p-scroll"
        id="palette-list"
        role="listbox"
        aria-label={t('canvas.palette.title')}
        ref={list}
      >
        {flat.length === 0 ? <p className="p-group">{t('canvas.palette.nothing')}</p> : null}
        {text.trim() === ''
          ? sections.map((section) => (
              <div key={section.key} role="group" aria-label={t(`canvas.group.${section.key}`)}>
                <p className="p-group">{t(`canvas.group.${section.key}`)}</p>
                {section.items.map((item) => (
                  <Entry
                    key={item.key}
                    item={item}
                    at={offsetOf(sections, section, item)}
                    active={active}
                    onChoose={choose}
                  />
                ))}
              </div>
            ))
          : flat.map((item, at) => (
              <Entry key={item.key} item={item} at={at} active={active} onChoose={choose} />
            ))}
      </div>
    </div>
  );
}

function offsetOf(sections: readonly Section[], section: Section, item: PaletteItem): number {
  const before = sections
    .slice(0, sections.indexOf(section))
    .reduce((sum, { items }) => sum + items.length, 0);
  return before + section.items.indexOf(item);
}

function Entry({
  item,
  at,
  active,
  onChoose,
}: {
  readonly item: PaletteItem;
  readonly at: number;
  readonly active: number;
  readonly onChoose: (item: PaletteItem) => void;
}) {
  const { i18n } = useTranslation();
  const designer = useDesigner();
  const title = wordOf(item.title, i18n.language);
  return (
    <button
      id={`palette-${at}`}
      type="button"
      role="option"
      aria-selected={at === active}
      tabIndex={-1}
      className="p-item"
      data-active={at === active}
      data-item={item.key}
      onClick={() => onChoose(item)}
      onPointerDown={(event) => startDrag(event, designer, { ids: [], label: title, item })}
    >
      <span className="n-icon">
        <StepIcon icon={item.icon} kind={item.kind} />
      </span>
      <span className="n-words">
        <span className="n-name">{title}</span>
        <span className="p-help" title={wordOf(item.help, i18n.language)}>
          {wordOf(item.help, i18n.language)}
        </span>
      </span>
    </button>
  );
}

/** The palette beside the “+” that was pressed. */
export function PalettePopover({ slots }: { readonly slots: readonly Slot[] }) {
  const { t } = useTranslation();
  const designer = useDesigner();
  const inserting = useUi((state) => state.inserting);
  if (inserting === undefined) return null;
  const slot = slots.find(({ laneId, index }) => laneId === inserting.laneId && index === inserting.index);
  const close = () => designer.ui.getState().insertAt(undefined);
  return slot === undefined ? null : (
    <Popover slot={slot} label={t('canvas.palette.title')}>
      <PaletteList
        onClose={close}
        onChoose={(item) => {
          insertItem(designer, item, inserting);
        }}
      />
    </Popover>
  );
}

function Popover({
  slot,
  label,
  children,
}: {
  readonly slot: Slot;
  readonly label: string;
  readonly children: React.ReactNode;
}) {
  const flow = useReactFlow();
  // Follows the canvas while it is panned.
  useFlowStore((state) => state.transform);
  const pane = useFlowStore((state) => state.domNode)?.getBoundingClientRect();
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = box.current;
    if (element !== null) setSize({ width: element.offsetWidth, height: element.offsetHeight });
  }, []);
  if (pane === undefined) return null;
  const at = flow.flowToScreenPosition({ x: slot.x, y: slot.y });
  const margin = 16;
  const right = at.x - pane.left + margin;
  const left = right + size.width > pane.width ? at.x - pane.left - margin - size.width : right;
  const top = Math.max(margin, Math.min(at.y - pane.top - margin * 2, pane.height - size.height - margin));
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={label}
      className="p-pop nopan nowheel"
      style={{ left: Math.max(margin, left), top }}
    >
      {children}
    </div>
  );
}
