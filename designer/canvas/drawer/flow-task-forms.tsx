import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json } from '../../../domain/json.ts';
import { Icon } from '../../shared/icons.tsx';
import { useDesigner } from '../designer-context.ts';
import { useConditionWords } from '../form/condition-words.ts';
import { useSurroundings } from '../form/available.ts';
import {
  DurationInput,
  JsonInput,
  NumberInput,
  SelectInput,
  SwitchInput,
  TextInput,
} from '../form/inputs.tsx';
import { MapInput } from '../form/map-input.tsx';
import { Labelled, ValueField } from '../form/value-editor.tsx';
import type { BlockView } from '../view-model.ts';
import { laneWords } from '../words.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { memberOf, useProblemsAt, useSetMember } from './use-edit.ts';

type FormProps = { readonly block: BlockView };

/** How long to wait. */
export function WaitForm({ block }: FormProps) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const value = memberOf(block, ['wait']);
  const onChange = (next: Json | undefined) => set(['wait'], next ?? 'PT0S');
  return (
    <ValueField
      id="field-wait"
      label={t('fields.task.waitFor')}
      isRequired
      problems={problemsAt(['wait'])}
      value={value}
      onChange={onChange}
      literal={<DurationInput id="field-wait" value={value} onChange={onChange} />}
    />
  );
}

/** Values computed or renamed. */
export function SetForm({ block }: FormProps) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const value = memberOf(block, ['set']);
  const onChange = (next: Json | undefined) => set(['set'], next ?? { value: '' });
  return isJsonObject(value) ? (
    <Labelled id="field-set" label={t('fields.task.setValues')} problems={problemsAt(['set'])}>
      <MapInput id="field-set" value={value} onChange={onChange} />
    </Labelled>
  ) : (
    <ValueField
      id="field-set"
      label={t('fields.task.setExpression')}
      problems={problemsAt(['set'])}
      value={value}
      onChange={onChange}
      literal={<TextInput id="field-set" value={value} onChange={onChange} />}
    />
  );
}

/** The cases of a switch or the branches of a fork, with a way to each of their forms. */
function Lanes({
  block,
  addLabel,
  addName,
}: FormProps & { readonly addLabel: string; readonly addName: string }) {
  const { t } = useTranslation();
  const { flow, ui } = useDesigner();
  const conditionWords = useConditionWords();
  return (
    <div className="f-rows">
      {block.lanes.map((lane) => (
        <button
          key={lane.id}
          type="button"
          className="f-taken"
          onClick={() => ui.getState().selectLane(lane.id)}
        >
          <span>{laneWords(lane, t, conditionWords)}</span>
          <Icon name="chevron" />
        </button>
      ))}
      <button
        type="button"
        className="f-add"
        onClick={() => {
          flow
            .getState()
            .edit(
              block.frame === 'fork'
                ? { kind: 'add-branch', task: block.id, name: addName }
                : { kind: 'add-case', block: block.id, name: addName, when: '${ false }' },
            );
        }}
      >
        <Icon name="plus" />
        {addLabel}
      </button>
    </div>
  );
}

/** Branches by condition. */
export function SwitchForm({ block }: FormProps) {
  const { t } = useTranslation();
  return (
    <Labelled id="field-cases" label={t('fields.task.cases')}>
      <Lanes block={block} addLabel={t('fields.task.addCase')} addName={t('canvas.drawer.condition')} />
    </Labelled>
  );
}

/** Branches side by side. */
export function ForkForm({ block }: FormProps) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  return (
    <>
      <Labelled id="field-compete" label={t('fields.task.forkMode')}>
        <SelectInput
          id="field-compete"
          value={memberOf(block, ['fork', 'compete']) === true ? 'race' : 'all'}
          options={[
            { value: 'all', label: t('fields.task.forkAll') },
            { value: 'race', label: t('fields.task.forkRace') },
          ]}
          onChange={(mode) => set(['fork', 'compete'], mode === 'race' ? true : undefined)}
        />
      </Labelled>
      <Labelled id="field-branches" label={t('fields.task.branches')}>
        <Lanes block={block} addLabel={t('fields.task.addBranch')} addName={t('canvas.drawer.lane')} />
      </Labelled>
    </>
  );
}

