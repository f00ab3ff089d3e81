import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import { OpenapiFault, operationRequest } from './openapi-operation.ts';

const AT = 'https://docs.example/v1/api.json';

function swagger(parameters: JsonObject[], more: JsonObject = {}): JsonObject {
  return {
    swagger: '2.0',
    host: 'api.example',
    basePath: '/v2',
    schemes: ['http', 'https'],
    paths: { '/ports/{id}': { post: { operationId: 'act', parameters, ...more } } },
  };
}

function openapi(operation: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    openapi: '3.1.0',
    servers: [{ url: '/{stage}/', variables: { stage: { default: 'live' } } }],
    paths: { '/ports': { post: { operationId: 'act', ...operation } } },
    ...more,
  };
}

const ID: JsonObject = { name: 'id', in: 'path', required: true, type: 'string' };

describe('a request of OpenAPI 2', () => {
  it('places every parameter where it is declared', () => {
    const document = swagger([
      ID,
      { name: 'tag', in: 'query', type: 'array', collectionFormat: 'pipes' },
      { name: 'X-Why', in: 'header', type: 'string' },
      { name: 'change', in: 'body', schema: {} },
    ]);
    const given = { id: 'a/b', tag: ['x', 'y'], 'X-Why': 'test', change: { up: true } };
    expect(operationRequest(document, 'act', given, AT)).toEqual({
      method: 'post',
      url: 'https://api.example/v2/ports/a%2Fb?tag=x%7Cy',
      headers: { 'x-why': 'test', 'content-type': 'application/json' },
      body: '{"up":true}',
    });
  });

  it('sends a form', () => {
    const document = swagger([
      ID,
      { name: 'names', in: 'formData', type: 'array', collectionFormat: 'multi' },
    ]);
    const { headers, body } = operationRequest(document, 'act', { id: '1', names: ['a', 'b'] }, AT);
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(body).toBe('names=a&names=b');
  });
});

describe('a request of OpenAPI 3', () => {
  const body: JsonObject = { required: true, content: { 'application/json': {} } };

  it('stands under the first server, which may be relative to the document', () => {
    expect(operationRequest(openapi({}), 'act', {}, AT).url).toBe('https://docs.example/live/ports');
  });

  it('repeats lists and joins them when they do not explode', () => {
    const parameters = [
      { name: 'a', in: 'query', schema: {} },
      { name: 'b', in: 'query', explode: false, schema: {} },
      { name: 'c', in: 'cookie', schema: {} },
    ];
    const { url, headers } = operationRequest(
      openapi({ parameters }),
      'act',
      { a: [1, 2], b: [1, 2], c: 'x y' },
      AT,
    );
    expect(url).toBe('https://docs.example/live/ports?a=1&a=2&b=1%2C2');
    expect(headers.cookie).toBe('c=x%20y');
  });

  it('takes the body by name, or the members no parameter declares', () => {
    const document = openapi(
      { requestBody: { $ref: '#/components/requestBodies/one' } },
      {
        components: { requestBodies: { one: body } },
      },
    );
    expect(operationRequest(document, 'act', { body: [1] }, AT).body).toBe('[1]');
    expect(operationRequest(document, 'act', { up: true }, AT).body).toBe('{"up":true}');
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    ['a missing body', openapi({ requestBody: body }), {}, 'the request body is required'],
    ['an unknown parameter', openapi({}), { x: 1 }, 'has no parameter x'],
    ['a missing parameter', swagger([ID]), {}, 'the parameter id is required'],
    [
      'a file',
      openapi({ requestBody: { content: { 'multipart/form-data': {} } } }),
      { body: 1 },
      'cannot be sent',
    ],
    [
      'a foreign reference',
      openapi({ requestBody: { $ref: 'other.json' } }),
      {},
      'leads out of the document',
    ],
    ['no operation', openapi({ operationId: 'other' }), {}, 'has no operation act'],
    ['another format', { asyncapi: '3.0.0' }, {}, 'neither OpenAPI 2.0 nor OpenAPI 3'],
  ])('refuses %s', (_what, document, given, why) => {
    const make = () => operationRequest(document, 'act', given, AT);
    expect(make).toThrow(OpenapiFault);
    expect(make).toThrow(why);
  });

  it('refuses references in a circle', () => {
    const circle = openapi(
      { requestBody: { $ref: '#/components/x' } },
      { components: { x: { $ref: '#/components/x' } } },
    );
    expect(() => operationRequest(circle, 'act', {}, AT)).toThrow('in a circle');
  });
});
