/**
 * Changes that a textbook calls drivers, by the packs alone: `node tests/campaign/drivers.ts` prints the class of each and how
 * many wait for the population frequency and predictors of an annotated input. Nothing fails here: the figures stand in the
 * README of shared/molecular.
 */
import { resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { classWaitsFor } from '../../shared/molecular/oncogenicity.ts';
import { classifyTyped } from '../../shared/molecular/typed-variant.ts';

const drivers = `
  TP53 R175H, TP53 R248Q, TP53 R248W, TP53 R273H, TP53 R273C, TP53 R282W, TP53 Y220C, TP53 G245S, TP53 R249S,
  TP53 R213*, KRAS G12D, KRAS G12V, KRAS G12C, KRAS G13D, KRAS Q61H, KRAS A146T, NRAS Q61R, NRAS Q61K, NRAS
  G12D, HRAS G13R, HRAS Q61R, BRAF V600E, BRAF V600K, BRAF K601E, BRAF G469A, PIK3CA H1047R, PIK3CA E545K,
  PIK3CA E542K, PIK3CA N345K, PIK3CA C420R, EGFR L858R, EGFR T790M, EGFR G719S, EGFR L861Q, EGFR E746_A750del,
  EGFR A289V, ERBB2 S310F, ERBB2 L755S, ERBB2 V777L, ERBB2 Y772_A775dup, KIT D816V, KIT V559D, KIT W557_K558del,
  KIT K642E, PDGFRA D842V, IDH1 R132H, IDH1 R132C, IDH2 R140Q, IDH2 R172K, FGFR3 S249C, FGFR3 Y373C, FGFR2
  N549K, FGFR2 S252W, AKT1 E17K, CTNNB1 S37F, CTNNB1 S45F, CTNNB1 T41A, GNAQ Q209L, GNA11 Q209L, GNAS R201H,
  GNAS R201C, RET M918T, ALK F1174L, ALK R1275Q, JAK2 V617F, MPL W515L, FLT3 D835Y, NPM1 W288fs, DNMT3A R882H,
  SF3B1 K700E, SF3B1 K625E, U2AF1 S34F, SRSF2 P95H, MYD88 L265P, CD79B Y196H, EZH2 Y646N, H3-3A K28M, MAP2K1
  K57N, MAP2K1 P124S, RAC1 P29S, PPP2R1A P179R, FBXW7 R465H, FBXW7 R465C, SMAD4 R361H, PTEN R130G, PTEN R130Q,
  PTEN R130*, VHL R167W, CDKN2A R80*, APC R1450*, BRCA1 E23fs, RB1 R320*, NF1 R1241*, ESR1 D538G, ESR1 Y537S, AR
  T878A, POLE P286R, POLE V411L, SPOP F133V, MET Y1230C, MET D1228N, TERT c.-124C>T, TERT c.-146C>T, MET
  c.3028+1G>T, STK11 Q37*, KEAP1 R470C, NFE2L2 E79K, CCND1 T286I, ARID1A R1989*, MTOR S2215Y, ROS1 G2032R,
  DICER1 E1813D, XPO1 E571K, KLF4 K409Q, TRAF7 N520S, SMO W535L, PTPN11 E76K, CBL Y371H, RHOA G17V, STAT3 Y640F,
  NOTCH1 L1600P, CALR L367fs
`
  .split(',')
  .map((text) => text.trim());
const knowledge = (await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'))).molecular();
const groups = new Map<string, string[]>();
for (const text of drivers) {
  const answer = classifyTyped({ change: text }, knowledge);
  if (!answer.ok) throw new Error(`${text}: ${answer.fault.message}`);
  const { oncogenicity } = answer.value;
  const group =
    oncogenicity === undefined
      ? 'without a class'
      : oncogenicity.class === 'uncertain'
        ? classWaitsFor(oncogenicity)
          ? 'uncertain, waits for frequency and predictors'
          : 'uncertain in any case'
        : oncogenicity.class;
  groups.set(group, [...(groups.get(group) ?? []), `${text} (${oncogenicity?.points ?? '-'})`]);
}
for (const [group, names] of groups) console.log(`${names.length} ${group}: ${names.join(', ')}`);
