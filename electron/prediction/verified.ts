/** Models as files: read once, hashed, and only then looked at. What is hashed is the very buffer that is used. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { ModelDocuments } from '../../shared/prediction/assess.ts';
import { FeatureTable, ModelCard, PopulationTable } from '../../shared/prediction/model-files.ts';

export type Pins = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Where models lie: one folder with a folder each, or the folder of each by id (which throws where none may be used). */
export type ModelFolders = string | ((id: string) => string);

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The bytes of one pinned file. Faults: model-missing (the file, or the model, is not there), model-altered (any byte
 * differs from what this version of the program was built with).
 */
export async function readPinned(folder: ModelFolders, pins: Pins, id: string, file: string): Promise<Buffer> {
  const expected = pins[id]?.[file];
  const place = { file: `${id}/${file}` };
  if (expected === undefined)
    throw new FaultError(
      fault('model-missing', `No ${file} of a model ${id} ships with this version.`, 'See the list of models.', place),
    );
  const home = typeof folder === 'string' ? join(folder, id) : folder(id);
  let bytes: Buffer;
  try {
    bytes = await readFile(join(home, file));
  } catch {
    throw new FaultError(
      fault(
        'model-missing',
        `The file ${file} of the model ${id} is not there.`,
        'Install it again; everything else works without it.',
        place,
      ),
    );
  }
  if (sha256(bytes) !== expected)
    throw new FaultError(
      fault(
        'model-altered',
        `The file ${file} of the model ${id} is not the one that is pinned or signed.`,
        'Install it again; the model is not run.',
        place,
      ),
    );
  return bytes;
}

const json = <Schema extends z.ZodType>(schema: Schema, bytes: Buffer): z.output<Schema> =>
  schema.parse(JSON.parse(bytes.toString('utf8')));

export interface VerifiedModel {
  readonly id: string;
  readonly sha256: string;
  /** The verified bytes, to be given to the runtime as they are. */
  readonly onnx: Buffer;
  readonly documents: ModelDocuments;
}

/** Everything a prediction needs, each file verified. Faults: those of `readPinned`. */
export async function readModel(folder: ModelFolders, pins: Pins, id: string): Promise<VerifiedModel> {
  const read = (file: string): Promise<Buffer> => readPinned(folder, pins, id, file);
  const [onnx, features, population, card] = await Promise.all([
    read('model.onnx'),
    read('features.json'),
    read('population.json'),
    read('card.json'),
  ]);
  return {
    id,
    sha256: sha256(onnx),
    onnx,
    documents: {
      features: json(FeatureTable, features),
      population: json(PopulationTable, population),
      card: json(ModelCard, card),
    },
  };
}
