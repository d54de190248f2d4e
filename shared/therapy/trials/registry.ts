/** Answers of the ClinicalTrials.gov API v2 as single records, each as it would be kept in the site's folder (F050, F052). */
import { type Fault, FaultError, fault, faultFrom } from '../../foundation/fault.ts';
import { LARGEST_TRIAL_TEXT } from './editing.ts';
import { documentsIn, isStudy, readTrial, studyRead, type Trial } from './trial.ts';

/** More at once are put into the folder as a file: each is shown here before it is kept. */
const MOST_STUDIES = 200;

export type RegistryItem =
  | {
      readonly state: 'read';
      /** The name it is kept under. */
      readonly file: string;
      /** The parts that are read, as JSON. */
      readonly text: string;
      readonly trial: Trial;
    }
  | { readonly state: 'refused'; readonly file: string; readonly fault: Fault };

const refused = (file: string, why: Fault): RegistryItem => ({ state: 'refused', file, fault: why });

/**
 * The studies of one file; each that cannot be read is refused by itself, with its field, and harms no other. `file` is
 * what faults call it. Faults: json-invalid with the line, schema-invalid and field-invalid with the field, file-too-large.
 */
export function readRegistryFile(text: string, file: string): readonly RegistryItem[] {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const at = /position (\d+)/.exec(String(Reflect.get(Object(error), 'message')))?.[1];
    const line = at === undefined ? 1 : text.slice(0, Number(at)).split('\n').length;
    return [
      refused(
        file,
        fault('json-invalid', 'The file is not valid JSON.', 'Download it again as JSON from ClinicalTrials.gov.', {
          file,
          line,
        }),
      ),
    ];
  }
  const documents = documentsIn(content);
  if (documents.length > MOST_STUDIES)
    return [
      refused(
        file,
        fault(
          'file-too-large',
          `The file holds ${documents.length} studies; ${MOST_STUDIES} at most are shown before they are kept.`,
          'Narrow the search, or put the file into the folder of trials.',
          { file },
        ),
      ),
    ];
  const items = documents.map((document, index): RegistryItem => {
    const place = documents.length === 1 ? file : `${file}, study ${index + 1}`;
    try {
      if (!isStudy(document))
        throw new FaultError(
          fault(
            'schema-invalid',
            'This is no study of the ClinicalTrials.gov API v2.',
            'Download it as JSON, version 2.',
            {
              file: place,
              field: 'protocolSection',
            },
          ),
        );
      const trial = readTrial(document, place);
      const kept = `${trial.id}.json`;
      const slim = JSON.stringify(studyRead(document), null, 1);
      if (slim.length > LARGEST_TRIAL_TEXT)
        throw new FaultError(
          fault(
            'file-too-large',
            'The record is too large to be kept from here.',
            'Put the file into the folder of trials.',
            {
              file: place,
            },
          ),
        );
      return { state: 'read', file: kept, text: slim, trial: { ...trial, file: kept } };
    } catch (error) {
      return refused(place, faultFrom(error));
    }
  });
  const seen = new Set<string>();
  return items.map((item) => {
    if (item.state === 'refused') return item;
    if (!seen.has(item.file)) {
      seen.add(item.file);
      return item;
    }
    return refused(
      file,
      fault('exists-already', `${item.trial.id} stands in the file twice.`, 'Keep one of the two records.', { file }),
    );
  });
}
