/**
 * `consilium-verify <pdf>`: `report verify` as a program of its own. The build makes one file of it that needs nothing
 * but Node 20 or later: no installation, no vault, no network. Whoever receives a signed report can check it with that.
 */
import { FaultError } from '../../shared/foundation/fault.ts';
import { type Command, runCommand } from './command.ts';
import { verify } from './commands/report.ts';

const USAGE = 'consilium-verify <pdf> [--trust ca.pem] [--crl ca.crl] [--json]';

const DESCRIPTION = `Usage: ${USAGE}

Checks a signed report: what was signed, by whom, when and how, whether anything changed since, and which state of the
journal it carries. --trust names the certificate of the authority that issued the signer's, in PEM form; several may
be given, and revocation lists with --crl. Exit 0: nothing was changed. Exit 1: do not rely on the file, or it could not be read. Exit 2: wrong usage.
`;

/** The command names itself as part of the whole command line; here it is called by another name. */
const verifyAlone: Command = async (argv) => {
  try {
    return await verify(argv);
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.code !== 'usage') throw error;
    throw new FaultError({ ...error.fault, remedy: `Use: ${USAGE}` });
  }
};

const argv = process.argv.slice(2);
const isAsking = argv.includes('--help') || argv.includes('-h');
if (isAsking || argv.length === 0) {
  process.stderr.write(DESCRIPTION);
  process.exitCode = isAsking ? 0 : 2;
} else process.exitCode = await runCommand(verifyAlone, argv, USAGE);
