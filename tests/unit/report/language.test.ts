import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { packFolder, readBundle } from '../../../electron/case/index.ts';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../../electron/pipeline.ts';
import { openModels } from '../../../electron/prediction/index.ts';
import { runsOf } from '../../../electron/report/fonts.ts';
import { draftPaper, reportInput as inputFrom } from '../../../electron/report/index.ts';
import { shippedFolders } from '../../../electron/shipped.ts';
import { patientOfCase, pharmacogenes, trialsFor } from '../../../electron/therapy/index.ts';
import { Decision } from '../../../shared/board/decision.ts';
import { Assay, Modality, Patient, Specimen, TherapyLine } from '../../../shared/case/case-record.ts';
import { saidOfOptions } from '../../../shared/prediction/option-models.ts';
import type { IntegratedAnswer } from '../../../shared/prediction/predictions.ts';
import { statementsOf, textsOf } from '../../../shared/report/blocks.ts';
import { phrases } from '../../../shared/report/catalogue/index.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { drugForms, drugNames } from '../../../shared/report/drug-names.ts';
import { knownFacts, unknownFacts } from '../../../shared/report/facts.ts';
import { FRONT_WORDS } from '../../../shared/report/front.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { inLanguage, own, said, translatorFor, untoldTexts } from '../../../shared/report/translate.ts';
import { moment, percent, treatmentName } from '../../../shared/report/words.ts';
import { outsideCallsOf } from '../../../shared/therapy/pgx/outside-calls.ts';
import { readTrial } from '../../../shared/therapy/trials/trial.ts';
import { abstention, decision, reportInput, wholeRecord } from './support/input.ts';

