import { useTranslation } from 'react-i18next';
import { fileUrl } from '../api/client.ts';
import type { EvidenceFile } from '../api/types.ts';
import { Section } from '../shared/parts.tsx';

/** What a bot saw, group by group; a picture opens in full. */
export function Screenshots({ files }: { readonly files: readonly EvidenceFile[] }) {
  const { t } = useTranslation();
  const shots = files.filter((file) => file.kind === 'screenshot' && file.mediaType === 'image/png');
  if (shots.length === 0) return null;
  return (
    <Section title={t('run.screenshots')}>
      <div className="shots">
        {shots.map((file) => (
          <a key={file.fileId} href={fileUrl(file.fileId)} target="_blank" rel="noreferrer">
            <img src={fileUrl(file.fileId)} alt={file.name} loading="lazy" />
            <span className="small quiet">{file.name}</span>
          </a>
        ))}
      </div>
    </Section>
  );
}
