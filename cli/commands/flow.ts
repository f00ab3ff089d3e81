import { ApiClient, ONLINE_OPTIONS } from '../api-client.ts';
import type { JsonObject } from '../../domain/json.ts';
import { changeSentences, diffFlows } from '../../engine/diff/index.ts';
import { parseFlowDocument } from '../../engine/index.ts';
import { CommandFailure, printJson, printTable, readArguments, readText } from '../io.ts';
import type { Command } from '../io.ts';
import { diffLines } from '../../domain/line-diff.ts';

/** A version as the API lists it; `source` only where one version is asked for. */
interface VersionView {
  flowName: string;
  version: string;
  title: string;
  planHash: string;
  publishedBy: string;
  publishedAt: string;
  source: string;
}

/** One version with its text; without a version the newest. */
function readVersion(api: ApiClient, name: string, version = 'latest'): Promise<VersionView> {
  return api.call('GET', `/v1/flows/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`);
}

/** `flow list` */
export const list: Command = async (args, io) => {
  const { values } = readArguments(args, ONLINE_OPTIONS, 'afterbell flow list', [0, 0]);
  const items = await new ApiClient(values, io).list<VersionView>('/v1/flows');
  if (values.json) printJson(io, { items });
  else {
    printTable(
      io,
      ['FLOW', 'VERSION', 'TITLE', 'BY', 'PUBLISHED'],
      items.map((flow) => [flow.flowName, flow.version, flow.title, flow.publishedBy, flow.publishedAt]),
    );
  }
  return 0;
};

/** `flow show NAME`: the YAML of the newest or the named version. */
export const show: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, version: { type: 'string' } },
    'afterbell flow show NAME [--version V]',
    [1, 1],
  );
  const [name = ''] = positionals;
  const api = new ApiClient(values, io);
  const view = await readVersion(api, name, values.version);
  if (values.json) printJson(io, view);
  else io.out(view.source.trimEnd());
  return 0;
};

/**
 * `flow diff NAME FILE`: what a local file changes in the published version, step by step; with `--text` line by line. Exit code 1 when
 * they differ.
 */
export const diff: Command = async (args, io) => {
  const { values, positionals } = readArguments(
    args,
    { ...ONLINE_OPTIONS, version: { type: 'string' }, text: { type: 'boolean', default: false } },
    'afterbell flow diff NAME FILE [--version V] [--text]',
    [2, 2],
  );
  const [name = '', file = ''] = positionals;
  const local = readText(io, file);
  const published = await readVersion(new ApiClient(values, io), name, values.version);
  if (values.text) {
    const lines = diffLines(published.source, local);
    const isEqual = lines.every((line) => line.mark === ' ');
    if (values.json) printJson(io, { flow: name, version: published.version, equal: isEqual, lines });
    else for (const line of lines) if (line.mark !== ' ') io.out(`${line.mark} ${line.text}`);
    return isEqual ? 0 : 1;
  }
  const changes = diffFlows(documentOf(published.source, name), documentOf(local, file));
  if (values.json)
    printJson(io, { flow: name, version: published.version, equal: changes.length === 0, changes });
  else for (const change of changes) for (const line of changeSentences(change, 'en')) io.out(line);
  return changes.length === 0 ? 0 : 1;
};

function documentOf(source: string, what: string): JsonObject {
  const { document, problems } = parseFlowDocument(source);
  if (document === undefined)
    throw new CommandFailure('flow-unreadable', `${what}: ${problems[0]?.message ?? 'not a flow document'}`);
  return document;
}
