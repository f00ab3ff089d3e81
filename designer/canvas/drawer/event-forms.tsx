import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts';
import { Icon } from '../../shared/icons.tsx';
import { SelectInput, TextInput } from '../form/inputs.tsx';
import { MapInput } from '../form/map-input.tsx';
import { Labelled, ValueField } from '../form/value-editor.tsx';
import type { BlockView } from '../view-model.ts';
import { memberOf, useProblemsAt, useSetMember } from './use-edit.ts';

const MODES = ['one', 'any', 'all'] as const;
type Mode = (typeof MODES)[number];

const FIRST_EVENT: JsonObject = { with: { type: 'com.example.event' } };

/** Which events a step waits for. */
export function ListenForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const to = memberOf(block, ['listen', 'to']);
  const given = isJsonObject(to) ? to : {};
  const mode: Mode = MODES.find((each) => given[each] !== undefined) ?? 'one';
  const filters = filtersOf(given, mode);
  const write = (nextMode: Mode, next: readonly JsonObject[]) => {
    const rest = Object.fromEntries(
      Object.entries(given).filter(([name]) => !MODES.some((each) => each === name)),
    );
    set(['listen', 'to'], {
      ...rest,
      [nextMode]: nextMode === 'one' ? (next[0] ?? FIRST_EVENT) : [...next],
    });
  };
  return (
    <>
      <Labelled id="field-mode" label={t('fields.task.listenMode')} problems={problemsAt(['listen'])}>
        <SelectInput
          id="field-mode"
          value={mode}
          options={[
            { value: 'one', label: t('fields.task.listenOne') },
            { value: 'any', label: t('fields.task.listenAny') },
            { value: 'all', label: t('fields.task.listenAll') },
          ]}
          onChange={(next) => write(MODES.find((each) => each === next) ?? 'one', filters)}
        />
      </Labelled>
      {filters.map((filter, at) => (
        // Filters have no identity but their place.
        <EventFilter
          key={at}
          id={`event-${at}`}
          filter={filter}
          onChange={(next) =>
            write(
              mode,
              filters.map((each, index) => (index === at ? next : each)),
            )
          }
          {...(filters.length > 1
            ? {
                onRemove: () =>
                  write(
                    mode,
                    filters.filter((_each, index) => index !== at),
                  ),
              }
            : {})}
        />
      ))}
      {mode === 'one' ? null : (
        <button type="button" className="f-add" onClick={() => write(mode, [...filters, FIRST_EVENT])}>
          <Icon name="plus" />
          {t('fields.task.addEvent')}
        </button>
      )}
      <Labelled id="field-read" label={t('fields.task.listenRead')}>
        <SelectInput
          id="field-read"
          value={memberOf(block, ['listen', 'read']) ?? 'data'}
          options={[
            { value: 'data', label: t('fields.task.listenReadData') },
            { value: 'envelope', label: t('fields.task.listenReadEnvelope') },
          ]}
          onChange={(next) => set(['listen', 'read'], next === 'data' ? undefined : next)}
        />
      </Labelled>
    </>
  );
}

function filtersOf(to: JsonObject, mode: Mode): JsonObject[] {
  const value = to[mode];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  const filters = list.filter((each): each is JsonObject => isJsonObject(each));
  return filters.length === 0 ? [FIRST_EVENT] : filters;
}

function EventFilter({
  id,
  filter,
  onChange,
  onRemove,
}: {
  readonly id: string;
  readonly filter: JsonObject;
  readonly onChange: (filter: JsonObject) => void;
  readonly onRemove?: () => void;
}) {
  const { t } = useTranslation();
  const about = isJsonObject(filter['with']) ? filter['with'] : {};
  const correlate = isJsonObject(filter['correlate']) ? filter['correlate'] : {};
  const [name, part] = Object.entries(correlate)[0] ?? ['key', {}];
  const match = isJsonObject(part) ? part : {};
  const setMatch = (next: JsonObject) => {
    const { correlate: _before, ...rest } = filter;
    onChange(
      typeof next['from'] === 'string' && next['from'] !== ''
        ? { ...rest, correlate: { ...correlate, [name]: next } }
        : rest,
    );
  };
  const expect = match['expect'];
  return (
    <div className="f-part">
      <Labelled id={`${id}-type`} label={t('fields.task.eventType')} isRequired>
        <TextInput
          id={`${id}-type`}
          isMono
          value={about['type']}
          onChange={(type) => onChange({ ...filter, with: { ...about, type: type ?? '' } })}
        />
      </Labelled>
      <Labelled id={`${id}-from`} label={t('fields.task.matches')} help={t('fields.task.matchesHelp')}>
        <TextInput
          id={`${id}-from`}
          isMono
          placeholder=".data.requestId"
          value={match['from']}
          onChange={(from) => setMatch({ ...match, from: from ?? '' })}
        />
      </Labelled>
      {match['from'] === undefined ? null : (
        <ValueField
          id={`${id}-expect`}
          label={t('canvas.condition.value')}
          value={expect}
          onChange={(next) =>
            setMatch({ ...match, ...(next === undefined ? { expect: '' } : { expect: next }) })
          }
          literal={
            <TextInput
              id={`${id}-expect`}
              value={expect}
              onChange={(next) => setMatch({ ...match, expect: next ?? '' })}
            />
          }
        />
      )}
      {onRemove === undefined ? null : (
        <button type="button" className="f-mode" onClick={onRemove}>
          {t('canvas.form.remove')}
        </button>
      )}
    </div>
  );
}

/** What is told to other systems. */
export function EmitForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const field = (name: 'type' | 'source' | 'subject', label: string) => {
    const path = ['emit', 'event', 'with', name];
    const value = memberOf(block, path);
    const onChange = (next: Json | undefined) => set(path, next ?? (name === 'subject' ? undefined : ''));
    return (
      <ValueField
        id={`field-${name}`}
        label={label}
        isRequired={name !== 'subject'}
        problems={problemsAt(path)}
        value={value}
        onChange={onChange}
        literal={<TextInput id={`field-${name}`} value={value} onChange={onChange} />}
      />
    );
  };
  const data = memberOf(block, ['emit', 'event', 'with', 'data']);
  const onData = (next: Json | undefined) => set(['emit', 'event', 'with', 'data'], next);
  return (
    <>
      {field('type', t('fields.task.eventType'))}
      {field('source', t('fields.task.eventSource'))}
      {field('subject', t('fields.task.eventSubject'))}
      <ValueField
        id="field-data"
        label={t('fields.task.eventData')}
        value={data}
        onChange={onData}
        literal={<MapInput id="field-data" value={data} onChange={onData} />}
      />
    </>
  );
}
