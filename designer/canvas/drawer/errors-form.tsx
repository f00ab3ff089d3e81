import { useTranslation } from 'react-i18next';
import { isJsonObject, type Json } from '../../../domain/json.ts';
import { wrap } from '../commands.ts';
import { useDesigner, useFlow } from '../designer-context.ts';
import { DurationInput, NumberInput, SelectInput, SwitchInput, TextInput } from '../form/inputs.tsx';
import { Labelled, ValueField } from '../form/value-editor.tsx';
import type { BlockView } from '../view-model.ts';
import { memberOf, useProblemsAt, useSetMember } from './use-edit.ts';

const FAILURES = {
  timeout: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout',
  communication: 'https://serverlessworkflow.io/spec/1.0.0/errors/communication',
  validation: 'https://serverlessworkflow.io/spec/1.0.0/errors/validation',
} as const;
const BACKOFFS = ['constant', 'linear', 'exponential'] as const;

/** How long a step may take, and what happens when it fails, as plain questions. */
export function ErrorsForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const timeout = memberOf(block, ['timeout', 'after']);
  const onTimeout = (next: Json | undefined) =>
    set(['timeout'], next === undefined ? undefined : { after: next });
  return (
    <>
      <ValueField
        id="field-timeout"
        label={t('fields.errors.timeout')}
        help={t('fields.errors.timeoutHelp')}
        problems={problemsAt(['timeout'])}
        value={timeout}
        onChange={onTimeout}
        literal={<DurationInput id="field-timeout" value={timeout} onChange={onTimeout} />}
      />
      {block.frame === 'try' ? <CatchForm block={block} /> : <WhoHandles block={block} />}
    </>
  );
}

/** The block that handles this step's failures, or the offer to make one. */
function WhoHandles({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const designer = useDesigner();
  const handler = useFlow(({ index }) => {
    for (let at = index.blocks.get(block.id); at !== undefined; ) {
      const owner = index.lanes.get(at.lane.id)?.owner;
      if (owner?.frame === 'try' && at.lane.kind === 'try') return owner;
      at = owner === undefined ? undefined : index.blocks.get(owner.id);
    }
    return undefined;
  });
  if (handler !== undefined)
    return (
      <Labelled id="field-failure" label={t('fields.errors.onFailure')}>
        <button
          id="field-failure"
          type="button"
          className="f-taken"
          onClick={() => designer.ui.getState().select([handler.id], { open: true, show: true })}
        >
          <span>{t('fields.errors.inTry', { name: handler.name })}</span>
        </button>
      </Labelled>
    );
  return (
    <Labelled id="field-failure" label={t('fields.errors.onFailure')} help={t('fields.errors.handleHelp')}>
      <SelectInput
        id="field-failure"
        value="stop"
        options={[
          { value: 'stop', label: t('fields.errors.stop') },
          { value: 'handle', label: t('fields.errors.handle') },
        ]}
        onChange={(next) => {
          if (next === 'handle') wrap(designer, 'try');
        }}
      />
    </Labelled>
  );
}

/** What a block that handles failures does: which ones, retries, what they are called. */
function CatchForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const type = memberOf(block, ['catch', 'errors', 'with', 'type']);
  const status = memberOf(block, ['catch', 'errors', 'with', 'status']);
  const known = Object.entries(FAILURES).find(([, uri]) => uri === type)?.[0];
  const which =
    status === 408 ? 'timeout' : (known ?? (type === undefined && status === undefined ? 'all' : 'other'));
  const retry = memberOf(block, ['catch', 'retry']);
  return (
    <>
      <Labelled id="field-which" label={t('fields.errors.which')}>
        <SelectInput
          id="field-which"
          value={which}
          options={[
            { value: 'all', label: t('fields.errors.whichAll') },
            { value: 'timeout', label: t('fields.errors.whichTimeout') },
            { value: 'communication', label: t('fields.errors.whichCommunication') },
            { value: 'validation', label: t('fields.errors.whichValidation') },
            { value: 'other', label: t('fields.errors.whichOther') },
          ]}
          onChange={(next) => {
            const uri = isFailure(next) ? FAILURES[next] : 'https://afterbell/errors/business';
            set(['catch', 'errors'], next === 'all' ? undefined : { with: { type: uri } });
          }}
        />
      </Labelled>
      {which === 'other' ? (
        <Labelled id="field-type" label={t('fields.errors.type')}>
          <TextInput
            id="field-type"
            isMono
            value={type}
            onChange={(next) => set(['catch', 'errors', 'with', 'type'], next ?? '')}
          />
        </Labelled>
      ) : null}
      <Labelled id="field-retry" label={t('fields.errors.retry')}>
        <SwitchInput
          id="field-retry"
          value={retry !== undefined}
          onChange={(isOn) =>
            set(
              ['catch', 'retry'],
              isOn === true
                ? { delay: 'PT5S', backoff: { exponential: {} }, limit: { attempt: { count: 3 } } }
                : undefined,
            )
          }
        />
      </Labelled>
      {isJsonObject(retry) ? <RetryForm block={block} /> : null}
      <Labelled id="field-as" label={t('fields.errors.as')}>
        <TextInput
          id="field-as"
          isMono
          placeholder="error"
          value={memberOf(block, ['catch', 'as'])}
          onChange={(next) => set(['catch', 'as'], next)}
        />
      </Labelled>
      <p className="w-help">{t('fields.errors.afterwardsHelp')}</p>
    </>
  );
}

function isFailure(value: Json | undefined): value is keyof typeof FAILURES {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

function RetryForm({ block }: { readonly block: BlockView }) {
  const { t } = useTranslation();
  const set = useSetMember(block.id);
  const problemsAt = useProblemsAt(block);
  const at = (...path: string[]) => ['catch', 'retry', ...path];
  const backoff = memberOf(block, at('backoff'));
  const kind = BACKOFFS.find((each) => isJsonObject(backoff) && backoff[each] !== undefined) ?? 'constant';
  const words = {
    constant: t('fields.errors.backoffConstant'),
    linear: t('fields.errors.backoffLinear'),
    exponential: t('fields.errors.backoffExponential'),
  };
  const duration = (path: string[], label: string) => (
    <Labelled id={`field-${path.join('-')}`} label={label} problems={problemsAt(path)}>
      <DurationInput
        id={`field-${path.join('-')}`}
        value={memberOf(block, path)}
        onChange={(next) => set(path, next)}
      />
    </Labelled>
  );
  return (
    <>
      <Labelled
        id="field-count"
        label={t('fields.errors.count')}
        problems={problemsAt(at('limit', 'attempt'))}
      >
        <NumberInput
          id="field-count"
          value={memberOf(block, at('limit', 'attempt', 'count'))}
          onChange={(next) => set(at('limit', 'attempt', 'count'), next)}
        />
      </Labelled>
      {duration(at('delay'), t('fields.errors.delay'))}
      <Labelled id="field-backoff" label={t('fields.errors.backoff')}>
        <SelectInput
          id="field-backoff"
          value={kind}
          options={BACKOFFS.map((each) => ({ value: each, label: words[each] }))}
          onChange={(next) =>
            set(at('backoff'), { [BACKOFFS.find((each) => each === next) ?? 'constant']: {} })
          }
        />
      </Labelled>
      {duration(at('limit', 'duration'), t('fields.errors.total'))}
    </>
  );
}
