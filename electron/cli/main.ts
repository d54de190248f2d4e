/**
 * `consilium <noun> <verb>`: the workstation's services as commands. JSON on stdout with --json, messages on stderr;
 * exit 0 ok, 1 refused or failed with a reason, 2 wrong usage. Each command is loaded only when it is called, so that
 * a script can call it for thousands of files.
 */
import { type Command, runCommand } from './command.ts';

interface Entry {
  readonly usage: string;
  readonly does: string;
  readonly load: () => Promise<Command>;
}

const commands: Record<string, Record<string, Entry>> = {
  case: {
    pack: {
      usage: 'case pack <folder> -o <bundle>',
      does: 'makes a bundle of a folder with case.json and files/',
      load: async () => (await import('./commands/case.ts')).pack,
    },
    check: {
      usage: 'case check <bundle> [--json]',
      does: 'validates a bundle and prints ledger and accounting',
      load: async () => (await import('./commands/case.ts')).check,
    },
    analyze: {
      usage:
        'case analyze <bundle> [-o <folder>] [--answers answers.json] [--decision decision.json] [--not-applicable reasons.json] [--report out.pdf [--sign id.p12 | --token <PKCS#11 module> [--slot <label or serial>] [--certificate <sha256>] [--password-file f] [--meaning author|review|approval] [--site folder]] [--template folder] [--language en|de|es] [--amends former.pdf --reason text]] [--time ISO] [--json]',
      does: 'walks the whole way: intake, findings, prediction, options, report',
      load: async () => (await import('./commands/analyze.ts')).analyze,
    },
    schema: {
      usage: 'case schema',
      does: 'prints the JSON Schema of case.json',
      load: async () => (await import('./commands/case.ts')).schema,
    },
  },
  molecular: {
    check: {
      usage: 'molecular check <vcf|maf> [--json]',
      does: 'reads a variant file whole and says what it understood, or where it is wrong',
      load: async () => (await import('./commands/molecular.ts')).check,
    },
    annotate: {
      usage:
        'molecular annotate <vcf|maf> --assembly GRCh37|GRCh38 [--tumor-type CODE] [--transcripts <pack folder>] -o <file.tsv|file.jsonl> [--json]',
      does: 'writes every allele of a variant file with gene, HGVS names, consequence, oncogenicity and tier',
      load: async () => (await import('./commands/molecular.ts')).annotate,
    },
    signatures: {
      usage:
        'molecular signatures <vcf|maf> --assembly GRCh37|GRCh38 --scope genome|exome|panel [--tumor-only] [--transcripts <pack folder>] [--json]',
      does: 'counts substitutions by their neighbours and fits the reference signatures, with intervals',
      load: async () => (await import('./commands/molecular.ts')).signatures,
    },
    lift: {
      usage:
        'molecular lift --from GRCh37|GRCh38 --allele <chromosome:position:reference:alternate> [--chain <there.chain[.gz]> --back <back.chain[.gz]>] [--json]',
      does: 'gives the place of an allele on the other build, or says why it has none',
      load: async () => (await import('./commands/molecular.ts')).lift,
    },
    classify: {
      usage:
        'molecular classify [--gene SYMBOL] --change <HGVS|amplification|deletion|gain|loss|A::B> [--tumor-type CODE] [--assembly GRCh37|GRCh38] [--transcripts <pack folder>] [--population-frequency 0..1] [--revel 0..1] [--alphamissense 0..1] [--cadd PHRED] [--spliceai 0..1] [--json]',
      does: 'names, classifies and tiers one variant typed by hand',
      load: async () => (await import('./commands/molecular.ts')).classify,
    },
  },
  therapy: {
    pgx: {
      usage: 'therapy pgx <vcf> [--outside-calls <tsv>] [--sample <name>] [--all-diplotypes] [--json]',
      does: 'calls pharmacogenes from a germline VCF and looks up what guidelines say',
      load: async () => (await import('./commands/therapy.ts')).pgx,
    },
    trials: {
      usage:
        'therapy trials <bundle | folder with clinical and genomic tables> --trials <folder> [--on YYYY-MM-DD] [--tables-complete] [--json]',
      does: 'judges trial documents against a patient, criterion by criterion',
      load: async () => (await import('./commands/trials.ts')).trials,
    },
  },
  report: {
    verify: {
      usage: 'report verify <pdf> [--trust ca.pem] [--crl ca.crl] [--json]',
      does: 'checks signatures, level, integrity and chain of a signed report',
      load: async () => (await import('./commands/report.ts')).verify,
    },
    sign: {
      usage:
        'report sign <signed.pdf> --sign id.p12 | --token <PKCS#11 module> [--slot <label or serial>] [--certificate <sha256>] --meaning author|review|approval -o <out.pdf> [--password-file f] [--site folder] [--json]',
      does: 'puts a further signature beside those a report has',
      load: async () => (await import('./commands/report-sign.ts')).sign,
    },
    tokens: {
      usage: 'report tokens <PKCS#11 module> [--json]',
      does: 'lists smart cards in their readers and the certificates on them',
      load: async () => (await import('./commands/report-tokens.ts')).tokens,
    },
    export: {
      usage:
        'report export <signed.pdf> --format csv|xlsx|docx|svg -o <folder> [--level pseudonymised|reduced [--dates year|shifted] [--keep <field> …]] [--json]',
      does: 'copies of a signed report for further work: tables, text, charts; at the level reduced without what Safe Harbor lists',
      load: async () => (await import('./commands/report-export.ts')).exportCopy,
    },
    watch: {
      usage: 'report watch <signed.pdf>… [--bundle case.bundle …] [--knowledge folder] [--models folder] [--json]',
      does: 'says which signed reports would change with the packs and models here now, and how',
      load: async () => (await import('./commands/report-watch.ts')).watch,
    },
    letter: {
      usage:
        'report letter <signed.pdf> [--language en|de|es] [--sign id.p12 | --token <PKCS#11 module> [--slot <label or serial>] [--certificate <sha256>] -o <letter.pdf> [--password-file f] [--site folder]] [--json]',
      does: 'the letter to the patient in plain words: to read, and as a file only under a signature',
      load: async () => (await import('./commands/report-letter.ts')).letter,
    },
    open: {
      usage: 'report open <pdf> [-o <folder>] [--trust ca.pem] [--json]',
      does: 'verifies a signed report and restores the documents it carries, read-only',
      load: async () => (await import('./commands/report-open.ts')).open,
    },
  },
  exchange: {
    export: {
      usage:
        'exchange export <case bundle>… -o <file.json | study folder> [--format fhir|phenopacket|phenopacket-family|phenopacket-cohort|cbioportal|maf|vcf|seg|hl7-oru|hl7-mdm|mtb|mtb-elements] [--study id] [--answers answers.json] [--decision decision.json] [--decided ISO] [--report signed.pdf] [--level pseudonymised|reduced [--dates year|shifted] [--keep <field> …]] [--time ISO] [--json] [--data <folder> [--user <name>] [--password-file f]]',
      does: 'writes analysed cases as FHIR R4, phenopackets, a cBioPortal study, MAF, VCF, SEG, HL7 v2.5.1 or the German MTB data set and says what is withheld; with a vault, its journal has the export and goes into FHIR as AuditEvent',
      load: async () => (await import('./commands/exchange.ts')).exportCase,
    },
    import: {
      usage:
        'exchange import <fhir.json | phenopacket.json | mtb.json | cBioPortal study folder> -o <case folder | draft.json> [--sample ID] [--harmonise [--decline <id> …]] [--json] [--data <folder> [--user <name>] [--password-file f]]',
      does: 'makes case folders that `case pack` accepts, and says what was not understood and what was put into our words; of FHIR also a draft alone',
      load: async () => (await import('./commands/exchange.ts')).importCase,
    },
    validate: {
      usage: 'exchange validate <fhir.json | mtb.json | cBioPortal study folder> [--json]',
      does: 'checks FHIR R4 (elements, bindings, references, profiles it claims) or a study folder line by line',
      load: async () => (await import('./commands/exchange.ts')).validate,
    },
    notes: {
      usage:
        'exchange notes extract <note.txt> [--json] | exchange notes evaluate <annotated.txt>… [--misses] [--json]',
      does: 'reads diagnosis, stage, performance status, markers, medicines, allergies and family history out of free text; or measures how well',
      load: async () => (await import('./commands/notes.ts')).notes,
    },
    watch: {
      usage:
        'exchange watch <drop folder> --mapping m.yaml [-o <drafts folder>] [--once] [--every seconds] [--retry <id>|all] [--json] [--data <folder> [--user <name>] [--password-file f]] | exchange watch --delivered <case> -o <folder> --data <folder> [--user <name>] [--password-file f] | exchange watch --example',
      does: 'makes draft bundles of the files that a laboratory delivers, by a mapping; what does not fit goes to quarantine with reasons',
      load: async () => (await import('./commands/exchange-watch.ts')).watch,
    },
    report: {
      usage:
        'exchange report <case bundle>… [--json] | exchange report --data <folder> [--user <name>] [--password-file f] [--json]',
      does: 'scores data practice: what is missing, units that are not UCUM, what is not coded',
      load: async () => (await import('./commands/exchange.ts')).practice,
    },
    'send-hl7': {
      usage:
        'exchange send-hl7 [<message.hl7>] --partner p.json --case <id> [--json] --data <folder> [--user <name>] [--password-file f]',
      does: 'queues a message in a vault and sends what waits for that partner, over MLLP or into a folder; without a message it tries again',
      load: async () => (await import('./commands/exchange-live.ts')).sendHl7,
    },
    queue: {
      usage:
        'exchange queue [list | retry [<message id>] --partner p.json | cancel <message id> --reason why] [--json] --data <folder> [--user <name>] [--password-file f]',
      does: 'lists what waits to be sent, tries it again at once, or takes a message out; each try and each withdrawal is in the journal',
      load: async () => (await import('./commands/exchange-queue.ts')).queue,
    },
    quarantine: {
      usage: 'exchange quarantine <drop folder> [--json]',
      does: 'lists the deliveries of a laboratory that no draft was made of, with the reasons',
      load: async () => (await import('./commands/exchange-queue.ts')).quarantine,
    },
    'listen-hl7': {
      usage:
        'exchange listen-hl7 -o <folder> [--port N] [--address IP] [--data <folder> [--user <name>] [--password-file f]]',
      does: 'takes HL7 v2 messages over MLLP until it is stopped, each on the disk before it is acknowledged and none twice',
      load: async () => (await import('./commands/exchange-live.ts')).listenHl7,
    },
    smart: {
      usage:
        'exchange smart push [<fhir.json>] --partner p.json --case <id> --data <folder> [--user <name>] [--password-file f] | exchange smart pull <Patient/id/$everything> --partner p.json -o <bundle.json> [--launch] [--json] | exchange smart launch --partner p.json [-o <bundle.json>] [--json]',
      does: 'speaks to a configured FHIR server as a SMART backend client, or for a person who logs in (launch, PKCE); what is pushed is queued first, a token is written nowhere',
      load: async () => (await import('./commands/exchange-live.ts')).smart,
    },
    hooks: {
      usage: 'exchange hooks <patients.json> [--port N] [--address IP] [--workstation URL] [--origin URL]',
      does: 'answers CDS Hooks 2.0 on this machine until it is stopped: decisions, and warnings while ordering',
      load: async () => (await import('./commands/exchange.ts')).hooks,
    },
  },
  board: {
    freeze: {
      usage:
        'board freeze <case id>[:full|fast-track|protocol]… --data <folder> -o <file.tbagenda> [--passphrase-file f] [--user <name>] [--password-file f] [--json]',
      does: 'writes an agenda with its cases as one file, sealed with a passphrase, for another station',
      load: async () => (await import('./commands/board.ts')).freeze,
    },
    open: {
      usage:
        'board open <file.tbagenda> [--passphrase-file f] [--data <folder> [--user <name>] [--password-file f]] [--json]',
      does: 'lists a frozen agenda read-only; with a vault, also what bringing it in would do there',
      load: async () => (await import('./commands/board.ts')).open,
    },
    merge: {
      usage:
        'board merge <file.tbagenda> --data <folder> [--passphrase-file f] [--user <name>] [--password-file f] [--json]',
      does: 'brings a frozen agenda in: new cases are imported, what was written is merged, conflicts wait',
      load: async () => (await import('./commands/board.ts')).merge,
    },
  },
  vault: {
    backup: {
      usage: 'vault backup <folder> [--data <folder>] [--user <name>] [--password-file f] [--json]',
      does: 'adds one more version of the vault, encrypted, to a backup folder; erased cases go from all versions there',
      load: async () => (await import('./commands/vault.ts')).backup,
    },
    restore: {
      usage:
        'vault restore <backup folder> --data <empty folder> [--version name] [--user <name>] [--password-file f] [--json]',
      does: 'makes a vault of a version in a backup folder, checked file by file',
      load: async () => (await import('./commands/vault.ts')).restore,
    },
    drill: {
      usage: 'vault drill <backup folder> [--version name] [--user <name>] [--password-file f] [--json]',
      does: 'restores a version for trial, checks the journal, reads every document, and removes it again',
      load: async () => (await import('./commands/vault.ts')).drill,
    },
    retention: {
      usage: 'vault retention [--all] [--data <folder>] [--user <name>] [--password-file f] [--json]',
      does: 'lists the cases whose retention period has ended by the rules of the site, and what stands in the way; read-only',
      load: async () => (await import('./commands/vault-retention.ts')).retention,
    },
    recover: {
      usage:
        'vault recover --shares-file <txt> --user <name> [--data <folder>] [--password-file <file of the new password>]',
      does: 'sets a new password for a person with enough printed recovery shares, one a line',
      load: async () => (await import('./commands/vault.ts')).recover,
    },
  },
  journal: {
    verify: {
      usage: 'journal verify [--data <folder>] [--checkpoint <json|txt>] [--user <name>] [--password-file f] [--json]',
      does: 'checks the hash chain of a vault, against a checkpoint from outside: the exported file or what a report prints',
      load: async () => (await import('./commands/journal.ts')).verify,
    },
    prove: {
      usage:
        'journal prove <entry number> -o <proof.json> [--checkpoint <json>] [--data <folder>] [--user <name>] [--password-file f]',
      does: 'writes a file that shows an entry stands in the journal, and that an earlier checkpoint is its beginning',
      load: async () => (await import('./commands/journal-proof.ts')).prove,
    },
    check: {
      usage: 'journal check <proof.json> [--checkpoint <json>] [--json]',
      does: 'checks such a file without the vault and without a password',
      load: async () => (await import('./commands/journal-proof.ts')).check,
    },
    checkpoint: {
      usage: 'journal checkpoint -o <checkpoint.json> [--data <folder>] [--user <name>] [--password-file f]',
      does: 'signs what the journal is now, to be kept outside',
      load: async () => (await import('./commands/journal-proof.ts')).checkpoint,
    },
  },
  packs: {
    list: {
      usage: 'packs list [--data <folder>] [--json]',
      does: 'lists the knowledge packs with version, date, licence and who signed them',
      load: async () => (await import('./commands/packs.ts')).list,
    },
    verify: {
      usage: 'packs verify [--data <folder>] [--json]',
      does: 'checks every file of every pack against its pinned hash or its signature',
      load: async () => (await import('./commands/packs.ts')).verify,
    },
    build: {
      usage:
        'packs build transcripts --fasta <reference.fa[.gz]> --gff <annotation.gff3[.gz]> -o <folder> [--assembly GRCh37|GRCh38] [--json]',
      does: 'makes a pack of transcripts from an annotation, for molecular annotate --transcripts',
      load: async () => (await import('./commands/packs.ts')).build,
    },
    enroll: {
      usage: 'packs enroll <public key.pem> --name <publisher> [--reason <why>] [--data <folder>] [--json]',
      does: 'trusts a publisher: packs signed with its Ed25519 key can be installed',
      load: async () => (await import('./commands/packs.ts')).enroll,
    },
    sign: {
      usage: 'packs sign <folder> --key <private key.pem> [--json]',
      does: 'signs a pack that this site built',
      load: async () => (await import('./commands/packs.ts')).sign,
    },
    install: {
      usage: 'packs install <folder|zip> [--reason <why>] [--data <folder>] [--json]',
      does: 'installs a signed pack, whole or not at all',
      load: async () => (await import('./commands/packs.ts')).install,
    },
    rollback: {
      usage: 'packs rollback <id> [--reason <why>] [--data <folder>] [--json]',
      does: 'goes back to the version of a pack that was used before',
      load: async () => (await import('./commands/packs.ts')).rollback,
    },
    changes: {
      usage: 'packs changes [--data <folder>] [--json]',
      does: 'lists who installed or took back which pack, when and why',
      load: async () => (await import('./commands/packs.ts')).changes,
    },
    diff: {
      usage: 'packs diff <id> [--from <version>] [--to <version|folder|zip>] [--data <folder>] [--json]',
      does: 'says which records two versions of a pack add, remove and change',
      load: async () => (await import('./commands/packs.ts')).diff,
    },
  },
  models: {
    list: {
      usage: 'models list [--data <folder>] [--json]',
      does: 'lists the models with version, and who signed those that do not ship',
      load: async () => (await import('./commands/model-versions.ts')).listModels,
    },
    verify: {
      usage: 'models verify [--data <folder>] [--json]',
      does: 'checks every model against its pinned hash, or its signature and the change-control plan',
      load: async () => (await import('./commands/model-versions.ts')).verifyModels,
    },
    evaluate: {
      usage: 'models evaluate <id> --data <csv|folder|zip> [--set column=value] [-o predictions.csv] [--json]',
      does: 'runs a shipped model over a cohort file and prints AUC or C, with intervals, and calibration',
      load: async () => (await import('./commands/models.ts')).evaluate,
    },
    benchmark: {
      usage: 'models benchmark [<id>] [--mitigate age|sex|race] [--json]',
      does: 'measures shipped models again from their stored predictions, against what their cards state',
      load: async () => (await import('./commands/models.ts')).benchmark,
    },
    sign: {
      usage: 'models sign <folder> --key <private key.pem> [--json]',
      does: 'makes a trained model a signed version that stations can install',
      load: async () => (await import('./commands/model-versions.ts')).signModels,
    },
    install: {
      usage: 'models install <folder|zip> --reason <why> [--data <folder>] [--json]',
      does: 'installs a version signed by an enrolled publisher, measured against the change-control plan',
      load: async () => (await import('./commands/model-versions.ts')).installModel,
    },
    rollback: {
      usage: 'models rollback <id> --reason <why> [--data <folder>] [--json]',
      does: 'goes back to the version of a model that was used before',
      load: async () => (await import('./commands/model-versions.ts')).rollbackModel,
    },
    diff: {
      usage: 'models diff <id> [--from <version>] [--to <version>] [--data <folder>] [--json]',
      does: 'puts two versions of a model beside each other, each measured from its own predictions',
      load: async () => (await import('./commands/model-versions.ts')).diffModels,
    },
    changes: {
      usage: 'models changes [--data <folder>] [--json]',
      does: 'lists who installed or took back which version of a model, when and why',
      load: async () => (await import('./commands/model-versions.ts')).modelChanges,
    },
    train: {
      usage: 'models train <id> [--data ../shared/data] [-o <folder>]',
      does: 'trains a model again beside the shipped one and says whether its figures are the same',
      load: async () => (await import('./commands/models.ts')).train,
    },
  },
  doctor: {
    '': {
      usage: 'doctor [--json]',
      does: 'checks packs, models, storage and what this machine offers',
      load: async () => (await import('./commands/doctor.ts')).doctor,
    },
  },
};

