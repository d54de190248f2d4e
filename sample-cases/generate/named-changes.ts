/**
 * The changes that make each case what it is, and common polymorphisms, by their published names. The compiler works out
 * the coordinates and refuses a name that the coding sequence does not bear out.
 */
export interface NamedChange {
  readonly gene: string;
  readonly coding: string;
  readonly protein: string;
  readonly rsId?: string;
  /** Rounded allele frequency among people, for the annotation column. */
  readonly populationFrequency?: number;
}

export const somaticChanges = {
  egfrL858R: { gene: 'EGFR', coding: 'c.2573T>G', protein: 'p.Leu858Arg' },
  egfrT790M: { gene: 'EGFR', coding: 'c.2369C>T', protein: 'p.Thr790Met' },
  ctnnb1S37F: { gene: 'CTNNB1', coding: 'c.110C>T', protein: 'p.Ser37Phe' },
  tp53R273H: { gene: 'TP53', coding: 'c.818G>A', protein: 'p.Arg273His' },
  tp53R175H: { gene: 'TP53', coding: 'c.524G>A', protein: 'p.Arg175His' },
  tp53Y220C: { gene: 'TP53', coding: 'c.659A>G', protein: 'p.Tyr220Cys' },
  tp53R248Q: { gene: 'TP53', coding: 'c.743G>A', protein: 'p.Arg248Gln' },
  tp53R213Ter: { gene: 'TP53', coding: 'c.637C>T', protein: 'p.Arg213Ter' },
  brca1Glu23fs: { gene: 'BRCA1', coding: 'c.68_69del', protein: 'p.Glu23ValfsTer17' },
  brafV600E: { gene: 'BRAF', coding: 'c.1799T>A', protein: 'p.Val600Glu' },
  cdkn2aR80Ter: { gene: 'CDKN2A', coding: 'c.238C>T', protein: 'p.Arg80Ter' },
  pik3caH1047R: { gene: 'PIK3CA', coding: 'c.3140A>G', protein: 'p.His1047Arg' },
  pik3caE545K: { gene: 'PIK3CA', coding: 'c.1633G>A', protein: 'p.Glu545Lys' },
  alkG1202R: { gene: 'ALK', coding: 'c.3604G>A', protein: 'p.Gly1202Arg' },
  idh1R132C: { gene: 'IDH1', coding: 'c.394C>T', protein: 'p.Arg132Cys' },
  rnf43Gly659fs: { gene: 'RNF43', coding: 'c.1976del', protein: 'p.Gly659ValfsTer41' },
} as const satisfies Record<string, NamedChange>;
export type SomaticChange = keyof typeof somaticChanges;

export const germlineChanges: readonly NamedChange[] = [
  { gene: 'TP53', coding: 'c.215C>G', protein: 'p.Pro72Arg', rsId: 'rs1042522', populationFrequency: 0.67 },
  { gene: 'EGFR', coding: 'c.2361G>A', protein: 'p.Gln787=', rsId: 'rs1050171', populationFrequency: 0.52 },
  { gene: 'BRCA1', coding: 'c.2612C>T', protein: 'p.Pro871Leu', rsId: 'rs799917', populationFrequency: 0.42 },
  { gene: 'BRCA1', coding: 'c.3113A>G', protein: 'p.Glu1038Gly', rsId: 'rs16941', populationFrequency: 0.33 },
  { gene: 'BRCA1', coding: 'c.3548A>G', protein: 'p.Lys1183Arg', rsId: 'rs16942', populationFrequency: 0.34 },
  { gene: 'BRCA2', coding: 'c.1114A>C', protein: 'p.Asn372His', rsId: 'rs144848', populationFrequency: 0.26 },
  { gene: 'BRCA2', coding: 'c.3396A>G', protein: 'p.Lys1132=', rsId: 'rs1801406', populationFrequency: 0.29 },
  { gene: 'APC', coding: 'c.4479G>A', protein: 'p.Thr1493=', rsId: 'rs41115', populationFrequency: 0.6 },
  { gene: 'MTHFR', coding: 'c.665C>T', protein: 'p.Ala222Val', rsId: 'rs1801133', populationFrequency: 0.31 },
  { gene: 'MTHFR', coding: 'c.1286A>C', protein: 'p.Glu429Ala', rsId: 'rs1801131', populationFrequency: 0.29 },
  { gene: 'KIT', coding: 'c.1621A>C', protein: 'p.Met541Leu', rsId: 'rs3822214', populationFrequency: 0.09 },
  { gene: 'PDGFRA', coding: 'c.1701A>G', protein: 'p.Pro567=', rsId: 'rs1873778', populationFrequency: 0.96 },
  { gene: 'RET', coding: 'c.2307T>G', protein: 'p.Leu769=', rsId: 'rs1800861', populationFrequency: 0.71 },
  { gene: 'MLH1', coding: 'c.655A>G', protein: 'p.Ile219Val', rsId: 'rs1799977', populationFrequency: 0.25 },
  { gene: 'MSH6', coding: 'c.116G>A', protein: 'p.Gly39Glu', rsId: 'rs1042821', populationFrequency: 0.18 },
  { gene: 'ERBB2', coding: 'c.1963A>G', protein: 'p.Ile655Val', rsId: 'rs1136201', populationFrequency: 0.22 },
  { gene: 'PALB2', coding: 'c.1676A>G', protein: 'p.Gln559Arg', rsId: 'rs152451', populationFrequency: 0.11 },
  { gene: 'ATM', coding: 'c.5557G>A', protein: 'p.Asp1853Asn', rsId: 'rs1801516', populationFrequency: 0.11 },
];

/** Genes in which a random change could be taken for a driver; passengers keep out of them. */
export const passengerExclusions: ReadonlySet<string> = new Set(
  (
    'ABL1 AKT1 ALK APC AR ARAF ARID1A ATM ATR B2M BAP1 BARD1 BRAF BRCA1 BRCA2 BRIP1 CCND1 CCNE1 CDH1 CDK12 CDK4 CDK6 CDKN1B CDKN2A ' +
    'CHEK1 CHEK2 CTNNB1 DDR2 DICER1 DPYD EGFR ERBB2 ERBB3 ESR1 EZH2 FBXW7 FGFR1 FGFR2 FGFR3 FLT3 GNA11 GNAQ GNAS HRAS IDH1 IDH2 JAK1 JAK2 ' +
    'KDR KEAP1 KIT KRAS MAP2K1 MAP2K2 MAPK1 MDM2 MET MLH1 MRE11 MSH2 MSH6 MTOR MYC NF1 NF2 NFE2L2 NOTCH1 NRAS NTRK1 NTRK2 NTRK3 PALB2 PBRM1 ' +
    'PDGFRA PIK3CA PIK3R1 PMS2 POLD1 POLE PPP2R1A PTCH1 PTEN PTPN11 RAD51C RAD51D RAF1 RB1 RET RHOA RNF43 ROS1 SETD2 SMAD4 SMARCA4 SMARCB1 ' +
    'SMO STAG2 STK11 TERT TET2 TP53 TSC1 TSC2 VHL'
  ).split(' '),
);
