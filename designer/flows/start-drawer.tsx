import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Drawer, Flex, Input, theme, Typography } from 'antd';
import { useState } from 'react';
import { useWords } from '../inbox/use-words.ts';
import { useNavigate } from 'react-router';
import { parseFlowDocument } from '../../engine/document.ts';
import { ApiError, sendJson } from '../inbox/http.ts';
import { exampleInput } from './example-input.ts';
import { schemaOf } from './input-schema.ts';
import type { Json } from './json-shape.ts';

interface Wanted {
  readonly input: Json;
  readonly businessKey: string;
}

/** Parses the editor's text; undefined when it is no JSON. */
function parseInput(text: string): { readonly input: Json } | undefined {
  try {
    return { input: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

/** Starts a run of one version. Opening makes a new idempotency key, so a repeated press starts one run. */
export function StartDrawer({
  flowName,
  version,
  source,
  onClose,
}: {
  readonly flowName: string;
  readonly version: string;
  readonly source: string;
  readonly onClose: () => void;
}) {
  const { t } = useWords('flows');
  const { token } = theme.useToken();
  const navigate = useNavigate();
  const [text, setText] = useState(() =>
    JSON.stringify(exampleInput(schemaOf(parseFlowDocument(source))), null, 2),
  );
  const [businessKey, setBusinessKey] = useState('');
  const [idempotencyKey, setIdempotencyKey] = useState(newKey);
  const start = useMutation({
    mutationFn: ({ input, businessKey: key }: Wanted) =>
      sendJson<{ runId: string }>(
        'POST',
        '/v1/runs',
        { flow: flowName, version, input, ...(key === '' ? {} : { businessKey: key }) },
        { 'idempotency-key': idempotencyKey },
      ),
    onSuccess: ({ runId }) => navigate(`/runs/${runId}`),
  });
  /** Another request is another run: it gets a key of its own. */
  const change = (apply: () => void) => {
    apply();
    setIdempotencyKey(newKey());
    start.reset();
  };
  const parsed = parseInput(text);
  return (
    <Drawer open onClose={onClose} title={t('startTitle', { flow: flowName, version })}>
      <Flex vertical gap="small">
        <label htmlFor="start-key">{t('businessKey')}</label>
        <Input
          id="start-key"
          maxLength={200}
          value={businessKey}
          onChange={(event) => change(() => setBusinessKey(event.target.value))}
        />
        <label htmlFor="start-input">{t('input')}</label>
        <Input.TextArea
          id="start-input"
          autoSize={{ minRows: 12, maxRows: 30 }}
          spellCheck={false}
          style={{ fontFamily: token.fontFamilyCode }}
          value={text}
          status={parsed === undefined ? 'error' : ''}
          onChange={(event) => change(() => setText(event.target.value))}
        />
        <div role="alert">{parsed === undefined ? t('notJson') : null}</div>
        {start.error === null ? null : <StartError error={start.error} />}
        <Button
          type="primary"
          disabled={parsed === undefined}
          loading={start.isPending}
          onClick={() => {
            if (parsed !== undefined) start.mutate({ ...parsed, businessKey });
          }}
        >
          {t('start')}
        </Button>
      </Flex>
    </Drawer>
  );
}

/** Random and not a browser `randomUUID`, which plain HTTP on another host does not offer. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

function StartError({ error }: { readonly error: Error }) {
  const { t } = useWords('flows');
  const parts = error instanceof ApiError ? error.parts : [];
  return (
    <Alert
      type="error"
      showIcon
      title={t('notStarted')}
      description={
        <>
          <div>{error instanceof ApiError && error.status === 0 ? t('unreachable') : error.message}</div>
          {parts.map((part) => (
            <div key={`${part.pointer ?? ''}${part.message ?? ''}`}>
              <Typography.Text code>{part.pointer ?? ''}</Typography.Text> {part.message ?? ''}
            </div>
          ))}
          {error instanceof ApiError ? <small>{error.code}</small> : null}
        </>
      }
    />
  );
}
