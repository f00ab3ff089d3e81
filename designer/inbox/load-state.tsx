import { Alert, Button, Skeleton } from 'antd';
import { useWords } from './use-words.ts';
import { ApiError } from './http.ts';

/** What stands in for a page that has no data: its outline while reading, or what went wrong and the way on. */
export function LoadState({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useWords('inbox');
  if (error === null || error === undefined) return <Skeleton active={false} title paragraph={{ rows: 6 }} />;
  const unreachable = error instanceof ApiError && error.status === 0;
  const detail = error instanceof Error && !unreachable ? error.message : '';
  return (
    <Alert
      type="error"
      showIcon
      title={t('error.title')}
      description={
        <>
          <div>{unreachable ? t('error.unreachable') : t('error.failed')}</div>
          {detail === '' ? null : <div>{detail}</div>}
          {error instanceof ApiError ? <small>{error.code}</small> : null}
        </>
      }
      action={<Button onClick={onRetry}>{t('retry')}</Button>}
    />
  );
}
