/** The page of the table bench: one WorkTable over as many rows as `rows` in its address says, made from their number. */
import '../../renderer/ui/tokens.css';
import '../../renderer/ui/base.css';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { type Column, WorkTable } from '../../renderer/ui/WorkTable.tsx';

const genes = ['TP53', 'KRAS', 'EGFR', 'PIK3CA', 'BRAF', 'APC', 'PTEN', 'NRAS'];
const bases = 'ACGT';

interface Row {
  readonly id: string;
  readonly at: number;
}

const columns: readonly Column<Row>[] = [
  { id: 'n', title: 'Row', numeric: true, width: '8rem', cell: ({ at }) => at + 1, text: ({ at }) => String(at + 1) },
  { id: 'chromosome', title: 'Chromosome', width: '8rem', cell: ({ at }) => (at % 22) + 1, text: () => '' },
  {
    id: 'position',
    title: 'Position',
    numeric: true,
    width: '10rem',
    cell: ({ at }) => 10_000 + at * 3,
    text: () => '',
  },
  {
    id: 'change',
    title: 'Change',
    width: '8rem',
    cell: ({ at }) => <span className="mono">{`${bases[at % 4]}>${bases[(at + 1) % 4]}`}</span>,
    text: () => '',
  },
  { id: 'gene', title: 'Gene', width: '8rem', cell: ({ at }) => <b>{genes[at % genes.length]}</b>, text: () => '' },
  {
    id: 'fraction',
    title: 'VAF',
    numeric: true,
    width: '8rem',
    cell: ({ at }) => `${(at % 1000) / 10} %`,
    text: () => '',
  },
  { id: 'class', title: 'Oncogenicity', cell: () => 'uncertain', text: () => '' },
];

const size = Number(new URLSearchParams(location.search).get('rows'));
const rows: readonly Row[] = Array.from({ length: size }, (_, at) => ({ id: `r${at}`, at }));
const groups = [{ id: 'all', title: 'Variants', rows }];

function Page() {
  const [selected, setSelected] = useState<string>();
  return (
    <main style={{ display: 'flex', flexDirection: 'column', height: '100vh' }}>
      <WorkTable
        label="Variants"
        columns={columns}
        groups={groups}
        rowId={({ id }) => id}
        selected={selected}
        onSelect={setSelected}
      />
    </main>
  );
}

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
