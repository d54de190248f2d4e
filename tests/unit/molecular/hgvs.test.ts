import { describe, expect, it } from 'vitest';
import { consequenceClass, sequenceOntology } from '../../../shared/molecular/consequence.ts';
import {
  codingKey,
  displayProteinChange,
  parseProteinChange,
  proteinKey,
  sameProteinChange,
} from '../../../shared/molecular/hgvs.ts';

const shown = (text: string): string | undefined => {
  const change = parseProteinChange(text);
  return change === undefined ? undefined : displayProteinChange(change);
};

describe('protein changes', () => {
  it.each([
    ['L858R', 'p.(Leu858Arg)'],
    ['p.L858R', 'p.(Leu858Arg)'],
    ['p.(L858R)', 'p.(Leu858Arg)'],
    ['NP_005219.2:p.(Leu858Arg)', 'p.(Leu858Arg)'],
    ['ENSP00000275493.2:p.Leu858Arg', 'p.(Leu858Arg)'],
    ['p.R1450X', 'p.(Arg1450Ter)'],
    ['p.Arg1450Ter', 'p.(Arg1450Ter)'],
    ['p.R1450*', 'p.(Arg1450Ter)'],
    ['ENSP1:p.Leu858%3D', 'p.(Leu858=)'],
    ['p.L858L', 'p.(Leu858=)'],
    ['p.E746_A750del', 'p.(Glu746_Ala750del)'],
    ['E746_A750delELREA', 'p.(Glu746_Ala750del)'],
    ['p.E746_S752delinsV', 'p.(Glu746_Ser752delinsVal)'],
    ['p.V600_K601>E', 'p.(Val600_Lys601delinsGlu)'],
    ['p.VK600EL', 'p.(Val600_Lys601delinsGluLeu)'],
    ['p.D770_N771insG', 'p.(Asp770_Asn771insGly)'],
    ['p.Y772_A775dup', 'p.(Tyr772_Ala775dup)'],
    ['Y772_A775dupYVMA', 'p.(Tyr772_Ala775dup)'],
    ['p.R175fs', 'p.(Arg175fs)'],
    ['p.Arg175ProfsTer12', 'p.(Arg175ProfsTer12)'],
    ['p.R175Pfs*12', 'p.(Arg175ProfsTer12)'],
    ['p.M1?', 'p.(Met1?)'],
    ['p.Ter394LeuextTer9', 'p.(Ter394LeuextTer9)'],
    ['p.X1010_splice', 'splice site at codon 1010'],
  ])('%s is %s', (text, display) => expect(shown(text)).toBe(display));

  it.each([
    '',
    'p.?',
    'amplification',
    'L858',
    'Exon 19 deletion',
    'p.A750_E746del',
    'c.2573T>G',
    'p.=',
    'D770_N772insG',
  ])('claims nothing of "%s"', (text) => expect(parseProteinChange(text)).toBeUndefined());

  it('what is shown is read back as the same change', () => {
    for (const text of [
      'L858R',
      'E746_A750del',
      'R175Pfs*12',
      'D770_N771insGV',
      'E746_S752delinsV',
      'R1450*',
      '*394Lext*9',
    ]) {
      const change = parseProteinChange(text);
      expect(change && parseProteinChange(displayProteinChange(change))).toEqual(change);
    }
  });

  it('compares notations, not letters; the length of a frameshift tail does not matter', () => {
    expect(sameProteinChange('p.(Leu858Arg)', 'L858R')).toBe(true);
    expect(sameProteinChange('R175Pfs*12', 'R175fs')).toBe(true);
    expect(sameProteinChange('L858R', 'L858Q')).toBe(false);
    expect(sameProteinChange('V600E', 'V600K')).toBe(false);
    expect(proteinKey(parseProteinChange('p.Arg1450Ter') ?? raise())).toBe('R1450*');
  });

  it('reads coding changes without the sequence name', () => {
    expect(codingKey('NM_005228.5:c.2573T>G')).toBe('c.2573T>G');
    expect(codingKey('c.2236_2250delGAATTAAGAGAAGCA')).toBe('c.2236_2250del');
    expect(codingKey('p.L858R')).toBeUndefined();
  });
});

const raise = (): never => {
  throw new Error('no change');
};

describe('consequences', () => {
  it.each([
    ['missense_variant&splice_region_variant', 'missense'],
    ['Missense_Mutation', 'missense'],
    ['Frame_Shift_Del', 'null'],
    ['splice_donor_variant&intron_variant', 'null'],
    ['In_Frame_Ins', 'in-frame'],
    ['Silent', 'synonymous'],
    ["3'UTR", 'non-coding'],
    ['intron_variant', 'non-coding'],
    ['something_new', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (terms, name) => expect(consequenceClass(terms)).toBe(name));

  it('writes MAF classes in Sequence Ontology', () =>
    expect(sequenceOntology('Nonsense_Mutation')).toBe('stop_gained'));
});

describe('letters that spell a residue’s name by chance', () => {
  it.each([
    ['L747_A750delinsER', 'ER'],
    ['D770_N771insARG', 'ARG'],
    ['LEU747_ALA750DELINSSER', 'S'],
  ])('%s puts in %s', (text, alternate) => expect(parseProteinChange(text)?.alternate).toBe(alternate));
});
