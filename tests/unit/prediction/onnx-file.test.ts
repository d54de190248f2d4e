import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectOnnx } from '../../../electron/prediction/onnx-file.ts';
import { pinnedModels } from '../../../electron/prediction/pinned.ts';
import { openTableSession } from '../../../electron/prediction/session.ts';
import { MODELS } from './support.ts';

/** A length-delimited field of a protobuf message. */
const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);
};
const number = (at: number, value: number): Buffer => Buffer.from([at * 8, value]);
const node = (operator: string, ...more: Buffer[]): Buffer => field(1, Buffer.concat([field(4, operator), ...more]));
const model = (...parts: Buffer[]): Buffer =>
  Buffer.concat([
    number(1, 8),
    field(7, Buffer.concat([...parts, field(11, field(1, 'x')), field(12, field(1, 'y'))])),
  ]);

describe('F040 what a model file may do', () => {
  it.each(Object.keys(pinnedModels))('%s: only operators of the list, its inputs and outputs named', async (id) => {
    const { operators, inputs, outputs } = inspectOnnx(await readFile(join(MODELS, id, 'model.onnx')));
    expect(operators.length).toBeGreaterThan(3);
    expect(inputs[0]).toBe('features');
    expect(outputs.length).toBeGreaterThan(0);
  });

  it('a model of one allowed operator passes', () => {
    expect(inspectOnnx(model(node('Add')))).toEqual({ operators: ['Add'], inputs: ['x'], outputs: ['y'] });
  });

  it.each([
    ['an operator that is not on the list', model(node('Loop')), 'Loop'],
    ['an operator of another domain', model(node('Add', field(7, 'com.example'))), 'com.example.Add'],
    ['a graph inside an operator', model(node('Add', field(5, field(6, node('Add'))))), 'graph inside'],
    ['weights in another file', model(node('Add'), field(5, field(13, field(1, 'location')))), 'external_data'],
    ['weights marked as elsewhere', model(node('Add'), field(5, number(14, 1))), 'external_data'],
    ['a constant in another file', model(node('Constant', field(5, field(5, number(14, 1))))), 'external_data'],
    ['functions of its own', Buffer.concat([model(node('Add')), Buffer.from([0xca, 0x01, 0])]), 'functions'],
    ['a sparse tensor', model(node('Add'), field(15, 'x')), 'sparse'],
    ['no graph', number(1, 8), 'not a model'],
    ['text', Buffer.from('{"not": "onnx"}'), 'The model file'],
    ['nothing', Buffer.alloc(0), 'not a model'],
  ])('%s is refused before the runtime sees it', async (_, bytes, words) => {
    await expect(openTableSession(bytes)).rejects.toMatchObject({
      fault: { code: 'schema-invalid', message: expect.stringContaining(words) },
    });
  });

  it('a file cut anywhere is refused or still within the list; it never hangs', async () => {
    const sound = await readFile(join(MODELS, 'ici-response', 'model.onnx'));
    for (let length = 0; length < sound.length; length += 97) {
      try {
        inspectOnnx(sound.subarray(0, length));
      } catch (error) {
        expect(error).toMatchObject({ fault: { code: 'schema-invalid' } });
      }
    }
  });
});
