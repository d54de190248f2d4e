import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Chart, type ChartColors } from '../ui/Chart.tsx';
import { Button, FaultNote, Loading, ModalDialog } from '../ui/parts.tsx';
import { percent, plural } from '../ui/words.ts';
import { lollipopFigure, lollipopSummary, lollipopsOf } from './lollipop.ts';

/** The variants of one gene along its protein, over the residues where tumors recur. */
export function GeneDialog({
  gene,
  profile,
  onClose,
}: {
  gene: string;
  profile: MolecularProfile;
  onClose: () => void;
}) {
  const { client } = useWorkstation();
  const sites = useQuery({ queryKey: keysOf.gene(gene), queryFn: () => client.molecular.gene({ gene }) });
  const [asTable, setAsTable] = useState(false);
  const { data } = sites;
  const { drawn, unplaced } = useMemo(
    () => (data === undefined ? { drawn: [], unplaced: 0 } : lollipopsOf(profile.findings, data)),
    [profile.findings, data],
  );
  const draw = useCallback(
    (colors: ChartColors) => (data === undefined ? { data: [], layout: {} } : lollipopFigure(data, drawn, colors)),
    [data, drawn],
  );
  useKeys(
    'Variants of a gene',
    [{ keys: 't', label: 'table or picture', run: () => setAsTable(!asTable) }],
    false,
    true,
  );
  return (
    <ModalDialog
      wide
      isOpen
      title={`Variants of ${gene}`}
      onClose={onClose}
      actions={
        <Button autoFocus onPress={onClose}>
          Close
        </Button>
      }
    >
      {sites.isError ? (
        <FaultNote fault={faultOf(sites.error)} />
      ) : data === undefined ? (
        <Loading what="Reading the hotspots" rows={6} />
      ) : (
        <Chart
          title={`Where in the protein do the variants of ${gene} lie?`}
          about={[
            `${plural(drawn.length, 'variant')} of this case${unplaced === 0 ? '' : `, ${unplaced} more without a place in the protein`}`,
            data.transcript ?? 'no checked coding sequence: length as far as known',
            data.hotspots.length === 0
              ? `no hotspot of this gene (${data.source})`
              : `triangles: ${plural(data.hotspots.length, 'hotspot')}, by tumors (${data.source})`,
          ].join(' · ')}
          summary={lollipopSummary(data, drawn, unplaced)}
          draw={draw}
          height={22}
          asTable={asTable}
          onAsTable={setAsTable}
          fileName={`variants-${gene.toLowerCase()}`}
          table={{
            head: ['Residue', 'What', 'Allele fraction', 'Origin', 'Tumors at the residue'],
            numeric: [0, 2, 4],
            rows: [
              ...drawn.map(({ residue, name, fraction, origin, samples }) => [
                residue,
                name,
                fraction === undefined ? 'not stated' : `${percent(fraction / 100)} %`,
                origin,
                samples ?? 'no hotspot',
              ]),
              ...data.hotspots.map(({ start, name, samples }) => [start, `hotspot ${name}`, '', '', samples]),
            ],
          }}
        />
      )}
    </ModalDialog>
  );
}