const root = resolve(import.meta.dirname, '../../..');
const folders = shippedFolders(root);
const others = ['de', 'es'] as const;
const slots = (text: string): string[] => (text.match(/\{[=#dwmpx]?\d\}/g) ?? []).sort();

describe('the catalogue (F143)', () => {
  it('has every phrase once, each form with the same slots', () => {
    const keys = phrases.map(([english]) => english);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    expect(
      phrases.filter(([en, de, es]) => `${slots(en)}` !== `${slots(de)}` || `${slots(en)}` !== `${slots(es)}`),
    ).toEqual([]);
    expect(phrases.filter((forms) => forms.some((form) => form.trim() === ''))).toEqual([]);
  });

  it.each([
    ['Positive nodes 0 nodes (−0.06)', 'Befallene Lymphknoten 0 (−0,06)', 'Ganglios positivos 0 (−0,06)'],
    ['Positive nodes 1 node (+0.10)', 'Befallene Lymphknoten 1 (+0,10)', 'Ganglios positivos 1 (+0,10)'],
    ['HER2 positive (+0.03)', 'HER2 positiv (+0,03)', 'HER2 positivo (+0,03)'],
    ['Glioblastoma GBM (+0.50)', 'Glioblastom GBM (+0,50)', 'Glioblastoma GBM (+0,50)'],
    ['Site in the bowel READ (+0.20)', 'Lage im Darm READ (+0,20)', 'Localización en el intestino READ (+0,20)'],
  ])('says a fact that drives a score whole: %s', (english, german, spanish) => {
    expect([translatorFor('de')(english), translatorFor('es')(english)]).toEqual([german, spanish]);
  });

  it('names medicines as the language does, by a closed table; a name it does not hold stays', () => {
    const told = (text: string) => others.map((language) => inLanguage(language, () => said(treatmentName(text))));
    expect(told('Cisplatin + Gemcitabine')).toEqual(['Cisplatin + Gemcitabin', 'Cisplatino + Gemcitabina']);
    expect(told('Neratinib and Trastuzumab in sequence')).toEqual([
      'Neratinib und Trastuzumab nacheinander',
      'Neratinib y Trastuzumab en secuencia',
    ]);
    expect(told('Docetaxel + Trastuzumab Emtansine')).toEqual([
      'Docetaxel + Trastuzumab Emtansin',
      'Docetaxel + Trastuzumab emtansina',
    ]);
    expect(told('XYZ-123 + Retaspimycin')).toEqual(['XYZ-123 + Retaspimycin', 'XYZ-123 + Retaspimycin']);
    const both = (text: string) => others.map((language) => translatorFor(language)(text));
    expect(both('label asks for earlier trastuzumab, earlier cyclophosphamide; on record: unknown')).toEqual([
      'Fachinformation verlangt: zuvor Trastuzumab, zuvor Cyclophosphamid; nach Akte: unbekannt',
      'la ficha técnica exige: previamente trastuzumab, previamente ciclofosfamida; según el registro: desconocido',
    ]);
    // What a person wrote is nobody's to translate.
    expect(both(own('Cyclophosphamide since March'))).toEqual(Array(2).fill('Cyclophosphamide since March'));
    expect(inLanguage('en', () => said(treatmentName('Cisplatin + Gemcitabine')))).toBe('Cisplatin + Gemcitabine');
    for (const [name, { de, es }] of drugForms) {
      expect([name, de === '' || es === '' || de !== de.trim()]).toEqual([name, false]);
      expect(drugNames(`${name}.`, 'es')).toBe(`${es}.`);
    }
  });

  it('says nothing that the fonts of the paper cannot draw', () => {
    const text = phrases.flat().join('\n');
    const named = runsOf(text)
      .map((run) => run.text)
      .join('')
      .match(/\[U\+(?!2603)[0-9A-F]+\]/g);
    expect(named).toBeNull();
  });

  it('covers every sentence, title and label that the report’s own sources hold', () => {
    const files = [
      ...readdirSync(join(root, 'shared/report/sections')).map((name) => `shared/report/sections/${name}`),
      ...['front', 'words', 'rules', 'places', 'elements', 'completeness', 'reading'].map(
        (name) => `shared/report/${name}.ts`,
      ),
      ...['electron/report/pdf.ts', 'electron/report/charts.ts'],
    ];
    const missing: string[] = [];
    for (const file of files) {
      const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
      const visit = (node: ts.Node): void => {
        if (ts.isImportDeclaration(node)) return;
        // Thrown at a programmer, never printed.
        if (ts.isThrowStatement(node)) return;
        const text = ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) ? node.text : undefined;
        const isProse = (words: string): boolean =>
          /\p{L}{2,} \p{L}|\p{L} [a-z]{2}/u.test(words) && !/[<>#]|^M |rule:|U\+/.test(words.replace('<file>', ''));
        const call = node.parent !== undefined && ts.isCallExpression(node.parent) ? node.parent : undefined;
        const name = call?.expression.getText() ?? '';
        const place = call?.arguments.indexOf(node as ts.Expression) ?? -1;
        const isTitle = (name === 'column' && place === 0) || (name === 'heading' && place === 1);
        // A piece is told with the sentence it belongs to, a key of another document not at all.
        const isPiece =
          (place > 0 && ['plural', 'each', 'column'].includes(name)) || withinTemplate(node) || isCompared(node.parent);
        if (text !== undefined && !isPiece && (isProse(text) || (isTitle && /\p{L}{2}/u.test(text)))) {
          const asked = text.replace(/>$/, '').trim();
          if (!others.every((language) => told(asked, language))) missing.push(`${file}: ${text}`);
        }
        if (ts.isTemplateExpression(node)) {
          const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
          if (isProse(parts.join(' ')) && !others.every((language) => toldWith(parts, language)))
            missing.push(`${file}: ${parts.join('…')}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
    expect(missing).toEqual([]);
  });
});

/** Written in German or Spanish as in English, or a name. */
const spelledAlike = new Set([
  'plasma',
  'expression',
  'protein',
  'normal',
  'panel',
  'adjuvant',
  'neoadjuvant',
  'FFPE',
  'EDTA',
  'streck',
  'PR',
  'germline-variants',
]);

const withinTemplate = (node: ts.Node | undefined): boolean =>
  node !== undefined && !ts.isStatement(node) && (ts.isTemplateSpan(node) || withinTemplate(node.parent));
const isCompared = (node: ts.Node | undefined): boolean =>
  node !== undefined &&
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.EqualsEqualsEqualsToken;

const same = new Set(phrases.flatMap(([en, de, es]) => (en === de || en === es ? [en] : [])));
const told = (text: string, language: 'de' | 'es'): boolean => same.has(text) || translatorFor(language)(text) !== text;
/** A template is told where it is with names, numbers or days in its places. */
const toldWith = (parts: readonly string[], language: 'de' | 'es'): boolean =>
  ['7', 'EGFR', '2026-05-01', 'none', own('a name'), '', ' and 3 more'].some((fill) =>
    told(parts.join(fill).trim(), language),
  );

/** Trials that hinge on one datum each: what a case does not hold is named on the paper. */
const askedOnce = () =>
  Object.entries({
    ecog: '1',
    prior_lines: '>=1',
    prior_treatment: 'Osimertinib',
    her2_status: 'Positive',
    er_status: 'Positive',
    pr_status: 'Positive',
    disease_status: 'Metastatic',
    mmr_status: 'MMR-Deficient',
    tmb_numerical: '>=10',
    apobec_signature: 'Yes',
    pole_signature: 'Yes',
    tobacco_signature: 'Yes',
    temozolomide_signature: 'Yes',
    uva_signature: 'Yes',
  }).map(([key, value]) =>
    readTrial(
      {
        protocol_no: key,
        short_title: key,
        status: 'open to accrual',
        treatment_list: { step: [{ arm: [], match: [{ clinical: { [key]: value } }] }] },
      },
      'trials.yml',
    ),
  );

describe('a report in another language', () => {
  const inputs: ReportInput[] = [];
  beforeAll(async () => {
    const packs = await loadPacks(folders.knowledge);
    const models = await openModels(folders.models);
    let beforeSurgery: IntegratedAnswer | undefined;
    for (const sample of ['egfr-t790m-lung', 'her2-breast', 'brca1-ovarian', 'sparse-cholangiocarcinoma']) {
      const packed = await packFolder(join(folders.sampleCases, sample));
      if (!packed.ok) throw new Error(packed.fault.message);
      const bundle = await readBundle(packed.value);
      if (!bundle.ok) throw new Error(bundle.fault.message);
      const documents = await analyzeBundle(bundle.value, { packs, models });
      if (!documents.ok) throw new Error(documents.fault.message);
      const { record, intake, profile, options } = documents.value;
      // The genes of another sample, with the drugs that they bid stop or change.
      const called =
        sample !== 'egfr-t790m-lung'
          ? undefined
          : await pharmacogenes(
              {
                source: createReadStream(join(folders.sampleCases, 'msi-colorectal/files/pharmacogenes.vcf.gz')),
                name: 'pharmacogenes.vcf.gz',
              },
              packs,
            );
      if (sample === 'egfr-t790m-lung') beforeSurgery = await models.beforeSurgery(documents.value);
      const medications = ['Capecitabine', 'Irinotecan', 'Atorvastatin'].map((name) => ({ name }));
      inputs.push(
        inputFrom({
          bundleSha256: bundle.value.manifest.bundleSha256,
          documents:
            called?.ok !== true
              ? documents.value
              : {
                  ...documents.value,
                  record: { ...record, medications },
                  options: { ...options, pharmacogenes: called.value },
                },
          optionModels: saidOfOptions(options.options, await models.others(documents.value)),
          trials: {
            state: 'judged',
            on: '2026-05-01',
            trials: trialsFor(
              patientOfCase(record, intake, profile, packs),
              { trials: askedOnce(), files: 1, refusals: [] },
              packs,
              '2026-05-01',
            ),
            refusals: [],
          },
          board: { reviews: [] },
          packs: packs.status(),
          models: await models.status(),
          version: '0.1.0',
          composedAt: '2026-05-01T14:00:00.000Z',
        }),
      );
    }
    inputs.push(
      reportInput(),
      // A patient whose stage no surgery has shown yet: two answers, each under its own name.
      reportInput({ predictions: { ...abstention, ...(beforeSurgery === undefined ? {} : { beforeSurgery }) } }),
      reportInput({ decision: null, predictions: abstention, record: wholeRecord({ labs: [], therapyLines: [] }) }),
      reportInput({
        more: {
          signature: {
            signer: 'Dr. E. Signer',
            meaning: 'author',
            signedAt: '2026-05-01T14:03:00.000Z',
            algorithm: 'RSA',
          },
          emergencies: [{ at: '2026-05-01T03:00:00.000Z', person: 'Dr. N. Night', reason: 'called at night' }],
          amendment: {
            number: 1,
            reason: 'a dose was wrong',
            changes: [],
            former: {
              reportId: 'R-000000000000',
              sha256: reportInput().bundleSha256,
              signedAt: '2026-04-01T10:00:00.000Z',
              signer: 'Dr. E. Signer',
            },
          },
        },
      }),
    );
  });

  it.each(others)('in %s leaves no English sentence, keeps every fact and its first pages short', (language) => {
    const before = untoldTexts().length;
    for (const input of inputs) {
      const english = composeReport(input);
      const report = composeReport({ ...input, language });
      expect(report.frontWords).toBeLessThanOrEqual(FRONT_WORDS);
      expect(report.blocking).toBe(english.blocking);
      const blocks = [...report.front, ...report.appendix];
      const known = knownFacts(input);
      expect(blocks.flatMap(statementsOf).flatMap(({ facts }) => unknownFacts(facts, known))).toEqual([]);
      // The appendix is the same, statement by statement: nothing is added and nothing falls away.
      expect(report.appendix.flatMap(statementsOf).map(({ facts }) => facts)).toEqual(
        english.appendix.flatMap(statementsOf).map(({ facts }) => facts),
      );
      expect(blocks.flatMap(textsOf).join('\n')).not.toMatch(/[\uFDD0\uFDD1]|\{[=#dwmpx]?\d\}/);
    }
    expect(untoldTexts().slice(before)).toEqual([]);
  });

  it.each(others)('in %s prints no word of a schema as it stands in the data', (language) => {
    const [specimen, blood] = wholeRecord().specimens;
    const [assay] = wholeRecord().assays;
    const values = {
      kind: Specimen.shape.kind.options,
      origin: Specimen.shape.origin.options,
      preservation: Specimen.shape.preservation.unwrap().options,
      scope: Assay.shape.scope.options,
      design: Assay.shape.design.unwrap().options,
      targets: Assay.shape.targets.unwrap().options,
      modality: Modality.options,
      intent: TherapyLine.shape.intent.unwrap().options,
      response: TherapyLine.shape.bestResponse.unwrap().options,
      reason: ['progression', 'toxicity', 'planned end', 'completed', 'choice of the patient', 'death'],
      sex: Patient.shape.sex.options,
      decision: Decision.shape.intent.options,
    };
    const all = Object.values(values).flat();
    const at = <Value>(list: readonly Value[], index: number): Value => list[index % list.length] as Value;
    const record = (index: number) =>
      wholeRecord({
        patient: { pseudonym: 'Otter 417', sex: at(values.sex, index), ageYears: 63 },
        specimens: [
          ...Array.from({ length: 8 }, (_, row) => ({
            ...specimen,
            id: `S${row + 1}`,
            block: undefined,
            site: undefined,
            relationToTherapy: undefined,
            kind: at(values.kind, row),
            origin: at(values.origin, row),
            preservation: at(values.preservation, row),
          })),
          blood,
        ],
        assays: Array.from({ length: 8 }, (_, row) => ({
          ...assay,
          id: `a${row + 1}`,
          method: undefined,
          limitations: [],
          genes: undefined,
          scope: at(values.scope, row),
          design: at(values.design, row),
          targets: at(values.targets, row),
          modalities: [at(values.modality, row)],
        })),
        therapyLines: Array.from({ length: 7 }, (_, row) => ({
          line: row + 1,
          agents: ['Erlotinib'],
          intent: at(values.intent, row),
          bestResponse: at(values.response, row),
          reasonEnded: at(values.reason, row),
        })),
      });
    const raw: string[] = [];
    for (const [index, intent] of values.decision.entries()) {
      const input = reportInput({ record: record(index), decision: { ...decision, intent } });
      const { front, appendix } = composeReport({ ...input, language });
      const cells = [...front, ...appendix].flatMap(textsOf).flatMap((text) => text.split(/[,;:()]\s*/u));
      for (const value of all)
        if (!spelledAlike.has(value) && cells.some((cell) => cell.trim().toLowerCase() === value.toLowerCase()))
          raw.push(value);
    }
    expect([...new Set(raw)]).toEqual([]);
  });

  it('tells why a pharmacogene as others called it is not read', async () => {
    const knowledge = (await loadPacks(folders.knowledge)).pharmacogenes();
    if (knowledge === undefined) throw new Error('no pack of pharmacogenes');
    const source = 'Labor Nord';
    const told = [
      [{ gene: 'APOE', diplotype: 'e3/e4' }],
      [{ gene: 'CYP2D6', diplotype: '*1/*4/*5' }],
      [{ gene: 'CYP2D6', diplotype: '*1' }],
      [{ gene: 'CYP2D6', diplotype: ' ' }],
      [{ gene: 'MT-RNR1', diplotype: 'm.1555A>G/m.1555A>G' }],
      [{ gene: 'HLA-B', diplotype: 'B57/B58' }],
      ['Poor Metabolizer', 'Normal Metabolizer'].map((phenotype) => ({ gene: 'CYP2D6', phenotype })),
      ['Poor Metabolizer', 'Normal Metabolizer'].map((phenotype) => ({
        gene: 'CYP2D6',
        diplotype: '*1/*4',
        phenotype,
      })),
    ].flatMap((calls) => {
      const { left } = outsideCallsOf(
        calls.map((call) => ({ ...call, source })),
        knowledge,
      );
      return left.map(({ reason }) => reason);
    });
    expect(new Set(told.map((reason) => reason.replace(/.*is not read\. /, ''))).size).toBeGreaterThanOrEqual(7);
    expect(told.at(-2)).toBe(
      'CYP2D6, as reported by Labor Nord, is not read. The report of Labor Nord and this one tell the gene differently. Correct pharmacogenes[1] of the case, or take it out.',
    );
    for (const reason of told)
      for (const language of others)
        for (const sentence of reason.split(/(?<=\.) /))
          expect(
            translatorFor(language)(`Absent: pharmacogenes. ${reason}`).includes(sentence),
            `${language}: ${sentence}`,
          ).toBe(false);
  });

  it('tells every finding that meets a statement, also beside one whose name holds a comma', () => {
    const input = reportInput({ more: { language: 'de' } });
    const [lead] = input.profile.findings;
    const match = input.profile.evidence.find(({ findingIds }) => lead !== undefined && findingIds.includes(lead.id));
    if (lead === undefined || match === undefined) throw new Error('a finding with a statement');
    const high = {
      ...lead,
      id: 'x-1',
      kind: 'expression-outlier',
      gene: 'ERBB2',
      title: 'expression high (z +8.2, above the 97.5th percentile of SCAN-B breast)',
    } as const;
    const protein = {
      ...lead,
      id: 'x-2',
      kind: 'protein-outlier',
      gene: 'ERBB2',
      title: 'protein high (z +4)',
    } as const;
    const both = { ...match, findingIds: ['x-1', 'x-2'] };
    const profile = {
      ...input.profile,
      findings: [...input.profile.findings, high, protein].map((one) =>
        one === lead ? { ...one, tierDefining: [match.evidenceId] } : one,
      ),
      evidence: input.profile.evidence.map((one) => (one === match ? both : one)),
    };
    const text = composeReport({ ...input, profile })
      .appendix.flatMap(textsOf)
      .join('\n');
    expect(text).toMatch(
      /ERBB2-Expression hoch \(z \+8,2, über dem 97,5\. Perzentil von SCAN-B breast\), ERBB2-Protein hoch \(z \+4\)/,
    );
  });

  it('keeps the words of persons to the letter', () => {
    const words = 'none, not assayed; level A: no treatment.';
    const report = composeReport(reportInput({ decision: { ...decision, rationale: words, answer: words } }));
    const german = composeReport({
      ...reportInput({ decision: { ...decision, rationale: words, answer: words } }),
      language: 'de',
    });
    for (const { front, appendix } of [report, german])
      expect([...front, ...appendix].flatMap(textsOf).filter((text) => text === words).length).toBeGreaterThan(2);
  });

  it('writes numbers, dates and states as the language does, and never one state for another', () => {
    expect(inLanguage('de', () => [percent(0.142), moment('2026-05-01T14:03:00Z')])).toEqual([
      '14,2 %',
      '01.05.2026, 14:03 UTC',
    ]);
    expect(inLanguage('es', () => [percent(0.142), moment('2026-05-01T14:03:00Z')])).toEqual([
      '14,2 %',
      '01/05/2026, 14:03 UTC',
    ]);
    const states = ['detected', 'tested, not detected', 'failed QC', 'not assayed'];
    for (const language of others) {
      const words = states.map(translatorFor(language));
      expect(new Set(words).size).toBe(4);
      expect(words.filter((word) => states.includes(word))).toEqual([]);
    }
    expect(inLanguage('de', () => said('A gene that was not assayed is unknown, not unaltered.'))).toBe(
      'Ein Gen, das nicht untersucht wurde, ist unbekannt, nicht unverändert.',
    );
  });

  it('says what came of the decision before, with its toxicity: asked and none is not the same as not asked (R42)', () => {
    const entry = { followUpId: '3f0e5b3e-9a53-4c39-8f1c-0f6b2b3c0a02', on: '2026-04-20', actionsDone: [] };
    const given = [{ toxicityGrade: 3, toxicity: 'Nausea' }, { toxicityGrade: 2 }, { toxicityGrade: 0 }, {}];
    const board = {
      ...reportInput().board,
      followUps: given.map((more) => ({
        entry: { ...entry, ...more, state: 'carried-out' as const },
        by: 'Dr. B',
        at: '2026-04-20T10:00:00.000Z',
        forDecision: 1,
      })),
    };
    const toxicities = (language: 'de' | undefined) =>
      composeReport({ ...reportInput(), board, language }).appendix.flatMap((block) =>
        block.kind === 'table' && block.elements.includes('R42') ? block.rows.map(({ cells }) => cells[4]) : [],
      );
    expect(toxicities(undefined)).toEqual(['CTCAE grade 3: Nausea', 'CTCAE grade 2', 'none at the time', 'not stated']);
    expect(toxicities('de')).toEqual(['CTCAE-Grad 3: Nausea', 'CTCAE-Grad 2', 'damals keine', 'nicht angegeben']);
  });

  it('is printed with its language in the file, the front on two pages at most', async () => {
    const german = { ...reportInput(), language: 'de' as const };
    const { paper } = await draftPaper(german);
    expect(Buffer.from(paper.bytes).toString('latin1')).toContain('/Lang (de-DE)');
    expect(paper.frontPages).toBeLessThanOrEqual(2);
  });
});