function printEntries(entries: readonly Entry[]): void {
  const lines = entries.map((entry) => `  consilium ${entry.usage}\n      ${entry.does}`);
  process.stderr.write(`Usage:\n${lines.join('\n')}\n`);
}
const printUsage = (nouns: readonly string[]): void =>
  printEntries(nouns.flatMap((noun) => Object.values(commands[noun] ?? {})));

const HELP: ReadonlySet<string | undefined> = new Set(['--help', '-h', 'help']);

async function main(argv: readonly string[]): Promise<number> {
  const [noun, second] = argv;
  if (noun === undefined || HELP.has(noun)) {
    printUsage(Object.keys(commands));
    return noun === undefined ? 2 : 0;
  }
  const verbs = commands[noun];
  if (verbs === undefined) {
    process.stderr.write(`consilium: there is no "${noun}".\n`);
    printUsage(Object.keys(commands));
    return 2;
  }
  const entry = verbs[''] ?? (second === undefined ? undefined : verbs[second]);
  if (entry === undefined) {
    const asked = HELP.has(second);
    if (!asked)
      process.stderr.write(
        second === undefined ? `consilium: say what of "${noun}".\n` : `consilium: there is no "${noun} ${second}".\n`,
      );
    printUsage([noun]);
    return asked ? 0 : 2;
  }
  if (argv.includes('--help')) {
    printEntries([entry]);
    return 0;
  }
  const rest = argv.slice(verbs[''] === undefined ? 2 : 1);
  return runCommand(await entry.load(), rest, `consilium ${entry.usage}`);
}

process.exitCode = await main(process.argv.slice(2));