/** The list whose items are handled one by one. */
export function ForForm({ block }: FormProps) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const list = memberOf(block, ['for', 'in']);
  const condition = memberOf(block, ['while']);
  const onList = (next: Json | undefined) => set(['for', 'in'], next ?? '${ [] }');
  return (
    <>
      <ValueField
        id="field-in"
        label={t('fields.task.forIn')}
        help={t('fields.task.forInHelp')}
        isRequired
        problems={problemsAt(['for', 'in'])}
        value={list}
        onChange={onList}
        literal={<JsonInput id="field-in" value={list} onChange={onList} />}
      />
      <Labelled id="field-each" label={t('fields.task.forEach')} problems={problemsAt(['for', 'each'])}>
        <TextInput
          id="field-each"
          isMono
          placeholder="item"
          value={memberOf(block, ['for', 'each'])}
          onChange={(next) => set(['for', 'each'], next)}
        />
      </Labelled>
      <Labelled id="field-while" label={t('fields.task.forWhile')} problems={problemsAt(['while'])}>
        <ConditionEditor
          id="field-while"
          value={typeof condition === 'string' ? condition : '${ true }'}
          onChange={(next) => set(['while'], next === '${ true }' ? undefined : next)}
        />
      </Labelled>
    </>
  );
}

/** Another flow, run as one step. */
export function RunForm({ block }: FormProps) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const { suggestions } = useSurroundings();
  const text = (name: 'name' | 'version' | 'namespace', label: string) => (
    <Labelled id={`field-${name}`} label={label} isRequired problems={problemsAt(['run', 'workflow', name])}>
      {name === 'name' && suggestions.flows.length > 0 ? (
        <SelectInput
          id="field-name"
          value={memberOf(block, ['run', 'workflow', name])}
          options={suggestions.flows}
          onChange={(next) => set(['run', 'workflow', name], next ?? '')}
        />
      ) : (
        <TextInput
          id={`field-${name}`}
          isMono
          value={memberOf(block, ['run', 'workflow', name])}
          onChange={(next) => set(['run', 'workflow', name], next ?? '')}
        />
      )}
    </Labelled>
  );
  const input = memberOf(block, ['run', 'workflow', 'input']);
  const onInput = (next: Json | undefined) => set(['run', 'workflow', 'input'], next);
  return (
    <>
      {text('name', t('fields.task.flowName'))}
      {text('namespace', t('fields.task.flowNamespace'))}
      {text('version', t('fields.task.flowVersion'))}
      <ValueField
        id="field-input"
        label={t('fields.task.flowInput')}
        problems={problemsAt(['run', 'workflow', 'input'])}
        value={input}
        onChange={onInput}
        literal={<MapInput id="field-input" value={input} onChange={onInput} />}
      />
      <Labelled id="field-await" label={t('fields.task.flowWait')}>
        <SwitchInput
          id="field-await"
          value={memberOf(block, ['run', 'await']) ?? true}
          onChange={(next) => set(['run', 'await'], next === false ? false : undefined)}
        />
      </Labelled>
    </>
  );
}

/** An error on purpose. */
export function RaiseForm({ block }: FormProps) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const field = (name: 'title' | 'detail' | 'type', label: string) => {
    const value = memberOf(block, ['raise', 'error', name]);
    const onChange = (next: Json | undefined) =>
      set(['raise', 'error', name], next ?? (name === 'type' ? '' : undefined));
    return (
      <ValueField
        id={`field-${name}`}
        label={label}
        isRequired={name !== 'detail'}
        problems={problemsAt(['raise', 'error', name])}
        value={value}
        onChange={onChange}
        literal={<TextInput id={`field-${name}`} value={value} onChange={onChange} />}
      />
    );
  };
  return (
    <>
      {field('title', t('fields.task.errorTitle'))}
      {field('detail', t('fields.task.errorDetail'))}
      {field('type', t('fields.task.errorType'))}
      <Labelled
        id="field-status"
        label={t('fields.task.errorStatus')}
        problems={problemsAt(['raise', 'error', 'status'])}
      >
        <NumberInput
          id="field-status"
          value={memberOf(block, ['raise', 'error', 'status'])}
          onChange={(next) => set(['raise', 'error', 'status'], next ?? 400)}
        />
      </Labelled>
    </>
  );
}
